import { expect, test } from "bun:test";
import { substatuses } from "../../../proto/http/status.ts";
import { wwwSite } from "../../settings.ts";
import { type Disk, systemDisk } from "../file/disk.ts";
import { TestSite } from "../testing/site.ts";
import { causes } from "./causes.ts";
import { parseErrorPage, printErrorPage } from "./error-page.ts";
import { wantedLanguages } from "./languages.ts";

const rows = (...lines: readonly string[]) => lines.flatMap((it) => parseErrorPage(it) ?? []);

test("a stranger is told what happened and what to quote, and nothing of the server", async () => {
  using site = new TestSite({ files: { "a.unheard": "a" } });
  const { status, substatus, body, fields } = await site.get("/a.unheard");
  expect([status, substatus, fields["content-type"]]).toEqual([404, 3, "text/html; charset=utf-8"]);
  const text = body.toString();
  expect(text).toContain("404 Not Found");
  expect(text).toContain("trace-1");
  for (const secret of [site.files.path, "404.3", "mimeMap", "a.unheard"]) expect(text).not.toContain(secret);
});

test("whoever may see details is told the setting, the place and what mends it", async () => {
  using site = new TestSite({
    files: { "a.unheard": "a" },
    values: { errorDetailsFor: [{ address: "192.0.2.0", prefix: 24 }] },
  });
  const detailed = async () => (await site.get("/a.unheard?<script>")).body.toString().includes("mimeMap");
  expect(await detailed()).toBe(true);
  site.address = "198.51.100.1";
  expect(await detailed()).toBe(false);
  site.isLocal = true;
  expect(await detailed()).toBe(true);
  const text = (await site.get("/a.unheard?<script>")).body.toString();
  for (const told of ["404.3", "mimeMap", site.files.at("a.unheard"), "GET /a.unheard?&lt;script&gt;", "trace-1"])
    expect(text).toContain(told);
  expect((await site.get("/a.unheard")).fields["cache-control"]).toBe("no-store");
});

test("the mode can show details to all or to nobody", async () => {
  for (const [errorMode, isDetailed] of [
    ["detailed", true],
    ["custom", false],
  ] as const) {
    using site = new TestSite({ values: { errorMode } });
    site.isLocal = !isDetailed;
    expect((await site.get("/none")).body.includes("404.0")).toBe(isDetailed);
  }
});

test("a page of the site is found by substatus first, in a language that the client reads", async () => {
  const files = {
    "e/en/404.htm": "english",
    "e/de/404.htm": "deutsch",
    "e/type.txt": "no type",
    "x.unheard": "x",
  };
  const errorPages = rows(
    "404 file e/{language}/404.htm",
    "404.3 file e/type.txt",
    "403.14 redirect /closed",
    "405 file e/none.htm",
  );
  using site = new TestSite({ files, values: { errorPages } });
  const page = async (language?: string) => {
    const seen = await site.get("/none", language === undefined ? {} : { "Accept-Language": language });
    return [seen.status, seen.body.toString(), seen.fields["content-language"], seen.fields.vary];
  };
  expect(await page()).toEqual([404, "english", "en", "Accept-Language"]);
  expect(await page("fr, de-AT;q=0.8, en;q=0.5")).toEqual([404, "deutsch", "de", "Accept-Language"]);
  expect(await page("../../x, en;q=0.1, de;q=0")).toEqual([404, "english", "en", "Accept-Language"]);
  const typed = await site.get("/x.unheard");
  expect([typed.status, typed.body.toString(), typed.fields["content-type"]]).toEqual([404, "no type", "text/plain"]);
  const away = await site.get("/");
  expect([away.status, away.fields.location]).toEqual([302, "/closed"]);
  // A page that is not there gives way to the plain one, and not to another error.
  expect((await site.ask("POST", "/x.unheard")).body.toString()).toContain("trace-1");
});

test("a page of the site is read once, and again when it changed", async () => {
  using site = new TestSite({ files: { "404.htm": "one" }, values: { errorPages: rows("404 file 404.htm") } });
  const text = async () => (await site.get("/none")).body.toString();
  expect(await text()).toBe("one");
  site.files.write("404.htm", "two");
  expect(await text()).toBe("one");
  site.clock.advance(1000);
  expect(await text()).toBe("two");
});

test("a page of the site is read whole, also when it changes meanwhile", async () => {
  let change = () => {};
  const disk: Disk = {
    ...systemDisk,
    readNow: () => 0,
    read(...asked) {
      change();
      change = () => {};
      return systemDisk.read(...asked);
    },
  };
  using site = new TestSite({ files: { "404.htm": "one" }, values: { errorPages: rows("404 file 404.htm") }, disk });
  change = () => site.files.write("404.htm", "the second");
  expect((await site.get("/none")).body.toString()).toBe("the second");
});

test("a page of the site itself is sent with the status of the error, and cannot be kept as what was asked for", async () => {
  const files = { "oops.htm": "oops", "large.htm": "x".repeat(300_000) };
  const errorPages = rows("404 url /oops.htm", "405 url /large.htm", "403 url /none.htm");
  using site = new TestSite({ files, values: { errorPages, clientCache: "max-age" } });
  const seen = await site.get("/none?x", { Range: "bytes=0-1", "If-None-Match": "*" });
  expect([seen.status, seen.body.toString(), seen.fields["content-type"]]).toEqual([404, "oops", "text/html"]);
  for (const name of ["etag", "last-modified", "cache-control", "accept-ranges"])
    expect(seen.fields[name]).toBeUndefined();
  const refused = await site.ask("POST", "/oops.htm");
  expect([refused.status, refused.body.length, refused.fields.allow]).toEqual([405, 300_000, "GET, HEAD, OPTIONS"]);
  // The page that is not there fails itself, and its own page is not called for.
  const plain = await site.get("/");
  expect([plain.status, plain.body.includes("trace-1")]).toEqual([403, true]);
});

test("each cause is of a status that IIS counts, and names a setting that there is", () => {
  for (const [code, { setting }] of Object.entries(causes)) {
    expect([code, code.endsWith(".0") || substatuses.has(code)]).toEqual([code, true]);
    expect([code, setting === undefined || setting in wwwSite.settings]).toEqual([code, true]);
  }
});

test("languages are tried from the best to the worst, each shorter too", () => {
  expect(wantedLanguages("de-AT;q=0.5, pt-BR, *;q=0.1, x y", "en")).toEqual(["pt-BR", "pt", "de-AT", "de", "en"]);
  expect(wantedLanguages(undefined, "en")).toEqual(["en"]);
});

test("rows are read as we and as IIS 6 write them, and paths stay below the home", () => {
  expect(parseErrorPage("404.3 file e/a b.htm")).toEqual({
    status: 404,
    substatus: 3,
    mode: "file",
    path: "e/a b.htm",
  });
  expect(parseErrorPage("404,*,FILE,e/404.htm")).toEqual({
    status: 404,
    substatus: undefined,
    mode: "file",
    path: "e/404.htm",
  });
  expect(parseErrorPage("403,14,URL,/closed")?.mode).toBe("url");
  expect(printErrorPage({ status: 404, substatus: 3, mode: "file", path: "e.htm" })).toBe("404.3 file e.htm");
  for (const text of [
    "200 file a",
    "404 file ../a",
    "404 redirect //evil",
    "404 redirect javascript:x",
    "404 page a",
    "404 url http://evil/",
  ])
    expect(parseErrorPage(text)).toBeUndefined();
});
