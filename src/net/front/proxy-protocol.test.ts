import { expect, test } from "bun:test";
import fc from "fast-check";
import { addressBytes, plainAddress } from "../ip-address.ts";
import { PROXY_HEADER_BYTES_MAX, parseProxyHeader } from "./proxy-protocol.ts";

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const SIGNATURE = "\r\n\r\n\0\r\nQUIT\n";

/** A header of version 2 as bytes; `length` only where it is to be wrong. */
function binary(command: number, family: number, rest: Uint8Array, length = rest.length): Uint8Array {
  return Buffer.concat([latin1(SIGNATURE), Uint8Array.of(command, family, length >> 8, length & 255), rest]);
}
const port = (value: number): Uint8Array => Uint8Array.of(value >> 8, value & 255);
const ends = (from: string, to: string, fromPort: number, toPort: number): Uint8Array =>
  Buffer.concat([addressBytes(from) ?? latin1(""), addressBytes(to) ?? latin1(""), port(fromPort), port(toPort)]);
const field = (type: number, value: Uint8Array): Uint8Array =>
  Buffer.concat([Uint8Array.of(type), port(value.length), value]);

const client = (from: string, fromPort: number, to: string, toPort: number) => ({
  from: { address: from, port: fromPort },
  to: { address: to, port: toPort },
});
const four = client("192.0.2.1", 56_324, "198.51.100.1", 25);
const six = client("2001:db8::1", 1, "2001:db8::2", 65_535);
const four2 = ends("192.0.2.1", "198.51.100.1", 56_324, 25);
const six2 = ends("2001:db8::1", "2001:db8::2", 1, 65_535);

test("a header of version 1 names both ends", () => {
  const said = (line: string) => parseProxyHeader(latin1(`${line}\r\n`));
  expect(said("PROXY TCP4 192.0.2.1 198.51.100.1 56324 25")).toEqual({ is: "header", bytes: 44, client: four });
  expect(said("PROXY TCP6 2001:DB8:0::1 2001:db8::2 1 65535")).toMatchObject({ is: "header", client: six });
  expect(said("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:198.51.100.1 56324 25")).toMatchObject({ client: four });
  expect(said("PROXY UNKNOWN")).toEqual({ is: "header", bytes: 15, client: undefined });
  expect(said(`PROXY UNKNOWN ${"f".repeat(91)}`)).toEqual({ is: "header", bytes: 107, client: undefined });
});

test("a header of version 2 names both ends, and further fields are passed over", () => {
  expect(parseProxyHeader(binary(0x21, 0x11, four2))).toEqual({ is: "header", bytes: 28, client: four });
  expect(parseProxyHeader(binary(0x21, 0x21, six2))).toEqual({ is: "header", bytes: 52, client: six });
  const fields = Buffer.concat([four2, field(0x02, latin1("mail.example.org")), field(0x04, latin1(""))]);
  expect(parseProxyHeader(binary(0x21, 0x11, fields))).toMatchObject({ is: "header", client: four });
  expect(parseProxyHeader(binary(0x20, 0x31, latin1("whatever")))).toEqual({
    is: "header",
    bytes: 24,
    client: undefined,
  });
  expect(parseProxyHeader(binary(0x21, 0x00, latin1("")))).toEqual({ is: "header", bytes: 16, client: undefined });
});

test("what is no header is refused, and says why", () => {
  const lines = [
    ...[
      "GET / HTTP/1.1",
      "PROXYTCP4",
      "PROXY",
      "PROXY ",
      "PROXY UNKNOWNS",
      "proxy UNKNOWN",
      "PROXY TCP5 1.2.3.4 1.2.3.4 1 1",
    ],
    ...[
      "PROXY  TCP4 1.2.3.4 1.2.3.4 1 1",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1",
      "PROXY TCP4 1.2.3.4 1.2.3.4 1 1 ",
      "PROXY TCP4 ::1 ::1 1 1",
    ],
    ...["PROXY TCP6 1.2.3.4 1.2.3.4 1 1", "PROXY TCP4 1.2.3.4 01.2.3.4 1 1", "PROXY TCP4 1.2.3.4 1.2.3.4 01 1"],
    ...["PROXY TCP4 1.2.3.4 1.2.3.4 65536 1", "PROXY TCP6 fe80::1%eth0 ::1 1 1", "PROXY TCP4 1.2.3.4 1.2.3.4 1 1\0"],
    ...[`PROXY UNKNOWN ${"f".repeat(92)}`, "PROXY UNKNOWN \rx", "PROXY UNKNOWN \nx"],
  ].map((line) => latin1(`${line}\r\n`));
  const wrong = [
    binary(0x11, 0x11, four2), // version 1
    binary(0x22, 0x11, four2), // no such command
    binary(0x21, 0x12, four2), // datagrams
    binary(0x21, 0x31, new Uint8Array(216)), // sockets of a file system
    binary(0x21, 0x41, four2),
    binary(0x21, 0x21, four2), // too short for its family
    binary(0x21, 0x11, four2, 2049),
    binary(0x21, 0x11, Buffer.concat([four2, Uint8Array.of(4, 0)])), // half a field
    binary(0x21, 0x11, Buffer.concat([four2, Uint8Array.of(4, 0, 9, 1)])), // a field that is longer than the header
    latin1("\r\n\r\nQUIT\n"),
  ];
  // Told as soon as it is certain, and not when all of it has come.
  for (const long of wrong.slice(5, 7)) expect(parseProxyHeader(long.subarray(0, 16)).is).toBe("bad");
  for (const bytes of [...lines, ...wrong]) {
    const header = parseProxyHeader(bytes);
    expect([Buffer.from(bytes).toString("latin1"), header.is]).toEqual([Buffer.from(bytes).toString("latin1"), "bad"]);
  }
});

test("a header that is not all here is waited for, one byte at a time, and what follows is left alone", () => {
  const address = fc.oneof(fc.tuple(fc.ipV4(), fc.ipV4()), fc.tuple(fc.ipV6(), fc.ipV6()));
  const ports = fc.tuple(fc.nat({ max: 65_535 }), fc.nat({ max: 65_535 }));
  const fields = fc.array(fc.tuple(fc.nat({ max: 255 }), fc.uint8Array({ maxLength: 40 })), { maxLength: 5 });
  fc.assert(
    fc.property(
      address,
      ports,
      fields,
      fc.uint8Array({ maxLength: 30 }),
      fc.boolean(),
      (pair, [a, b], more, after, text) => {
        const [from, to] = pair;
        const isSix = from.includes(":");
        const header = text
          ? latin1(`PROXY ${isSix ? "TCP6" : "TCP4"} ${from} ${to} ${a} ${b}\r\n`)
          : binary(0x21, isSix ? 0x21 : 0x11, Buffer.concat([ends(from, to, a, b), ...more.map((it) => field(...it))]));
        const whole = parseProxyHeader(Buffer.concat([header, after]));
        expect(whole.is === "header" ? whole.bytes : whole).toBe(header.length);
        if (whole.is !== "header" || whole.client === undefined) throw new Error("no client");
        expect([whole.client.from.port, whole.client.to.port]).toEqual([a, b]);
        expect(plainAddress(from)).toSatisfy((it) => sameAddress(it, whole.client?.from.address ?? ""));
        for (let cut = 0; cut < header.length; cut++) expect(parseProxyHeader(header.subarray(0, cut)).is).toBe("more");
      },
    ),
    { numRuns: 200 },
  );
});

const sameAddress = (left: string, right: string): boolean =>
  Buffer.compare(addressBytes(left) ?? latin1("-"), addressBytes(right) ?? latin1("-")) === 0;

test("no bytes throw, none are waited for without end, and what is bad stays bad whatever follows", () => {
  const start = fc.constantFrom("", "PROXY ", "PROXY TCP4 ", "PROXY UNKNOWN ", "\r\n\r\n", SIGNATURE, `${SIGNATURE}!`);
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc
      .array(fc.constantFrom(0x20, 0x21, 0x11, 0x0d, 0x0a, 0x00, 0x31), { maxLength: 40 })
      .map((it) => Uint8Array.from(it)),
  );
  fc.assert(
    fc.property(start, garbage, (first, rest) => {
      const bytes = Buffer.concat([latin1(first), rest]);
      const answers = Array.from({ length: bytes.length + 1 }, (_, cut) => parseProxyHeader(bytes.subarray(0, cut)));
      const decided = answers.findIndex((it) => it.is !== "more");
      if (decided >= 0) for (const it of answers.slice(decided)) expect(it).toEqual(answers[decided] as typeof it);
      const full = Buffer.concat([bytes, new Uint8Array(PROXY_HEADER_BYTES_MAX)]);
      expect(parseProxyHeader(full).is).not.toBe("more");
    }),
    { numRuns: 2000 },
  );
});
