import { expect, test } from "bun:test";
import fc from "fast-check";
import { usualHeadLimits } from "../../proto/http/head/parse-head.ts";
import { refusals } from "../../proto/http/refusal.ts";
import { malformed } from "../../proto/http2/request/malformed.ts";
import { readHead, type Said } from "./read-head.ts";

const get: Said = { ":method": "GET", ":scheme": "https", ":authority": "A.example:8443", ":path": "/a%20b?c" };
const read = (said: Said) => readHead(said, usualHeadLimits);
const also = (more: Said) => read({ ...get, ...more }).refusal;

test("a request says what it was asked with", () => {
  const request = read({ ...get, accept: ["a", "b"], cookie: ["a=b", "c=d"], "x-own": "caf\xe9" });
  expect(request).toMatchObject({ refusal: undefined, version: "HTTP/3.0", method: "GET", path: "/a%20b?c" });
  expect(request).toMatchObject({ host: "a.example", port: 8443, target: "/a%20b?c", upgrade: undefined });
  expect(["Host", "accept", "cookie", "x-own", "range"].map((it) => request.header(it))).toEqual([
    "A.example:8443",
    "a, b",
    "a=b; c=d",
    "caf\xe9",
    undefined,
  ]);
  expect(request.headers().slice(0, 3)).toEqual([
    ["host", "A.example:8443"],
    ["accept", "a"],
    ["accept", "b"],
  ]);
});

test("the host may be said as in HTTP/1, or in both ways alike, and has to be said", () => {
  expect(read({ ...get, ":authority": undefined, host: "b.example:81" })).toMatchObject({
    host: "b.example",
    port: 81,
  });
  expect(also({ host: "a.EXAMPLE:8443" })).toBeUndefined();
  expect(also({ host: "b.example" })).toBe(malformed.hostsDisagree);
  expect(also({ host: ["a.example:8443", "a.example:8443"] })).toBe(refusals.hostTwice);
  expect(also({ ":authority": undefined })).toBe(malformed.hostMissing);
  for (const name of ["user@a", "a/b", "a b", "[::1", "a:x", "a\r\nx: y"])
    expect([name, also({ ":authority": name })]).toEqual([name, refusals.host]);
});

test("pseudo-headers are those of requests, once each, and say what they may", () => {
  expect(also({ ":status": "200" })).toBe(malformed.pseudoUnknown);
  expect(also({ ":protocol": "websocket" })).toBe(malformed.pseudoUnknown);
  expect(also({ ":path": ["/", "/"] })).toBe(malformed.pseudoTwice);
  for (const name of [":method", ":scheme", ":path"])
    expect([name, also({ [name]: undefined })]).toEqual([name, malformed.pseudoMissing]);
  for (const path of ["", "a", "/a b", "/a#b", "/\r\nx", "http://a/"])
    expect([path, also({ ":path": path })]).toEqual([path, refusals.target]);
  for (const method of ["", "G T", "GET\r\n"]) expect(also({ ":method": method })).toBe(refusals.requestLine);
  expect(also({ ":scheme": "ftp" })).toBe(malformed.scheme);
  expect(also({ ":path": "*" })).toBe(refusals.targetForm);
  expect(also({ ":method": "OPTIONS", ":path": "*" })).toBeUndefined();
});

test("CONNECT names a host with a port, and nothing else", () => {
  const connect: Said = { ":method": "CONNECT", ":authority": "a.example:443" };
  expect(read(connect)).toMatchObject({ refusal: undefined, path: "a.example:443" });
  expect(read({ ...connect, ":path": "/" }).refusal).toBe(malformed.pseudoOfConnect);
});

test("fields hold what they may, and none speaks of a connection", () => {
  for (const name of ["connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade"])
    expect(also({ [name]: "x" })).toBe(malformed.connectionField);
  expect(also({ te: "gzip" })).toBe(malformed.te);
  expect(also({ te: "trailers" })).toBeUndefined();
  for (const value of ["a\0", "a\rb", "a\r\nb: c", "\x7f"]) expect(also({ "x-own": value })).toBe(refusals.fieldValue);
  for (const name of ["", "a b", "a:", "a\r\nb"]) expect(also({ [name]: "x" })).toBe(refusals.fieldName);
  expect(also({ "content-length": ["1", "1"] })).toBe(refusals.contentLengthTwice);
  expect(also({ "content-length": "+1" })).toBe(refusals.contentLength);
});

test("a head has the bounds that it has in HTTP/1", () => {
  expect(also({ ":path": `/${"x".repeat(16_384)}` })).toBe(refusals.requestLineTooLong);
  expect(also({ "x-own": "y".repeat(65_600) })).toBe(refusals.fieldsTooLong);
  const many = Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`x-${index}`, ""]));
  expect(also(many)).toBe(refusals.fieldsTooMany);
});

test("nothing that is said makes it throw, and what it takes for sound says no more than it was told", () => {
  const text = fc.string({ unit: fc.constantFrom("a", "A", " ", "\r\n", "\n", ":", "/", "\0", "\xe9") });
  const name = fc.oneof(fc.constantFrom(":method", ":path", ":authority", "host", "cookie", "content-length"), text);
  fc.assert(
    fc.property(fc.array(fc.tuple(name, text), { maxLength: 5 }), (fields) => {
      const said = { ...get, ...Object.fromEntries(fields) };
      const request = read(said);
      if (request.refusal === undefined)
        expect(request.headers()).toHaveLength(Object.keys(said).length - 3 - ("host" in said ? 1 : 0));
    }),
  );
});
