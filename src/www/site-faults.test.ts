import { expect, test } from "bun:test";
import { sentence } from "../base/fault.ts";
import type { JsonObject } from "../base/json.ts";
import { OpenSite, type Written } from "./testing/open-site.ts";

function faults(settings: JsonObject, below: Written = {}): readonly string[] {
  using it = new OpenSite({ settings, ...below });
  return it.site.faults.map(sentence);
}

const tls = { bindings: ["*:80"], secureBindings: ["*:443"] };
const authority = `-----BEGIN CERTIFICATE-----\n${btoa("any")}\n-----END CERTIFICATE-----\n`;

test("a site that can be seen has no fault", () => {
  expect(faults({})).toEqual([]);
  expect(faults({ ...tls, requireTls: true, basicAuthentication: true, anonymousAuthentication: false })).toEqual([]);
});

test("a client certificate that nobody is asked for, or that nobody is believed, shuts a directory", () => {
  const below = { directories: { d: { settings: { requireClientCertificate: true } } } };
  expect(faults(tls, below)).toEqual([
    "Nobody can be let in to /d of www/sites/a: it demands a client certificate, and the site asks no client for one. Mend that: inetsrv config set www/sites/a/clientCertificate ask. Or demand less: www/sites/a/directories/d/requireClientCertificate",
  ]);
  const asked = { ...tls, clientCertificate: "ask" };
  expect(faults(asked, below)).toEqual([expect.stringContaining("www/sites/a/clientAuthorities")]);
  expect(faults({ ...asked, clientAuthorities: authority }, below)).toEqual([]);
  expect(faults({ clientCertificate: "ask", clientAuthorities: authority }, below)).toEqual([
    expect.stringContaining("www/sites/a/secureBindings"),
  ]);
});

test("so does a login by certificate where there is no other, and only where one is demanded", () => {
  const alone = { ...tls, certificateAuthentication: true };
  expect(faults(alone)).toEqual([]);
  expect(faults({ ...alone, authorization: ["deny *"] })).toEqual([]);
  expect(faults({ ...alone, anonymousAuthentication: false })).toEqual([
    expect.stringContaining("www/sites/a/clientCertificate"),
  ]);
  expect(faults({ ...alone, authorization: ["allow account *"] })).toHaveLength(1);
  expect(faults({ ...alone, anonymousAuthentication: false, basicAuthentication: true })).toEqual([]);
});

test("so does a password that could be told in clear alone, unless all who come are on this machine", () => {
  const clear = { bindings: ["*:80"], basicAuthentication: true, anonymousAuthentication: false };
  expect(faults(clear)).toEqual([expect.stringContaining("takes no password in clear")]);
  expect(faults({ ...clear, anonymousAuthentication: true })).toEqual([]);
  expect(faults({ ...clear, plainTextLogin: true })).toEqual([]);
  expect(faults({ ...clear, bindings: ["127.0.0.1:80", "[::1]:80"] })).toEqual([]);
  expect(faults({ ...clear, ...tls })).toEqual([]);
});

test("TLS that is required and bound nowhere is told", () => {
  expect(faults({ bindings: ["*:80"], requireTls: true })).toEqual([expect.stringContaining("no binding with TLS")]);
});

test("a folder that has come to be one of the server's own is told, once", () => {
  const below = { directories: { d: { settings: { path: "keys" } }, e: { settings: { path: "spool" } } } };
  expect(faults({}, below)).toEqual([
    expect.stringMatching(/\/keys holds the keys of the server.*directories\/d\/path/),
  ]);
});
