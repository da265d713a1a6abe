import { expect, test } from "bun:test";
import { join, relative } from "node:path";
import fc from "fast-check";
import { type Refusal, refusals } from "../refusal.ts";
import { type PathRules, targetPath } from "./target-path.ts";

const iis: PathRules = {
  allowDoubleEscaping: false,
  allowHighBitCharacters: true,
  otherSlashes: "separate",
  windowsNames: "refuse",
  segmentsMax: 32,
};
const unix: PathRules = { ...iis, allowDoubleEscaping: true, otherSlashes: "refuse", windowsNames: "allow" };

const pathOf = (target: string, rules: PathRules): string | Refusal => {
  const decided = targetPath(target, rules);
  return decided.ok ? decided.value.path : decided.error;
};

test("a path is decoded once, and the query is left as it is", () => {
  expect(targetPath("/a%20b/%C3%A9.html?x=%2e%2E&y?z", iis)).toEqual({
    ok: true,
    value: { segments: ["a b", "é.html"], isFolder: false, path: "/a b/é.html", query: "x=%2e%2E&y?z" },
  });
  expect(targetPath("/", iis)).toMatchObject({ value: { segments: [], isFolder: true, path: "/", query: "" } });
  expect(pathOf("/\xc3\xa9", unix)).toBe("/é");
  expect(pathOf("/%2541%25", unix)).toBe("/%41%");
});

test("detours are gone before anybody sees the path", () => {
  const rows: readonly (readonly [string, string | Refusal])[] = [
    ["/a/./b/../c", "/a/c"],
    ["/a/..", "/"],
    ["/a/.", "/a/"],
    ["/a/b/..", "/a/"],
    ["//a///b//", "/a/b/"],
    ["/a/%2e%2E/b", "/b"],
    ["/a/.%2e", "/"],
    ["/..", refusals.pathAboveRoot],
    ["/a/../../a", refusals.pathAboveRoot],
    ["/%2e%2e/a", refusals.pathAboveRoot],
    ["/.../a", "/.../a"],
    ["/..;/a", "/..;/a"],
    ["/.a/..b", "/.a/..b"],
  ];
  for (const [target, expected] of rows) expect([target, pathOf(target, unix)]).toEqual([target, expected]);
});

test("other slashes are refused, or separate as on IIS", () => {
  for (const target of ["/a%2Fb", "/a%2fb", "/a\\b", "/a%5Cb"]) {
    expect([target, pathOf(target, unix)]).toEqual([target, refusals.pathSeparator]);
    expect([target, pathOf(target, iis)]).toEqual([target, "/a/b"]);
  }
  expect(pathOf("/a/..%5c..%2f..\\b", iis)).toBe(refusals.pathAboveRoot);
});

test("what cannot be decoded in one way only is refused", () => {
  const rows: readonly (readonly [string, Refusal])[] = [
    ["/%", refusals.pathEscape],
    ["/%4", refusals.pathEscape],
    ["/%zz", refusals.pathEscape],
    ["/%u0041", refusals.pathEscape],
    ["/% 41", refusals.pathEscape],
    ["/%00", refusals.pathControl],
    ["/a%0d%0ab", refusals.pathControl],
    ["/%7f", refusals.pathControl],
    ["/%c2%85", refusals.pathControl],
    ["/%c0%ae%c0%ae/a", refusals.pathText],
    ["/%e0%80%af", refusals.pathText],
    ["/%f0%80%80%af", refusals.pathText],
    ["/%ed%a0%80", refusals.pathText],
    ["/%f4%90%80%80", refusals.pathText],
    ["/%ff", refusals.pathText],
    ["/\xe9", refusals.pathText],
    ["/%c3", refusals.pathText],
  ];
  for (const [target, expected] of rows) expect([target, pathOf(target, unix)]).toEqual([target, expected]);
});

test("what would change when it is decoded again is refused as IIS does", () => {
  for (const target of ["/%252e%252e/a", "/a%2541", "/a+b", "/a%2Bb"])
    expect([target, pathOf(target, iis)]).toEqual([target, refusals.pathDoubleEscape]);
  expect([pathOf("/100%25", iis), pathOf("/%25zz", iis)]).toEqual(["/100%", "/%zz"]);
  expect(pathOf("/%252e%252e/a", unix)).toBe("/%2e%2e/a");
});

test("characters beyond ASCII and too many segments are refused where the site says so", () => {
  const narrow = { ...iis, allowHighBitCharacters: false, segmentsMax: 2 };
  expect(pathOf("/%C3%A9", narrow)).toBe(refusals.pathHighBit);
  expect([pathOf("/a/b/", narrow), pathOf("/a/b/c", narrow)]).toEqual(["/a/b/", refusals.pathSegments]);
});

test("names that mean something else on Windows are refused there alone", () => {
  const rows: readonly (readonly [string, Refusal])[] = [
    ["/a.asp::$DATA", refusals.pathStream],
    ["/a%3a$i30:$INDEX_ALLOCATION", refusals.pathStream],
    ["/C:", refusals.pathStream],
    ["/a.asp.", refusals.pathTrailing],
    ["/a.asp%20", refusals.pathTrailing],
    ["/a./b", refusals.pathTrailing],
    ["/.../a", refusals.pathTrailing],
    ["/con", refusals.pathDevice],
    ["/NUL.txt", refusals.pathDevice],
    ["/a/aux.tar.gz", refusals.pathDevice],
    ["/Com1%20.txt", refusals.pathDevice],
    ["/lpt%C2%B2", refusals.pathDevice],
    ["/conout$", refusals.pathDevice],
    ["/LONGNA~1.HTM", refusals.pathShortName],
    ["/ab12~1/x", refusals.pathShortName],
    ["/a%3f", refusals.pathWildcard],
    ["/a*", refusals.pathWildcard],
    ["/a%22", refusals.pathWildcard],
  ];
  for (const [target, expected] of rows) {
    expect([target, pathOf(target, iis)]).toEqual([target, expected]);
    expect([target, typeof pathOf(target, unix)]).toEqual([target, "string"]);
  }
  for (const target of ["/console", "/nul0", "/com10", "/a.con", "/~user/", "/a~b", "/readme~1.html", "/longername~1"])
    expect([target, pathOf(target, iis)]).toEqual([target, target]);
});

/** The same told in another way: with what the language has, and by the words of the whole. */
function model(target: string, rules: PathRules): string | Refusal {
  const [raw = ""] = target.split("?", 1);
  const ascii = raw.replaceAll(/[\x80-\xff]/g, (it) => `%${it.charCodeAt(0).toString(16)}`);
  if (/%(?![0-9a-f]{2})/i.test(raw)) return refusals.pathEscape;
  let text: string;
  try {
    text = decodeURIComponent(ascii);
  } catch {
    return refusals.pathText;
  }
  if (/\p{Cc}/u.test(text)) return refusals.pathControl;
  if (!rules.allowDoubleEscaping && (text.includes("+") || text.replaceAll(/%[0-9a-f]{2}/gi, "") !== text))
    return refusals.pathDoubleEscape;
  if (!rules.allowHighBitCharacters && Buffer.byteLength(text) !== text.length) return refusals.pathHighBit;
  if (rules.otherSlashes === "refuse" && (text.includes("\\") || text.split("/").length !== raw.split("/").length))
    return refusals.pathSeparator;
  let path = text.replaceAll("\\", "/").replaceAll(/\/+/g, "/");
  while (/\/\.(\/|$)/.test(path)) path = path.replace(/\/\.(\/|$)/, "/");
  while (/\/[^/]+\/\.\.(\/|$)/.test(path) && !path.startsWith("/../")) {
    if (path === "/..") break;
    path = path.replace(/\/(?!\.\.\/)[^/]+\/\.\.(\/|$)/, "/");
  }
  if (path === "/.." || path.startsWith("/../")) return refusals.pathAboveRoot;
  return path.split("/").filter((it) => it !== "").length > rules.segmentsMax ? refusals.pathSegments : path;
}

const word = fc.constantFrom(
  ..."/ / / . .. a b%20c %2e %2E%2e %2f %5C \\ %25 %252e %252F %c3%a9 \xc3\xa9 %c0%ae %ed%a0%80 %00 %0a % %4 + ~ : ? %3f".split(
    " ",
  ),
);
const target = fc.array(word, { maxLength: 10 }).map((it) => `/${it.join("")}`);
const rules: fc.Arbitrary<PathRules> = fc.record({
  allowDoubleEscaping: fc.boolean(),
  allowHighBitCharacters: fc.boolean(),
  otherSlashes: fc.constantFrom("refuse", "separate"),
  windowsNames: fc.constant("allow"),
  segmentsMax: fc.constantFrom(3, 100),
});

test("every target is decided as the model decides it", () => {
  fc.assert(
    fc.property(target, rules, (it, its) => {
      expect(pathOf(it, its)).toEqual(model(it, its));
    }),
    { numRuns: 10_000 },
  );
});

test("no target leads out of the root, and none throws", () => {
  const any = fc.oneof(
    target,
    fc.string({ unit: "binary" }).map((it) => `/${Buffer.from(it).toString("latin1")}`),
  );
  const anyRules = fc
    .tuple(rules, fc.constantFrom("refuse", "allow"))
    .map(([it, windowsNames]) => ({ ...it, windowsNames }) as PathRules);
  fc.assert(
    fc.property(any, anyRules, (it, its) => {
      const decided = targetPath(it, its);
      if (!decided.ok) return;
      const { segments, path } = decided.value;
      for (const name of segments) expect(name).not.toMatch(/^\.{0,2}$|[/\0]/);
      const place = join("/root/site", ...segments);
      expect([relative("/root/site", place), path.split("/").filter((name) => name !== "")]).toEqual([
        segments.join("/"),
        [...segments],
      ]);
    }),
    { numRuns: 5000 },
  );
});
