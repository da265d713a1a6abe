import { expect, test } from "bun:test";
import type { JsonObject } from "../../base/json.ts";
import { OpenSite } from "../testing/open-site.ts";

const files = { "content/a/index.html": "root", "content/a/api/x.json": "{}" };

interface Said {
  readonly method?: string;
  readonly origin?: string;
  readonly headers?: string;
}

/** The status, and what is said to pages of other sites. */
async function ask(it: OpenSite, target: string, { method = "GET", origin, headers = "" }: Said = {}) {
  const said = origin === undefined ? "" : `Origin: ${origin}\r\n`;
  const { status, fields } = await it.ask(method, target, said + headers);
  const about = fields.filter(([name]) => name.startsWith("Access-Control-") || name === "Vary");
  return [status, ...about.map(([name, value]) => `${name.replace("Access-Control-", "")}: ${value}`)];
}

const preflight = (method: string, headers?: string): Said => ({
  method: "OPTIONS",
  headers: `Access-Control-Request-Method: ${method}\r\n${headers === undefined ? "" : `Access-Control-Request-Headers: ${headers}\r\n`}`,
});

const site = (settings: JsonObject) => new OpenSite({ settings }, files);

test("without rows nothing is said, whoever asks", async () => {
  using it = site({ corsFailUnlisted: true });
  expect(await ask(it, "/", { origin: "https://b.example" })).toEqual([200]);
  expect(await ask(it, "/", { ...preflight("PUT"), origin: "https://b.example" })).toEqual([200]);
});

test("the row that fits closest says what a page may, and each answer tells that it differs by origin", async () => {
  using it = site({
    corsRules: [
      "*",
      "https://*.example",
      "https://*.b.example credentials",
      "https://bad.b.example deny",
      "https://a.b.example credentials expose=X-A/X-B",
    ],
  });
  const allowed = (origin: string) => ask(it, "/", { origin });
  expect(await ask(it, "/")).toEqual([200, "Vary: Origin"]);
  expect(await allowed("http://elsewhere")).toEqual([200, "Allow-Origin: *", "Vary: Origin"]);
  expect(await allowed("null")).toEqual([200, "Allow-Origin: *", "Vary: Origin"]);
  expect(await allowed("https://x.example")).toEqual([200, "Allow-Origin: https://x.example", "Vary: Origin"]);
  const cookies = "Allow-Credentials: true";
  expect(await allowed("https://x.b.example")).toEqual([
    200,
    "Allow-Origin: https://x.b.example",
    cookies,
    "Vary: Origin",
  ]);
  expect(await allowed("https://bad.b.example")).toEqual([200, "Vary: Origin"]);
  expect(await allowed("https://a.b.example")).toEqual([
    200,
    "Allow-Origin: https://a.b.example",
    cookies,
    "Expose-Headers: X-A, X-B",
    "Vary: Origin",
  ]);
});

test("where everybody is told the same, it is told to everybody, so that one answer can be kept for all", async () => {
  using it = site({ corsRules: ["* expose=*"] });
  const all = ["Allow-Origin: *", "Expose-Headers: *"];
  expect(await ask(it, "/")).toEqual([200, ...all]);
  expect(await ask(it, "/", { origin: "https://b.example" })).toEqual([200, ...all]);
});

test("errors say it too, so that the page learns what went wrong", async () => {
  using it = site({ corsRules: ["https://b.example"] });
  const said = ["Allow-Origin: https://b.example", "Vary: Origin"];
  const origin = "https://b.example";
  expect(await ask(it, "/none", { origin })).toEqual([404, ...said]);
  expect(await ask(it, "/web.config", { origin })).toEqual([404, ...said]);
  expect(await ask(it, "/", { method: "POST", origin })).toEqual([405, ...said]);
  expect(await ask(it, "/", { origin, headers: "If-None-Match: *\r\n" })).toEqual([304, ...said]);
});

test("a browser that asks for leave is answered here, with all that is allowed", async () => {
  using it = site({
    corsRules: ["https://b.example methods=PUT headers=X-A max-age=10m", "https://c.example methods=* headers=*"],
    customHeaders: ["X-Own: 1", "access-control-allow-origin: *"],
  });
  const leave = (origin: string, said: Said) => ask(it, "/none", { ...said, origin });
  expect(await leave("https://b.example", preflight("DELETE", "x-b"))).toEqual([
    204,
    "Allow-Methods: GET, HEAD, POST, PUT",
    "Allow-Headers: X-A",
    "Max-Age: 600",
    "Allow-Origin: https://b.example",
    "Vary: Origin",
  ]);
  expect(await leave("https://c.example", preflight("PATCH", "x-b, x-c"))).toEqual([
    204,
    "Allow-Methods: GET, HEAD, POST, PATCH",
    "Allow-Headers: x-b, x-c",
    "Allow-Origin: https://c.example",
    "Vary: Origin",
  ]);
  // What no list of names is, is not said after it.
  const odd = await leave("https://c.example", preflight("PATCH", "x-b;\u00e9"));
  expect(odd.filter((said) => String(said).startsWith("Allow-Headers"))).toEqual([]);
  expect(await leave("https://d.example", preflight("PUT"))).toEqual([200, "Vary: Origin"]);
  const answer = await it.ask("OPTIONS", "/", "Origin: https://b.example\r\nAccess-Control-Request-Method: PUT\r\n");
  expect(answer.fields).toContainEqual(["X-Own", "1"]);
});

test("pages of sites that are not listed can be refused, and the site's own pages never are", async () => {
  using it = site({ corsRules: ["https://b.example", "https://c.example deny"], corsFailUnlisted: true });
  const status = async (origin: string | undefined, said: Said = {}) =>
    (await ask(it, "/", origin === undefined ? said : { ...said, origin }))[0];
  expect(await status(undefined)).toBe(200);
  expect(await status("https://b.example")).toBe(200);
  expect(await status("https://c.example")).toBe(403);
  expect(await status("https://d.example")).toBe(403);
  expect(await status("null")).toBe(403);
  expect(await status("https://d.example", preflight("PUT"))).toBe(403);
  expect(await status("http://a")).toBe(200);
  expect(await status("https://a:443")).toBe(200);
  expect(await status("https://a:8443")).toBe(403);
});

test("a directory has rows of its own", async () => {
  using it = new OpenSite({ directories: { api: { settings: { corsRules: ["*"] } } } }, files);
  expect(await ask(it, "/")).toEqual([200]);
  expect(await ask(it, "/api/x.json")).toEqual([200, "Allow-Origin: *"]);
});

test("the page of the refusal names what refused it, and not the rules of who is let in", async () => {
  using it = site({ corsRules: ["https://b.example"], corsFailUnlisted: true, errorMode: "detailed" });
  const { body } = await it.ask("GET", "/", "Origin: https://d.example\r\n");
  expect(String(body)).toContain("<td>corsRules</td>");
});
