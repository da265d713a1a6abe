import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Welcome } from "../../account/login.ts";
import { systemClock } from "../../base/clock.ts";
import type { JsonObject } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { UrlQuestion } from "../../proto/http/url-question.ts";
import { explainUrl } from "./explain-url.ts";

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), "inetsrv-why-"));
  mkdirSync(join(home, "content/a/docs"), { recursive: true });
  writeFileSync(join(home, "content/a/index.html"), "x");
});
afterAll(() => rmSync(home, { recursive: true }));

const site = (name: string, values: JsonObject) => ({ name, path: `www/sites/${name}`, values, below: {} });
const sites = [
  site("a", { bindings: ["*:80:a.example", "127.0.0.1:8080"], secureBindings: ["*:443:a.example"] }),
  site("b", { bindings: ["*:80:*.example"], access: ["deny 192.0.2.0/24"], redirect: "https://c.example/" }),
];

const worldAt = (root: string) =>
  ({
    home: { root, from: "--home" },
    clock: systemClock,
    welcome: (user: string, site: string): Result<Welcome, string> =>
      user === "anna"
        ? good({ is: "welcome", account: "anna", groups: ["staff"], may: (right) => right === "log-in" })
        : bad(`${user} may not log in at ${site}`),
  }) as const;

async function ask(url: string, more: Partial<UrlQuestion> = {}, all = sites) {
  const question = { url, method: "GET", ip: "127.0.0.1", ...more };
  const answer = await explainUrl(question, all, worldAt(home));
  if (!answer.ok) return answer.error;
  const { code, site, consulted } = answer.value;
  return { code, site, last: consulted.at(-1), file: answer.value.file };
}

test("the binding that fits best decides which site it is", async () => {
  expect(await ask("http://a.example/")).toMatchObject({
    code: "200",
    site: "www/sites/a",
    file: join(home, "content/a"),
  });
  expect(await ask("http://A.example:80")).toMatchObject({ code: "200", site: "www/sites/a" });
  expect(await ask("http://x.example/y?z")).toMatchObject({
    code: "302",
    site: "www/sites/b",
    last: { row: "content", says: "answered", because: "it leads to https://c.example/y?z" },
  });
  expect(await ask("http://127.0.0.1:8080/")).toMatchObject({ code: "200", site: "www/sites/a" });
  expect(await ask("https://a.example/")).toMatchObject({ code: "200", site: "www/sites/a" });
});

test("a site that is asked under TLS only sends on what comes in clear", async () => {
  const strict = [site("a", { bindings: ["*:80"], secureBindings: ["*:8443"], redirectToHttps: true })];
  expect(await ask("http://a.example/x?y", {}, strict)).toMatchObject({
    code: "301",
    last: { row: "redirectToHttps", says: "answered", because: "it leads to https://a.example:8443/x?y" },
  });
  const told = async (values: JsonObject) => {
    const all = [site("a", { bindings: ["*:80"], secureBindings: ["*:443"], ...values })];
    const answers = await Promise.all(
      ["http", "https"].map((scheme) => {
        const asked = { url: `${scheme}://a.example/`, method: "GET", ip: "127.0.0.1" };
        return explainUrl(asked, all, worldAt(home));
      }),
    );
    const rows = answers.flatMap((it) => (it.ok ? it.value.consulted : []));
    return rows.filter(({ row }) => row === "hsts" || row === "redirectToHttps").map(({ because }) => because);
  };
  expect(await told({})).toEqual(["what comes in clear is answered", "nothing is said about coming back"]);
  expect(await told({ hsts: true, hstsMaxAge: "1h" })).toEqual([
    "what comes in clear is answered",
    "each answer says max-age=3600",
  ]);
  expect(await ask("https://a.example:8443/", {}, strict)).toMatchObject({ code: "200" });
});

test("what a page of another site may do is told, and who may not even ask is refused", async () => {
  const corsRules = ["https://b.example methods=PUT", "https://c.example deny"];
  const told = async (settings: JsonObject, more: Partial<UrlQuestion>) => {
    const all = [site("a", { bindings: ["*:80"], corsRules, ...settings })];
    const asked = { url: "http://a.example/", method: "GET", ip: "127.0.0.1", ...more };
    const answer = await explainUrl(asked, all, worldAt(home));
    const row = answer.ok ? answer.value.consulted.find((it) => it.row === "corsRules") : undefined;
    return [answer.ok && answer.value.code, row?.because];
  };
  expect(await told({ corsRules: [] }, {})).toEqual(["200", "nothing is said to pages of other sites"]);
  expect(await told({}, {})).toEqual(["200", "no page of another site asks"]);
  const origin = "https://b.example";
  const row = "https://b.example methods=PUT";
  expect(await told({}, { origin })).toEqual(["200", `${row} allows the page to read the answer`]);
  expect(await told({}, { origin, method: "DELETE" })).toEqual([
    "405",
    expect.stringContaining("does not allow DELETE"),
  ]);
  expect(await told({}, { origin: "https://c.example" })).toEqual(["200", expect.stringContaining("no row allows")]);
  const own = { url: "http://a.example:8080/", origin: "http://a.example:8080" };
  expect(await told({ bindings: ["*:8080"] }, own)).toEqual(["200", "no page of another site asks"]);
  const failing = await told({ corsFailUnlisted: true }, { origin: "https://c.example" });
  expect(failing).toEqual(["403", "A page of another site asks, and no row of corsRules allows it"]);
});

test("a host that nobody has is refused, unless a site takes such", async () => {
  expect(await ask("https://b.example/")).toMatchObject({ code: "421", site: null });
  expect(await ask("http://other/")).toMatchObject({ code: "400", last: { setting: "www/defaultSite" } });
  const taken = [site("a", { ...sites[0]?.values, defaultSite: "a" })];
  expect(await ask("http://other/", {}, taken)).toMatchObject({ code: "200", site: "www/sites/a" });
  expect(await ask("http://a.example:81/")).toBe("No site listens on port 81 in clear");
  expect(await ask("ftp://a.example/")).toContain("is no address of http or https");
});

test("a path that only a setting refuses names that setting, whatever the words are", async () => {
  const strict = [site("a", { bindings: ["*:80"], maxUrlSegments: 2, windowsNames: true })];
  const last = async (path: string) => {
    const told = await ask(`http://a.example${path}`, {}, strict);
    return typeof told === "string" ? told : [told.code, told.last?.row, told.last?.setting];
  };
  expect(await last("/a/b/c")).toEqual(["404.20", "path", "www/sites/a/maxUrlSegments"]);
  for (const path of ["/a:b", "/nul", "/a.", "/LONGNA~1.HTM", "/a%7cb"])
    expect([path, ...(await last(path))]).toEqual([path, "404", "path", "www/sites/a/windowsNames"]);
  expect(await last("/a%2fb")).toEqual(["400", "path", "www/sites/a/backslashSeparates"]);
  expect(await last("/../a")).toEqual(["400", "path", null]);
});

test("whoever decides is the last row, with the setting that is responsible", async () => {
  const last = async (url: string, more: Partial<UrlQuestion> = {}) => {
    const told = await ask(url, more);
    return typeof told === "string" ? told : [told.code, told.last?.row, told.last?.setting];
  };
  expect(await last("http://x.example/", { ip: "192.0.2.7" })).toEqual(["503", "access", "www/sites/b/access"]);
  expect(await last("http://a.example/%zz")).toEqual(["400", "path", null]);
  expect(await last("http://a.example/a%5cb")).toEqual(["400", "path", "www/sites/a/backslashSeparates"]);
  expect(await last("http://a.example/bin/x")).toEqual(["404.8", "hiddenSegments", "www/sites/a/hiddenSegments"]);
  expect(await last("http://a.example/docs/")).toEqual(["403.14", "content", "www/sites/a/directoryBrowsing"]);
  expect(await last("http://a.example/nothing")).toEqual(["404", "content", null]);
  expect(await last("http://a.example/", { method: "POST" })).toEqual(["405", "content", null]);
});

test("an error that sends the client elsewhere is told as the error that it is, and then where it leads", async () => {
  const errorPages = ["404 redirect /gone", "403 url /no.htm"];
  const all = [site("a", { bindings: ["*:80"], errorPages })];
  const ip = "192.0.2.7";
  const answer = await explainUrl({ url: "http://a.example/bin/x", method: "GET", ip }, all, worldAt(home));
  if (!answer.ok) throw new Error(answer.error);
  const { code, served, consulted } = answer.value;
  expect([code, served, consulted.at(-2)?.row]).toEqual(["302", false, "hiddenSegments"]);
  expect(consulted.at(-1)).toEqual({
    row: "errorPages",
    says: "refused",
    because: "404 redirect /gone sends the client on",
    setting: "www/sites/a/errorPages",
  });
  expect(await ask("http://a.example/docs/", { ip }, all)).toMatchObject({ code: "403.14" });
  // This machine sees the details.
  expect(await ask("http://a.example/none", {}, all)).toMatchObject({ code: "404" });
});

test("who may see it is told by the same rows, as a stranger and as somebody who has logged in", async () => {
  const authorization = ["allow group staff", "deny account anna verbs DELETE"];
  const bindings = { bindings: ["*:80"], secureBindings: ["*:443"] };
  const safe = [site("a", { ...bindings, authorization, basicAuthentication: true })];
  const last = async (url: string, more: Partial<UrlQuestion> = {}, all = safe) => {
    const told = await ask(url, more, all);
    return typeof told === "string" ? told : [told.code, told.last?.setting, told.last?.because];
  };
  const rules = "www/sites/a/authorization";
  expect(await last("http://a.example/docs/")).toEqual(["401.2", rules, "no rule lets the visitor in"]);
  expect(await last("http://a.example/docs/", { ip: "192.0.2.7" })).toEqual([
    "403.4",
    rules,
    "no rule lets the visitor in; logins are taken under TLS only",
  ]);
  const anna = { user: "anna", ip: "192.0.2.7" };
  expect(await last("http://a.example/docs/", anna)).toEqual([
    "403.4",
    "www/sites/a/anonymousAuthentication",
    "a password was told in clear, and is taken under TLS only",
  ]);
  expect((await last("https://a.example/docs/", anna))[0]).toBe("403.14");
  expect(await last("https://a.example/docs/", { ...anna, method: "DELETE" })).toEqual([
    "403",
    rules,
    "rule 2 is deny account anna verbs DELETE",
  ]);
  expect(await last("https://a.example/", { user: "bert" })).toBe("bert may not log in at a");
  const fenced = [site("a", { bindings: ["*:80"], addressAccess: ["deny 192.0.2.0/24"], addressDenyAction: "abort" })];
  expect(await last("http://a.example/", { ip: "192.0.2.7" }, fenced)).toEqual([
    "403.503",
    "www/sites/a/addressAccess",
    "192.0.2.7: rule 1 is deny 192.0.2.0/24; the connection breaks off",
  ]);
});
