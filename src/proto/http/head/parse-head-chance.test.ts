import { expect, test } from "bun:test";
import fc from "fast-check";
import { parseHead, usualHeadLimits } from "./parse-head.ts";

const parse = (text: string, limits = usualHeadLimits) => parseHead(Buffer.from(text, "latin1"), 0, limits);

/** The same told in another way, of a text in which a head comes to its end: what it says where it is sound. */
function model(text: string): { readonly method: string; readonly fields: readonly string[] } | "refused" {
  const lines = text.replace(/^(\r\n){0,4}/, "").split("\n");
  const line = /^([!#$%&'*+.^_`|~\w-]+) (\/[!-"$-~\x80-\xff]*|\*) HTTP\/1\.([01])\r$/.exec(lines[0] ?? "");
  const [, method = "", target, minor] = line ?? [];
  if (line === null || method === "CONNECT" || (target === "*" && method !== "OPTIONS")) return "refused";
  const fields = lines.slice(1, lines.indexOf("\r", 1)).map((it) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):[\t ]*([\t\x20-\x7e\x80-\xff]*?)[\t ]*\r$/.exec(it) ?? [];
    return name === undefined ? undefined : `${name.toLowerCase()}=${value}`;
  });
  const sound = fields.filter((it) => it !== undefined);
  const values = (name: string) => sound.filter((it) => it.startsWith(`${name}=`)).map((it) => it.split("=")[1] ?? "");
  const [hosts, lengths, codings] = [values("host"), values("content-length"), values("transfer-encoding")];
  const isRefused =
    sound.length < fields.length ||
    hosts.length > 1 ||
    (hosts.length === 0 && minor === "1") ||
    !hosts.every((it) => /^[\w.-]*$/.test(it)) ||
    lengths.length + codings.length > 1 ||
    !lengths.every((it) => /^\d{1,15}$/.test(it)) ||
    !codings.every((it) => it.toLowerCase() === "chunked" && minor === "1");
  return isRefused ? "refused" : { method, fields: sound };
}

const piece = fc.constantFrom(
  ..."\r\n,\r\n,\r\n,\r,\n,\0,\t, , ,:,: ,a,\xff,/,*,GET,GET / HTTP/1.1\r\n,POST /x HTTP/1.1\r\n,GET / HTTP/1.0\r\n".split(
    ",",
  ),
  ...[
    "Host: a\r\n",
    "Host: a\r\n",
    "Content-Length: 5\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close\r\n",
    "X: b\r\n",
  ],
);
const text = fc
  .tuple(
    fc.constantFrom("GET / HTTP/1.1\r\nHost: a\r\n", "OPTIONS * HTTP/1.0\r\n", ""),
    fc.array(piece, { maxLength: 8 }),
  )
  .map(([start, pieces]) => start + pieces.join(""));

test("every head is taken as the model takes it", () => {
  fc.assert(
    fc.property(text, (it) => {
      const whole = `${it}\r\n\r\n\r\n\r\n\r\n\r\n`; // as many as may stand before a head, and more
      const head = parse(whole);
      const fields = head?.headers().map(([name, value]) => `${name.toLowerCase()}=${value}`);
      const told: unknown = head?.refusal === undefined ? { method: head?.method, fields } : "refused";
      expect(told).toEqual(model(whole));
    }),
    { numRuns: 5000 },
  );
});

test("what has been said of a head stays so, whatever comes behind it", () => {
  const limits = { requestLineBytesMax: 24, fieldBytesMax: 40, fieldsMax: 3 };
  const outcome = (it: string) => {
    const head = parse(it, limits);
    return head && [head.refusal?.because, head.end, head.method, head.host, head.headers()];
  };
  fc.assert(
    fc.property(text, (it) => {
      const whole = outcome(it);
      for (let end = 0; end < it.length; end++) expect([whole, undefined]).toContainEqual(outcome(it.slice(0, end)));
    }),
    { numRuns: 2000 },
  );
});
