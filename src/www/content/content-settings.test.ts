import { expect, test } from "bun:test";
import { decodeOwn } from "../../schema/decode.ts";
import { section } from "../../schema/section.ts";
import { contentRules } from "./content-rules.ts";
import { contentSettings, fileCacheSection } from "./content-settings.ts";
import { usualValues } from "./testing/site.ts";

const content = section("content", "Content.", { ...contentSettings, ...fileCacheSection.settings });
const flaws = (given: Record<string, unknown>) => decodeOwn(content, given, "content").problems.map((it) => it.path);

test("what is written is kept in one spelling", () => {
  const given = {
    mimeMap: [".WEBP,image/webp"],
    errorPages: ["404,*,FILE,e/404.htm"],
    customHeaders: ["X-Frame-Options:DENY"],
    redirectRules: ["*.php    /x$0.htm"],
    errorLanguage: "de-AT",
  };
  expect(decodeOwn(content, given, "content").own).toEqual({
    mimeMap: [".webp image/webp"],
    errorPages: ["404 file e/404.htm"],
    customHeaders: ["X-Frame-Options: DENY"],
    redirectRules: ["*.php /x$0.htm"],
    errorLanguage: "de-AT",
  });
});

test("what would do harm is refused with its place", () => {
  const cases: readonly Record<string, unknown>[] = [
    { defaultDocuments: ["../index.htm"] },
    { customHeaders: ["Content-Length: 5"] },
    { customHeaders: ["ETag: x"] },
    { customHeaders: ["X: ü\u0100"] },
    { redirect: "javascript:alert(1)" },
    { errorPages: ["404 file ../../x"] },
    { errorLanguage: "../x" },
  ];
  for (const given of cases) expect([given, flaws(given).length]).toEqual([given, 1]);
});

test("cache policies become headers", () => {
  const fields = (values: Partial<typeof usualValues>) =>
    contentRules({ ...usualValues, ...values }, "home").cacheFields;
  expect(fields({})).toEqual([]);
  expect(fields({ clientCache: "disable" })).toEqual([["Cache-Control", "no-cache"]]);
  expect(fields({ clientCache: "max-age", clientCacheMaxAge: 90_500 })).toEqual([["Cache-Control", "max-age=90"]]);
  expect(fields({ clientCache: "until", clientCacheUntil: 0, cacheControl: "public" })).toEqual([
    ["Cache-Control", "public"],
    ["Expires", "Thu, 01 Jan 1970 00:00:00 GMT"],
  ]);
});
