import { expect, test } from "bun:test";
import { type Refusal, refusals } from "../refusal.ts";
import { type HeadLimits, parseHead, usualHeadLimits } from "./parse-head.ts";
import type { RequestHead } from "./request-head.ts";

const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");
const parse = (text: string, limits: HeadLimits = usualHeadLimits) => parseHead(latin1(text), 0, limits);

/** A sound head with these lines behind its first two. */
const withLines = (...lines: readonly string[]) =>
  ["GET /a?b HTTP/1.1", "Host: a.example", ...lines, "", ""].join("\r\n");

function sound(text: string): RequestHead {
  const head = parse(text);
  if (head === undefined || head.refusal !== undefined) throw new Error(head?.refusal?.because ?? "unfinished");
  return head;
}

const refusalOf = (text: string, limits?: HeadLimits): Refusal | "sound" | "unfinished" => {
  const head = parse(text, limits);
  return head === undefined ? "unfinished" : (head.refusal ?? "sound");
};

test("a head tells what routing and framing need, and where it ends", () => {
  const text = withLines("Content-Length: 5", "X-Note:  two words \t");
  const head = sound(`${text}hello`);
  expect(head).toMatchObject({ method: "GET", target: "/a?b", path: "/a?b", version: "HTTP/1.1", host: "a.example" });
  expect(head).toMatchObject({ contentLength: 5, hasBody: true, keepsAlive: true, end: text.length });
  expect(head.header("x-note")).toBe("two words");
  expect(head.headers()).toEqual([
    ["Host", "a.example"],
    ["Content-Length", "5"],
    ["X-Note", "two words"],
  ]);
});

test("a head may begin anywhere in what arrived, and behind a few empty lines", () => {
  const bytes = latin1(`GET / HTTP/1.1\r\nHost: a\r\n\r\n\r\nHEAD /b HTTP/1.1\r\nhost:b\r\n\r\nrest`);
  const first = parseHead(bytes, 0, usualHeadLimits);
  const second = parseHead(bytes, first?.end ?? 0, usualHeadLimits);
  expect(second).toMatchObject({ method: "HEAD", target: "/b", host: "b", end: bytes.length - "rest".length });
  expect(refusalOf(`${"\r\n".repeat(4)}${withLines()}`)).toBe("sound");
  expect(refusalOf(`${"\r\n".repeat(5)}${withLines()}`)).toBe(refusals.requestLine);
});

test("a field is found in any case, in all of its lines, and not where only a part of its name stands", () => {
  const head = sound(withLines("Accept: a", "X-Accept: b", "ACCEPT: c", "accept-x: d", "Cookie: e=1", "cookie: f=2"));
  expect(head.header("Accept")).toBe("a, c");
  expect(head.header("cookie")).toBe("e=1; f=2");
  expect([head.header("x"), head.header("range"), head.header("accept-")]).toEqual([undefined, undefined, undefined]);
  expect(sound("GET / HTTP/1.0\r\nX-Only: 1\r\n\r\n").header("x-only")).toBe("1");
});

test("bytes beyond ASCII come through one by one", () => {
  const head = sound(`GET /\xe9 HTTP/1.1\r\nHost: a\r\nX: \xff\xe9\r\n\r\n`);
  expect([head.target, head.header("x")]).toEqual(["/\xe9", "\xff\xe9"]);
});

test("the request line is taken strictly", () => {
  const line = (text: string) => refusalOf(`${text}\r\nHost: a\r\n\r\n`);
  const rows: readonly (readonly [string, Refusal | "sound"])[] = [
    ["M-SEARCH * HTTP/1.1", refusals.targetForm],
    ["get / HTTP/1.1", "sound"],
    ["(x) / HTTP/1.1", refusals.requestLine],
    [" GET / HTTP/1.1", refusals.requestLine],
    ["GET  / HTTP/1.1", refusals.requestLine],
    ["GET /  HTTP/1.1", refusals.requestLine],
    ["GET\t/ HTTP/1.1", refusals.requestLine],
    ["GET / HTTP/1.1 ", refusals.requestLine],
    ["GET /", refusals.requestLine],
    ["GET", refusals.requestLine],
    ["GET /a\x01 HTTP/1.1", refusals.target],
    ["GET /a#b HTTP/1.1", refusals.target],
    ["GET /a\x7f HTTP/1.1", refusals.target],
    ["GET / http/1.1", refusals.versionUnknown],
    ["GET / HTTP/1.10", refusals.versionUnknown],
    ["GET / HTTP/1,1", refusals.versionUnknown],
    ["GET / HTTP/1.2", refusals.versionUnsupported],
    ["GET / HTTP/0.9", refusals.versionUnsupported],
    ["PRI * HTTP/2.0", refusals.versionUnsupported],
    ["GET / HTTP/1.1\r", refusals.bareCr],
    ["GET /\rHost: b HTTP/1.1", refusals.bareCr],
  ];
  for (const [text, expected] of rows) expect([text, line(text)]).toEqual([text, expected]);
  expect(refusalOf("GET / HTTP/1.1\nHost: a\n\n")).toBe(refusals.bareLf);
});

test("a target has the form that its method asks for", () => {
  const rows: readonly (readonly [string, string | undefined, string?])[] = [
    ["GET /a//b?c?d", "/a//b?c?d"],
    ["GET http://B.example:81/x?y", "/x?y", "b.example"],
    ["GET HTTPS://b", "/", "b"],
    ["GET http://b?q", "/?q", "b"],
    ["GET http://[::1]:8/", "/", "[::1]"],
    ["OPTIONS http://b", "*", "b"],
    ["OPTIONS *", "*"],
    ["OPTIONS /x", "/x"],
    ["CONNECT b:443", "b:443", "b"],
    ["GET *", undefined],
    ["GET a/b", undefined],
    ["GET ?q", undefined],
    ["GET http:/b/", undefined],
    ["GET http:///x", undefined],
    ["GET http://u@b/", undefined],
    ["GET http://b:x/", undefined],
    ["GET ftp://b/", undefined],
    ["GET b:443", undefined],
    ["CONNECT b", undefined],
    ["CONNECT b:", undefined],
    ["CONNECT /", undefined],
    ["CONNECT http://b:443", undefined],
  ];
  for (const [line, path, host = "a"] of rows) {
    const head = parse(`${line} HTTP/1.1\r\nHost: a\r\n\r\n`);
    const told = head?.refusal === undefined ? [head?.path, head?.host] : head.refusal;
    expect([line, told]).toEqual([line, path === undefined ? refusals.targetForm : [path, host]]);
  }
});

test("the host is there once, and can be one", () => {
  const hosts = (...lines: readonly string[]) =>
    refusalOf(`GET / HTTP/1.1\r\n${lines.map((it) => `${it}\r\n`).join("")}\r\n`);
  for (const host of ["", "a", "A.b-c_d.example.", "192.0.2.1", "[::1]", "[::1]:80", "a:", "a:0", "a:65535"])
    expect([host, hosts(`Host: ${host}`)]).toEqual([host, "sound"]);
  for (const host of [
    "a b",
    "a,b",
    "a/b",
    "u@a",
    "a%41",
    "a:b",
    "a:65536",
    "a:80:80",
    "[::1",
    "[]",
    "[g]",
    "[::1]a",
    "\xe9",
  ])
    expect([host, hosts(`Host: ${host}`)]).toEqual([host, refusals.host]);
  expect(hosts()).toBe(refusals.hostMissing);
  expect(hosts("Host: a", "Host: a")).toBe(refusals.hostTwice);
  expect(hosts("Host: a", "hOST: b")).toBe(refusals.hostTwice);
  expect(refusalOf("GET / HTTP/1.0\r\n\r\n")).toBe("sound");
  expect(refusalOf("GET http://b/ HTTP/1.1\r\n\r\n")).toBe(refusals.hostMissing);
  expect(refusalOf("GET http://b/ HTTP/1.1\r\nHost: a b\r\n\r\n")).toBe(refusals.host);
  const { host, port } = sound("GET / HTTP/1.1\r\nHost: WWW.Example:8080\r\n\r\n");
  expect([host, port]).toEqual(["www.example", 8080]);
  expect(sound(withLines()).port).toBeUndefined();
});

test("header lines are taken strictly", () => {
  const rows: readonly (readonly [string, Refusal])[] = [
    ["X : 1", refusals.blankBeforeColon],
    ["X\t: 1", refusals.blankBeforeColon],
    [" X: 1", refusals.foldedField],
    ["\tfolded", refusals.foldedField],
    ["X", refusals.noColon],
    [": 1", refusals.fieldName],
    ["X(: 1", refusals.fieldName],
    ["X\xe9: 1", refusals.fieldName],
    ["X\0: 1", refusals.fieldName],
    ["X: a\0b", refusals.fieldValue],
    ["X: a\x0bb", refusals.fieldValue],
    ["X: a\x7f", refusals.fieldValue],
    ["X: a\rb", refusals.bareCr],
    ["X: a\r", refusals.bareCr],
    ["X: a\nY: b", refusals.bareLf],
  ];
  for (const [line, expected] of rows) expect([line, refusalOf(withLines(line))]).toEqual([line, expected]);
});

test("the length of a body is said once and in one way", () => {
  const rows: readonly (readonly [readonly string[], Refusal | number | "chunked"])[] = [
    [["Content-Length: 0"], 0],
    [["Content-Length: 007"], 7],
    [["Content-Length: \t7 "], 7],
    [["Content-Length: 9007199254740991"], Number.MAX_SAFE_INTEGER],
    [["Content-Length: 9007199254740993"], refusals.contentLengthTooLarge],
    [["Content-Length: 99999999999999999999999999"], refusals.contentLengthTooLarge],
    ...["", "+5", "-5", "5 5", "5,5", "0x5", "5.0", "1e3", "five"].map(
      (it) => [[`Content-Length: ${it}`], refusals.contentLength] as const,
    ),
    [["Content-Length: 5", "content-length: 5"], refusals.contentLengthTwice],
    [["Content-Length: 5", "Transfer-Encoding: chunked"], refusals.lengthAndCoding],
    [["Transfer-Encoding: chunked", "Content-Length: 0"], refusals.lengthAndCoding],
    [["Transfer-Encoding: CHUNKED\t"], "chunked"],
    [["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"], refusals.codingNotLast],
    [["Transfer-Encoding: chunked, chunked"], refusals.codingNotLast],
    [["Transfer-Encoding: chunked , gzip"], refusals.codingNotLast],
    [["Transfer-Encoding: gzip, chunked"], refusals.codingUnknown],
    [["Transfer-Encoding: xchunked"], refusals.codingUnknown],
    [["Transfer-Encoding: \xa0chunked"], refusals.codingMalformed],
    [["Transfer-Encoding: identity"], refusals.codingUnknown],
    [["Transfer-Encoding:"], refusals.codingMalformed],
    [["Transfer-Encoding: chunked,"], refusals.codingMalformed],
    [["Transfer-Encoding: chunked;q=1"], refusals.codingMalformed],
    [['Transfer-Encoding: "chunked"'], refusals.codingMalformed],
  ];
  for (const [lines, expected] of rows) {
    const head = parse(withLines(...lines));
    const told = head?.refusal ?? (head?.chunked === true ? "chunked" : head?.contentLength);
    expect([lines, told]).toEqual([lines, expected]);
  }
  expect(refusalOf("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n")).toBe(refusals.codingInOldVersion);
  expect(refusalOf("CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\nContent-Length: 1\r\n\r\n")).toBe(refusals.connectBody);
});

test("what becomes of the connection is said by version and Connection", () => {
  const keeps = (version: string, connection?: string) => {
    const line = connection === undefined ? "" : `Connection: ${connection}\r\n`;
    return sound(`GET / HTTP/${version}\r\nHost: a\r\n${line}\r\n`).keepsAlive;
  };
  expect([keeps("1.1"), keeps("1.1", "x, CLOSE"), keeps("1.1", "closed")]).toEqual([true, false, true]);
  expect([keeps("1.1", "x,".repeat(63)), keeps("1.1", "x,".repeat(64))]).toEqual([true, false]);
  expect([keeps("1.0"), keeps("1.0", "Keep-Alive"), keeps("1.0", "keep-alive, close")]).toEqual([false, true, false]);
});

test("an upgrade counts where Connection names it, the version knows it and no body comes before", () => {
  const upgrade = (version: string, ...lines: readonly string[]) =>
    sound([`GET / HTTP/${version}`, "Host: a", ...lines, "", ""].join("\r\n")).upgrade;
  expect(upgrade("1.1", "Connection: keep-alive, Upgrade", "Upgrade: websocket")).toBe("websocket");
  expect(upgrade("1.1", "Upgrade: websocket")).toBeUndefined();
  expect(upgrade("1.1", "Connection: upgrade")).toBeUndefined();
  expect(upgrade("1.0", "Connection: upgrade", "Upgrade: websocket")).toBeUndefined();
  expect(upgrade("1.1", "Connection: upgrade", "Upgrade: h2c", "Content-Length: 1")).toBeUndefined();
});

test("only 100-continue may be expected", () => {
  expect(sound(withLines("Expect: 100-Continue")).expectsContinue).toBeTrue();
  expect(refusalOf(withLines("Expect: miracles"))).toBe(refusals.expectation);
  expect(sound("GET / HTTP/1.0\r\nExpect: miracles\r\n\r\n").expectsContinue).toBeFalse();
});

test("limits hold to the byte, and are told before the end has come", () => {
  const text = withLines("X: 1");
  const limits = { requestLineBytesMax: 19, fieldBytesMax: text.length - 19, fieldsMax: 2 };
  expect(refusalOf(text, limits)).toBe("sound");
  expect(refusalOf(text, { ...limits, requestLineBytesMax: 18 })).toBe(refusals.requestLineTooLong);
  expect(refusalOf(text, { ...limits, fieldBytesMax: limits.fieldBytesMax - 1 })).toBe(refusals.fieldsTooLong);
  expect(refusalOf(text, { ...limits, fieldsMax: 1 })).toBe(refusals.fieldsTooMany);
  expect(refusalOf("x".repeat(19), limits)).toBe("unfinished");
  expect(refusalOf("x".repeat(20), limits)).toBe(refusals.requestLineTooLong);
  expect(refusalOf(`GET / HTTP/1.0\r\nX${"x".repeat(100)}`, limits)).toBe(refusals.fieldsTooLong);
});

test("a refused head tells what came before its flaw", () => {
  const head = parse("POST /x HTTP/1.1\r\nHost: a\r\nX: 1\r\nContent-Length: +1\r\nY: 2\r\n\r\n");
  expect(head).toMatchObject({ refusal: refusals.contentLength, method: "POST", target: "/x", host: "a" });
  expect(head?.headers()).toEqual([
    ["Host", "a"],
    ["X", "1"],
  ]);
  expect(head?.header("content-length")).toBeUndefined();
  const garbage = parse(`\x16\x03\x01${"y".repeat(300)}\n`);
  expect(garbage).toMatchObject({ method: "", target: "", host: "" });
  expect(garbage?.headers()).toEqual([]);
});
