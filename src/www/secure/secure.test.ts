import { expect, test } from "bun:test";
import type { JsonObject } from "../../base/json.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import { siteRefusals } from "../engine/refusals.ts";
import { OpenSite } from "../testing/open-site.ts";

const files = { "content/a/index.html": "root", "content/a/docs/a.txt": "doc" };
const said = ({ fields }: Answer, name: string) => fields.filter(([it]) => it === name).map(([, value]) => value);
const security = (answer: Answer) => said(answer, "Strict-Transport-Security");

function site(settings: JsonObject, isSecure: boolean): OpenSite {
  const it = new OpenSite({ settings }, files);
  it.isSecure = isSecure;
  return it;
}

test("under TLS every answer tells browsers to come back so, whatever it is", async () => {
  using it = site({ hsts: true, hstsMaxAge: "1h", redirectRules: ["/old /new"] }, true);
  const told = async (method: string, target: string, headers = "") => {
    const answer = await it.ask(method, target, headers);
    return [answer.status, ...security(answer)];
  };
  for (const [status, method, target] of [
    [200, "GET", "/"],
    [200, "GET", "/"], // out of memory
    [200, "HEAD", "/"],
    [200, "OPTIONS", "/"],
    [200, "OPTIONS", "*"],
    [301, "GET", "/docs"],
    [302, "GET", "/old"],
    [400, "GET", "/../.."],
    [403, "GET", "/docs/"],
    [404, "GET", "/none"],
    [404, "GET", "/web.config"],
    [405, "POST", "/"],
  ] as const)
    expect(await told(method, target)).toEqual([status, "max-age=3600"]);
  expect(await told("GET", "/", "If-None-Match: *\r\n")).toEqual([304, "max-age=3600"]);
  expect(await told("GET", "/", "Range: bytes=1-2\r\n")).toEqual([206, "max-age=3600"]);
  expect(security(it.site.refuse(siteRefusals.tooManyRequests, true))).toEqual(["max-age=3600"]);
});

test("in clear it is never told, and without hsts nowhere", async () => {
  using clear = site({ hsts: true }, false);
  expect(security(await clear.ask("GET", "/"))).toEqual([]);
  expect(security(clear.site.refuse(siteRefusals.tooManyRequests, false))).toEqual([]);
  using off = site({}, true);
  expect(security(await off.ask("GET", "/"))).toEqual([]);
});

test("what is told follows the settings, once, also where customHeaders has it too", async () => {
  const customHeaders = ["Strict-Transport-Security: max-age=1", "X-A: 1"];
  using it = site({ hsts: true, hstsIncludeSubDomains: true, hstsPreload: true, customHeaders }, true);
  const answer = await it.ask("GET", "/");
  expect(security(answer)).toEqual(["max-age=31536000; includeSubDomains; preload"]);
  expect(said(answer, "X-A")).toEqual(["1"]);
  using off = site({ customHeaders }, true);
  expect(security(await off.ask("GET", "/"))).toEqual(["max-age=1"]);
});

test("what comes in clear is sent to the port of the binding that has the host", async () => {
  const secureBindings = ["*:8443:a", "*:444:*.b.example", "*:443:*.b.example", "*:0"];
  using it = site({ redirectToHttps: true, secureBindings, customHeaders: ["X-A: 1"] }, false);
  const location = async (method: string, host: string, target: string) => {
    const answer = await it.ask(method, target, "", undefined, host);
    expect(said(answer, "X-A")).toEqual(["1"]);
    return [answer.status, ...said(answer, "Location")];
  };
  expect(await location("GET", "A", "/docs?x=%20")).toEqual([301, "https://a:8443/docs?x=%20"]);
  expect(await location("HEAD", "w.b.example:80", "/")).toEqual([301, "https://w.b.example/"]);
  expect(await location("POST", "other", "/")).toEqual([308, "https://other/"]);
  expect(await location("GET", "a", '/"{\xff}')).toEqual([301, "https://a:8443/%22%7B%FF%7D"]);
  expect(await location("GET", "a", "/none")).toEqual([301, "https://a:8443/none"]);
});

test("a request without a host, which nobody could be sent on, is refused; under TLS it is answered", async () => {
  using clear = site({ redirectToHttps: true }, false);
  expect(await clear.code("GET", "/", "", undefined, null)).toBe("403.4");
  using secure = site({ redirectToHttps: true }, true);
  expect(await secure.code("GET", "/", "", undefined, null)).toBe("200");
});
