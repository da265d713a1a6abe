// What of a head is a request, and what is refused, as RFC 9113 §8 wants.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { asksPlainly } from "../../http/head/asks-plainly.ts";
import { usualHeadLimits } from "../../http/head/parse-head.ts";
import { refusals } from "../../http/refusal.ts";
import type { Field } from "../../http/request.ts";
import { BlockReader } from "../hpack/block-reader.ts";
import { block, get } from "../testing/frames.ts";
import { malformed } from "./malformed.ts";
import { StreamRequest } from "./stream-request.ts";

function read(fields: readonly Field[], hasBody = false): StreamRequest {
  const bytes = block(fields);
  const request = new StreamRequest(usualHeadLimits, bytes.length);
  expect(new BlockReader().read(bytes, 0, bytes.length, request)).toBe(true);
  request.complete(hasBody);
  return request;
}

const without = (...names: readonly string[]) => get().filter(([name]) => !names.includes(name));
const flaw = (fields: readonly Field[], hasBody?: boolean) => read(fields, hasBody).refusal;
const also = (...fields: readonly Field[]) => flaw([...get(), ...fields]);

test("a request says what it was asked with", () => {
  const request = read([
    [":method", "GET"],
    [":authority", "A.example:8443"],
    [":scheme", "https"],
    [":path", "/a%20b?c"],
    ["accept", "a"],
    ["cookie", "a=b"],
    ["accept", "b"],
    ["cookie", "c=d"],
    ["x-own", "caf\xe9"],
  ]);
  expect(request.refusal).toBeUndefined();
  expect(request).toMatchObject({ version: "HTTP/2.0", method: "GET", path: "/a%20b?c", target: "/a%20b?c" });
  expect(request).toMatchObject({ host: "a.example", port: 8443, upgrade: undefined });
  expect(["Host", "ACCEPT", "cookie", "x-own", "range", "nothing"].map((it) => request.header(it))).toEqual([
    "A.example:8443",
    "a, b",
    "a=b; c=d",
    "caf\xe9",
    undefined,
    undefined,
  ]);
  expect(request.headers()).toEqual([
    ["host", "A.example:8443"],
    ["accept", "a"],
    ["cookie", "a=b"],
    ["accept", "b"],
    ["cookie", "c=d"],
    ["x-own", "caf\xe9"],
  ]);
});

test("it is known without a question whether a request has a condition", () => {
  expect([asksPlainly(read(get())), asksPlainly(read([...get(), ["range", "bytes=0-1"]]))]).toEqual([true, false]);
});

test("the host may be said as in HTTP/1, or in both ways alike, and has to be said", () => {
  const host = (...fields: readonly Field[]) => read([...without(":authority"), ...fields]);
  expect(host(["host", "b.example:81"])).toMatchObject({ refusal: undefined, host: "b.example", port: 81 });
  expect(host(["host", "b.example"]).headers()).toEqual([["host", "b.example"]]);
  expect(read([...get(), ["host", "A.EXAMPLE"]]).refusal).toBeUndefined();
  expect(read([...get(), ["host", "A.EXAMPLE"]]).headers()).toEqual([["host", "A.EXAMPLE"]]);
  expect(also(["host", "b.example"])).toBe(malformed.hostsDisagree);
  expect(also(["host", "a.example"], ["host", "a.example"])).toBe(refusals.hostTwice);
  expect(host().refusal).toBe(malformed.hostMissing);
  for (const name of ["user@a.example", "a/b", "a b", "[::1", "a:x"])
    expect([name, flaw([...without(":authority"), [":authority", name]])]).toEqual([name, refusals.host]);
});

test("pseudo-headers are said once, before all others, and no others than those of requests", () => {
  expect(flaw(without(":method"))).toBe(malformed.pseudoMissing);
  expect(flaw(without(":scheme"))).toBe(malformed.pseudoMissing);
  expect(flaw(without(":path"))).toBe(malformed.pseudoMissing);
  expect(flaw([])).toBe(malformed.pseudoMissing);
  for (const twice of get()) expect(flaw([...get(), twice])).toBe(malformed.pseudoTwice);
  expect(flaw([["accept", "x"], ...get()])).toBe(malformed.pseudoLate);
  expect(also([":status", "200"])).toBe(malformed.pseudoUnknown);
  expect(also([":protocol", "websocket"])).toBe(malformed.pseudoUnknown);
});

test("pseudo-headers say what they may", () => {
  const instead = (name: string, value: string) => flaw([...without(name), [name, value]]);
  expect(instead(":path", "")).toBe(refusals.target);
  for (const path of ["a", "/a b", "/a#b", "/a\0", "http://a/"]) expect(instead(":path", path)).toBe(refusals.target);
  expect(instead(":path", "*")).toBe(refusals.targetForm);
  expect(flaw([[":method", "OPTIONS"], ...without(":method", ":path"), [":path", "*"]])).toBeUndefined();
  for (const method of ["", "G T", "GET\0"]) expect(instead(":method", method)).toBe(refusals.requestLine);
  for (const scheme of ["", "ftp", "https "]) expect(instead(":scheme", scheme)).toBe(malformed.scheme);
  expect(instead(":scheme", "HTTP")).toBeUndefined();
});

test("names and values hold what they may", () => {
  expect(also(["X-Own", "a"])).toBe(malformed.upperCase);
  for (const name of ["", "a b", "a:", "a\0", "a\xe9"])
    expect([name, also([name, "a"])]).toEqual([name, refusals.fieldName]);
  for (const value of ["a\0", "a\rb", "a\nb", "\x7f"]) expect(also(["x-own", value])).toBe(refusals.fieldValue);
  for (const value of [" a", "a ", "\ta"]) expect(also(["x-own", value])).toBe(malformed.valueBlank);
  expect(also(["x-own", ""])).toBeUndefined();
});

test("fields that speak of a connection are refused", () => {
  for (const name of ["connection", "proxy-connection", "keep-alive", "transfer-encoding", "upgrade"])
    expect(also([name, "x"])).toBe(malformed.connectionField);
  expect(also(["te", "gzip"])).toBe(malformed.te);
  expect(also(["te", "trailers"])).toBeUndefined();
});

test("a length is one number, and there is a body where it says so", () => {
  expect(also(["content-length", "0"])).toBeUndefined();
  expect(also(["content-length", "1"])).toBe(malformed.bodyLength);
  expect(flaw([...get(), ["content-length", "1"]], true)).toBeUndefined();
  expect(also(["content-length", "0"], ["content-length", "0"])).toBe(refusals.contentLengthTwice);
  for (const length of ["", "+1", "1,1", "0x1"]) expect(also(["content-length", length])).toBe(refusals.contentLength);
  expect(also(["content-length", "9".repeat(20)])).toBe(refusals.contentLengthTooLarge);
  expect(also(["expect", "100-Continue"])).toBeUndefined();
  expect(also(["expect", "more"])).toBe(refusals.expectation);
});

test("CONNECT names a host with a port, and nothing else", () => {
  const connect = (...fields: readonly Field[]) => read([[":method", "CONNECT"], ...fields]);
  expect(connect([":authority", "a.example:443"])).toMatchObject({
    refusal: undefined,
    target: "a.example:443",
    port: 443,
  });
  expect(connect([":authority", "a.example"]).refusal).toBe(refusals.targetForm);
  expect(connect([":authority", "a.example:443"], [":path", "/"]).refusal).toBe(malformed.pseudoOfConnect);
});

test("a head has the bounds that it has in HTTP/1", () => {
  expect(flaw([...without(":path"), [":path", `/${"x".repeat(16_384)}`]])).toBe(refusals.requestLineTooLong);
  expect(also(["x-own", "y".repeat(65_600)])).toBe(refusals.fieldsTooLong);
  expect(also(...Array.from({ length: 201 }, (_, index) => [`x-${index}`, ""] as const))).toBe(refusals.fieldsTooMany);
  expect(also(...Array.from({ length: 200 }, (_, index) => [`x-${index}`, ""] as const))).toBeUndefined();
});

test("no fields make it throw, and what it takes for sound has no line end", () => {
  const text = fc.oneof(
    fc.string(),
    fc.uint8Array({ maxLength: 20 }).map((it) => Buffer.from(it).toString("latin1")),
  );
  const name = fc.oneof(fc.constantFrom(":method", ":path", ":authority", "host", "cookie", "content-length"), text);
  fc.assert(
    fc.property(
      fc.array(
        fc.tuple(
          name,
          text.filter((it) => !/[^\0-\xff]/.test(it)),
        ),
      ),
      (fields) => {
        const request = read([...get(), ...fields.filter(([it]) => !/[^\0-\xff]/.test(it))]);
        if (request.refusal === undefined) expect(JSON.stringify(request.headers())).not.toMatch(/\\[nr]|\\u0000/);
        expect(request.host).toBe("a.example");
      },
    ),
  );
});
