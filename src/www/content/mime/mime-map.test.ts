import { expect, test } from "bun:test";
import { withCharset } from "./charset.ts";
import { MimeMap, parseMimeRow, printMimeRow } from "./mime-map.ts";
import { stockTypes } from "./stock-types.ts";

const rows = (...lines: readonly string[]) => new MimeMap(lines.flatMap((it) => parseMimeRow(it) ?? []));
const stock = rows();

test("the stock map has the 378 extensions of IIS 10, each once", () => {
  const extensions = Object.values(stockTypes).flatMap((it) => it.split(" "));
  expect(extensions.length).toBe(378);
  expect(new Set(extensions).size).toBe(378);
  for (const it of extensions) expect(it).toMatch(/^\.[a-z0-9-]+(\.config)?$/);
});

test("a type is found by the extension alone, whatever its case", () => {
  expect(stock.typeOf("index.htm")).toBe("text/html");
  expect(stock.typeOf("LOGO.PNG")).toBe("image/png");
  expect(stock.typeOf("jquery.min.js")).toBe("application/javascript");
  expect(stock.typeOf("a.exe.config")).toBe("text/xml");
});

test("what the stock map does not know has no type", () => {
  for (const name of ["a.webp", "web.config", "README", "a.", "x.html~", ".htaccess"])
    expect(stock.typeOf(name)).toBeUndefined();
});

test("a site adds rows, takes some away, and may give a type to all the rest", () => {
  const own = rows(".webp image/webp", ".mdb none", ". text/plain", ".* application/octet-stream");
  expect(own.typeOf("a.WEBP")).toBe("image/webp");
  expect(own.typeOf("secret.mdb")).toBeUndefined();
  expect(own.typeOf("README")).toBe("text/plain");
  expect(own.typeOf("a.unheard")).toBe("application/octet-stream");
  expect(own.typeOf("a.html")).toBe("text/html");
});

test("a row is read as people write it and as IIS 6 did", () => {
  expect(parseMimeRow(".webp,image/webp")).toEqual({ extension: ".webp", type: "image/webp" });
  expect(parseMimeRow(".HTML  text/html; charset=utf-8")).toEqual({
    extension: ".html",
    type: "text/html; charset=utf-8",
  });
  for (const text of ["webp image/webp", ".webp", ".webp image", ".we/bp image/webp", ".a image/x\r\nX: y", ".*.x a/b"])
    expect(parseMimeRow(text)).toBeUndefined();
  expect(printMimeRow({ extension: ".mdb", type: undefined })).toBe(".mdb none");
});

test("a charset is said of text that has none yet", () => {
  expect(withCharset("text/html", "utf-8")).toBe("text/html; charset=utf-8");
  expect(withCharset("text/html", "")).toBe("text/html");
  expect(withCharset("text/html; charset=big5", "utf-8")).toBe("text/html; charset=big5");
  expect(withCharset("image/png", "utf-8")).toBe("image/png");
});
