import { expect, test } from "bun:test";
import { OpenSite } from "../testing/open-site.ts";
import { filterRows } from "./filter-rules.ts";
import { filterSettings } from "./filter-settings.ts";

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
  ["deniedVerbs", ["head"], "404.6", "HEAD /", "GET /"],
  ["allowedFileExtensions", [".htm"], "404.7", "GET /a.txt", "GET /a.HTM"],
  ["allowedFileExtensions", [".htm"], "404.7", "GET /a", "GET /a.txt/"],
  ["allowedFileExtensions", [".htm", "."], "404.7", "GET /a.txt", "GET /a"],
  ["deniedFileExtensions", [".Config"], "404.7", "GET /web.CONFIG", "GET /config"],
  ["hiddenSegments", ["bin"], "404.8", "GET /a/BIN/b", "GET /binary"],
  ["maxAllowedContentLength", 3, "404.13", "POST / 4", "POST / 3"],
  ["headerLimits", ["content-length 2"], "404.10", "POST / 100", "POST / 99"],
  ["filteringRules", { a: { scanUrl: true, denyStrings: ["X:y"] } }, "404.19", "GET /x%3Ay", "GET /xy?x:y"],
  ["filteringRules", { a: { scanQueryString: true, denyStrings: ["--"] } }, "404.19", "GET /?a=%2D-", "GET /--"],
  ["filteringRules", { a: { scanQueryString: true, denyStrings: [] } }, "404.19", "GET /?a=5%", "GET /?a=5%25"],
  ["filteringRules", { a: { scanAllRaw: true, denyStrings: ["length: 9"] } }, "404.19", "POST / 9", "POST / 8"],
  ["filteringRules", { a: { scanHeaders: ["Content-Length"], denyStrings: ["7"] } }, "404.19", "POST / 7", "POST / 8"],
];

test.each(cases)("%s of %j: %s", async (setting, value, code, refused, taken) => {
  const clear = {
    hiddenSegments: [],
    deniedFileExtensions: [],
    allowDoubleEscaping: true,
    maxAllowedContentLength: 100,
  };
  using it = new OpenSite({ settings: { ...clear, [setting]: value } as never }, { "content/a/index.html": "here" });
  const ask = (said: string) => {
    const [method = "", target = "", length] = said.split(" ");
    return it.code(method, target, length === undefined ? "" : `Content-Length: ${length}\r\n`);
  };
  expect(await ask(refused)).toBe(code);
  expect(await ask(taken)).not.toContain(".");
});

test("a filtering rule is for the files and the parts that it names, and its % may be let through", async () => {
  const rule = { scanQueryString: true, scanHeaders: ["User-Agent"], appliesTo: [".ASP"], denyStrings: ["bad", "é"] };
  using it = new OpenSite({ settings: { filteringRules: { a: rule } } });
  expect(await it.code("GET", "/x.asp?BAD")).toBe("404.19");
  expect(await it.code("GET", "/x.asp?%C3%A9")).toBe("404.19");
  expect(await it.code("GET", "/x.htm?bad")).toBe("404");
  expect(await it.code("GET", "/bad.asp")).toBe("404");
  expect(await it.code("GET", "/x.asp", "User-Agent: a%62ad\r\n")).toBe("404.19");
  expect(await it.code("GET", "/x.asp", "User-Agent: 5% off\r\n")).toBe("404.19");
  expect(await it.code("GET", "/x.asp", "Cookie: bad\r\n")).toBe("404");
  using lenient = new OpenSite({ settings: { filteringRules: { a: { ...rule, denyUnescapedPercent: false } } } });
  expect(await lenient.code("GET", "/x.asp", "User-Agent: 5% off\r\n")).toBe("404");
});

test("a query is looked at as it was sent only, where a setting says so", async () => {
  const filteringRules = { a: { scanQueryString: true, denyStrings: ["--"] } };
  using it = new OpenSite({
    settings: { unescapeQueryString: false, denyQueryStringSequences: ["<"], filteringRules },
  });
  expect(await it.code("GET", "/x?<")).toBe("404.18");
  expect(await it.code("GET", "/x?--")).toBe("404.19");
  expect(await it.code("GET", "/x?%3C%2D%2D")).toBe("404");
});

test("what is always allowed is not held against the rules about its part, and against all others", async () => {
  using it = new OpenSite({
    settings: {
      alwaysAllowedUrls: ["/bin/A+b.config"],
      alwaysAllowedQueryStrings: ["a=<b>&c=%"],
      denyQueryStringSequences: ["<"],
      deniedVerbs: ["PUT"],
      filteringRules: { a: { scanUrl: true, scanQueryString: true, denyStrings: ["b.c"] } },
    },
  });
  expect(await it.code("GET", "/bin/a+B.config")).toBe("404");
  expect(await it.code("GET", "/bin/a+B.config?a=<B>&c=%")).toBe("404");
  expect(await it.code("GET", "/bin/a+b.config?<")).toBe("404.18");
  expect(await it.code("GET", "/bin/a+b.config?b.c")).toBe("404.19");
  expect(await it.code("GET", "/bin/?a=<b>&c=%")).toBe("404.8");
  expect(await it.code("PUT", "/bin/a+b.config")).toBe("404.6");
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

test("an extension or a name that could fit nothing is refused where it is set", () => {
  const { deniedFileExtensions, hiddenSegments } = filterSettings;
  for (const given of ["config", ".tar.gz", "./", ""]) expect(deniedFileExtensions.kind.decode([given]).ok).toBe(false);
  for (const given of ["a/b", "bin\\", ""]) expect(hiddenSegments.kind.decode([given]).ok).toBe(false);
  expect(deniedFileExtensions.kind.decode([".config", "."]).ok && hiddenSegments.kind.decode([".git"]).ok).toBe(true);
});
