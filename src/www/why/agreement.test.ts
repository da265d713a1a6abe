// What `inetsrv www why` tells of a request is what the site answers to it, whatever the settings are.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { fakeLogin } from "../../account/testing/fake-login.ts";
import { systemClock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { bad, expectGood, good } from "../../base/result.ts";
import { underTls } from "../../net/testing/fake-connection.ts";
import type { UrlQuestion } from "../../proto/http/url-question.ts";
import { fakeAsker } from "../testing/fake-asker.ts";
import { OpenSite, type Written } from "../testing/open-site.ts";
import { explainUrl } from "./explain-url.ts";

const files = {
  "content/a/index.html": "x",
  "content/a/a.txt": "x",
  "content/a/b+c.txt": "x",
  "content/a/none.type": "x",
  "content/a/staff/index.html": "x",
  "content/a/staff/deep/a.txt": "x",
  "content/a/.hidden/a.txt": "x",
  "content/a/web.config": "x",
  "store/index.html": "x",
  "store/img/A.txt": "x",
};

const maybe = <T>(...values: readonly T[]) => fc.constantFrom(undefined, undefined, undefined, ...values);
const flag = maybe(true, false);

/** Each with values that let some of the requests below pass, and others not. */
const ofDirectories = {
  addressAccess: maybe(["deny 192.0.2.0/24"], ["allow 2001:db8::/32", "deny *"]),
  addressAccessUnlisted: maybe("deny"),
  addressDenyAction: maybe("401", "404", "abort"),
  requireTls: flag,
  requireClientCertificate: maybe(true),
  anonymousAuthentication: flag,
  basicAuthentication: flag,
  certificateAuthentication: flag,
  authorization: maybe([], ["allow *"], ["allow group staff"], ["deny ?", "allow * verbs get"], ["deny account ada"]),
  allowDoubleEscaping: flag,
  allowHighBitCharacters: flag,
  allowedVerbs: maybe(["GET", "HEAD"]),
  deniedVerbs: maybe(["post"]),
  allowedFileExtensions: maybe([".html", "."]),
  deniedFileExtensions: maybe([], [".html"]),
  hiddenSegments: maybe([], ["staff"], ["index.html"]),
  maxUrl: maybe(10),
  maxQueryString: maybe(0),
  denyUrlSequences: maybe(["deep"]),
  headerLimits: maybe(["Origin 5"]),
  filteringRules: maybe({ rule: { scanAllRaw: true, denyStrings: ["c.example"] } }),
  alwaysAllowedUrls: maybe(["/b+c.txt"]),
  corsRules: maybe(["*"], ["https://b.example credentials"], ["https://*", "https://c.example deny"]),
  corsFailUnlisted: flag,
  defaultDocuments: maybe([], ["a.txt", "index.html"]),
  directoryBrowsing: flag,
  hiddenFiles: flag,
  ignoreCase: flag,
  mimeMap: maybe([".type text/plain"], [".txt none"]),
  redirect: maybe("/staff/", "https://c.example/"),
  redirectExact: flag,
  redirectChildOnly: flag,
  redirectRules: maybe(["/a* /index.html"], ["*.txt !"]),
  errorMode: maybe("custom", "detailed"),
  errorDetailsFor: maybe(["192.0.2.0/24"]),
  errorPages: maybe(["404 redirect /gone"], ["404.8 url /a.txt", "403 redirect https://c.example/"]),
};
const ofSites = {
  redirectToHttps: maybe(true),
  maxUrlSegments: maybe(1),
  backslashSeparates: flag,
  windowsNames: flag,
};

/** Without what was left to its default. */
const stated = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>): fc.Arbitrary<JsonObject> =>
  fc.record(model).map((it) => JSON.parse(JSON.stringify(it)) as JsonObject);
const few = (names: readonly string[], one: fc.Arbitrary<Written>) =>
  fc.dictionary(fc.constantFrom(...names), one, { maxKeys: 3 });
const directories = few(
  ["staff", "staff/deep", "Staff", "index.html", "img"],
  fc.record({ settings: stated(ofDirectories) }),
);
const site: fc.Arbitrary<Written> = fc.record({
  settings: stated({ ...ofDirectories, ...ofSites }).map((it) => ({
    bindings: ["*:80:a"],
    secureBindings: ["*:443:a"],
    ...it,
  })),
  directories,
  applications: few(
    ["shop", "staff"],
    fc.record({ settings: stated(ofDirectories).map((it) => ({ path: "store", ...it })), directories }),
  ),
});

const targets = [
  "/",
  "/index.html",
  "/a.txt",
  "/A.TXT",
  "/a.txt/",
  "/b+c.txt",
  "/none.type",
  "/none",
  "/staff",
  "/staff/",
  "/STAFF/",
  "/st%61ff/deep/a.txt",
  "/staff/../a.txt",
  "/staff/deep/",
  "/.hidden/a.txt",
  "/web.config",
  "/a%2fb",
  "/%c3%a9",
  "/a%00",
  "/../a",
  "/a.txt.",
  "/shop/",
  "/shop/img/a.txt",
  "/shop/img",
];
const question = fc.record({
  path: fc.tuple(fc.constantFrom(...targets), fc.constantFrom("", "", "?q=1")).map((it) => it.join("")),
  method: fc.constantFrom("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "get"),
  ip: fc.constantFrom("192.0.2.7", "198.51.100.1", "2001:db8::1"),
  user: fc.constantFrom(undefined, undefined, "ada"),
  origin: fc.constantFrom(undefined, undefined, "https://b.example", "https://c.example", "http://a", "null"),
  isSecure: fc.boolean(),
});
type Asked = typeof question extends fc.Arbitrary<infer T> ? T : never;

async function told(it: OpenSite, { path, method, ip, user, origin, isSecure }: Asked): Promise<string> {
  const login = await fakeLogin().verify({ by: "password", account: "ada", password: "right" }, fakeFrom);
  const asked: UrlQuestion = {
    url: `${isSecure ? "https" : "http"}://a${path}`,
    method,
    ip,
    ...(user === undefined ? {} : { user }),
    ...(origin === undefined ? {} : { origin }),
  };
  const answer = await explainUrl(asked, [it.written], {
    home: { root: it.home, from: "--home" },
    clock: systemClock,
    welcome: () => (login.is === "welcome" ? good(login) : bad("not in this test")),
  });
  return expectGood(answer).code;
}
const fakeFrom = { address: "192.0.2.1", secure: true, trace: "t1" };

function answered(it: OpenSite, { path, method, ip, user, origin, isSecure }: Asked): Promise<string> {
  const shown = user === undefined ? underTls : { ...underTls, clientName: user, clientFingerprint: "AA" };
  const headers = [
    ...(user === undefined ? [] : [`Authorization: Basic ${Buffer.from(`${user}:right`).toString("base64")}\r\n`]),
    ...(origin === undefined ? [] : [`Origin: ${origin}\r\n`]),
  ].join("");
  return new Promise((resolve) => {
    const asker = fakeAsker({ address: ip, secured: isSecure ? shown : undefined, cut: () => resolve("403.503") });
    void it.code(method, path, headers, asker).then(resolve);
  });
}

test("what is told of a request is what is answered to it", async () => {
  await fc.assert(
    fc.asyncProperty(site, fc.array(question, { minLength: 10, maxLength: 20 }), async (written, questions) => {
      using it = new OpenSite(written, files);
      for (const asked of questions) expect([asked, await told(it, asked)]).toEqual([asked, await answered(it, asked)]);
    }),
    { seed: 1, numRuns: 40 },
  );
});
