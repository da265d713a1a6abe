import { expect, test } from "bun:test";
import { OpenSite } from "../testing/open-site.ts";
import { filterRows } from "./filter-rules.ts";

/** A setting, what is refused by it and what is not; each is "METHOD target" and headers. */
const cases: readonly (readonly [setting: string, value: unknown, code: string, refused: string, taken: string])[] = [
  ["maxUrl", 5, "404.14", "GET /abcde", "GET /abcd?more"],
  ["maxUrl", 5, "404.14", "GET /%61bc?", "GET /%61b?xx"],
  ["maxQueryString", 3, "404.15", "GET /?abcd", "GET /?abc"],
  ["allowDoubleEscaping", false, "404.11", "GET /a%252eb", "GET /a%20b"],
  ["allowDoubleEscaping", false, "404.11", "GET /a+b", "GET /a?b+c"],
  ["allowHighBitCharacters", false, "404.12", "GET /%c3%a9", "GET /e?%c3%a9"],
  ["denyUrlSequences", ["x:y", "A~"], "404.5", "GET /x%3Ay", "GET /xy"],
  ["denyUrlSequences", ["x:y", "A~"], "404.5", "GET /a~b", "GET /b?a~"],
  ["denyQueryStringSequences", ["<Script"], "404.18", "GET /?q=%3Cscript%3E", "GET /script"],
  ["denyQueryStringSequences", ["a b"], "404.18", "GET /?a+b", "GET /?ab"],
  ["allowedVerbs", ["GET"], "404.6", "HEAD /", "GET /"],
  ["deniedVerbs", ["HEAD"], "404.6", "HEAD /", "GET /"],
  ["allowedFileExtensions", [".htm"], "404.7", "GET /a.txt", "GET /a.HTM"],
  ["allowedFileExtensions", [".htm"], "404.7", "GET /a", "GET /a.txt/"],
  ["allowedFileExtensions", [".htm", "."], "404.7", "GET /a.txt", "GET /a"],
  ["deniedFileExtensions", [".Config"], "404.7", "GET /web.CONFIG", "GET /config"],
  ["hiddenSegments", ["bin"], "404.8", "GET /a/BIN/b", "GET /binary"],
  ["maxAllowedContentLength", 3, "404.13", "POST / 4", "POST / 3"],
];

test.each(cases)("%s of %j: %s", async (setting, value, code, refused, taken) => {
  const clear = {
    hiddenSegments: [],
    deniedFileExtensions: [],
    allowDoubleEscaping: true,
    maxAllowedContentLength: 100,
  };
  using it = new OpenSite({ settings: { ...clear, [setting]: value } as never });
  const ask = (said: string) => {
    const [method = "", target = "", length] = said.split(" ");
    return it.code(method, target, length === undefined ? "" : `Content-Length: ${length}\r\n`);
  };
  expect(await ask(refused)).toBe(code);
  expect(await ask(taken)).not.toContain(".");
});

test("every row of the filter has a case", () => {
  const tried = new Set(cases.map(([setting]) => setting));
  expect(filterRows.map((it) => it.setting).filter((it) => !tried.has(it))).toEqual([]);
});

test("what is refused unless somebody says otherwise", async () => {
  using it = new OpenSite({});
  for (const target of ["/web.config", "/a/bin/x.dll", "/global.asax", "/a%2520b", "/App_Data/x"])
    expect(await it.get(target)).toMatch(/^404\.(7|8|11)$/);
  expect(await it.code("POST", "/", "Content-Length: 30000001\r\n")).toBe("404.13");
});
