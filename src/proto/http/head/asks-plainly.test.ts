import { expect, test } from "bun:test";
import type { Request } from "../request.ts";
import { asksPlainly } from "./asks-plainly.ts";
import { parseHead, usualHeadLimits } from "./parse-head.ts";

function head(...lines: readonly string[]) {
  const bytes = Buffer.from(["GET / HTTP/1.1", "Host: a", ...lines, "", ""].join("\r\n"));
  const request = parseHead(bytes, 0, usualHeadLimits);
  if (request === undefined) throw new Error("no head");
  return request;
}

test("a condition or a range is seen, and other fields are none", () => {
  expect(asksPlainly(head("Accept-Encoding: br", "Cookie: a=b"))).toBe(true);
  for (const name of ["If-Match", "if-none-match", "If-Modified-Since", "If-Unmodified-Since", "If-Range", "RANGE"])
    expect([name, asksPlainly(head(`${name}: x`))]).toEqual([name, false]);
});

test("it is the same for a request that does not lie in bytes", () => {
  const saying = (said: string | undefined): Request => ({
    version: "HTTP/2.0",
    method: "GET",
    target: "/",
    path: "/",
    headBytes: 0,
    host: "a",
    port: undefined,
    upgrade: undefined,
    body: undefined,
    header: (name) => (name === "range" ? said : undefined),
    headers: () => [],
  });
  expect(asksPlainly(saying("bytes=0-"))).toBe(false);
  expect(asksPlainly(saying(undefined))).toBe(true);
});
