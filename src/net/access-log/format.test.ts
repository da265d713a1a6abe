import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Ends } from "./ends.ts";
import {
  bytesOfText,
  FIELD_CHARACTERS_MAX,
  type FieldStyle,
  fieldText,
  ncsaQuoted,
  ncsaWord,
  textOfBytes,
  w3cField,
} from "./escape.ts";
import { accessFields, fieldNames, fieldsOfBits, usualFields } from "./fields.ts";
import { type LogFormat, ncsaFormat, w3cFormat } from "./format.ts";
import { LineBuffer } from "./line-buffer.ts";
import { readDirective, readNcsaLine, readW3cLine } from "./read-log.ts";
import { type AccessRecord, accessRecord } from "./record.ts";
import { spellField, spellNumber } from "./spelling.ts";

const AT_MS = Date.UTC(2026, 10, 27, 12, 0, 1);
const identity = { computerName: "host a", software: "inetsrv/0.1.0" };
const request: AccessRecord = {
  ...accessRecord(),
  atMs: AT_MS,
  ends: new Ends({ address: "192.0.2.7", port: 50_000 }, { address: "2001:db8::1", port: 80 }, "0123456789abcdef"),
  method: "GET",
  uriStem: bytesOfText("/a b/ü"),
  uriQuery: "x=1+2",
  status: 200,
  bytesSent: 1234,
  timeTakenMs: 3.6,
  userAgent: "Mozilla/5.0 (X11)",
  protocolVersion: "HTTP/1.1",
};

function logged(format: LogFormat, record: AccessRecord): string {
  const out = new LineBuffer();
  out.add(record, format.spell);
  return out.take().toString();
}

const w3c = w3cFormat(usualFields("www"), identity);
const ncsa = ncsaFormat;

test("a W3C log looks as that of IIS 7, with the trace behind", () => {
  expect(w3c.header(AT_MS) + logged(w3c, request)).toBe(`#Software: inetsrv/0.1.0
#Version: 1.0
#Date: 2026-11-27 12:00:01
#Fields: date time s-ip cs-method cs-uri-stem cs-uri-query s-port cs-username c-ip cs(User-Agent) cs(Referer) sc-status sc-substatus sc-win32-status time-taken x-trace
2026-11-27 12:00:01 2001:db8::1 GET /a+b/ü x=1+2 80 - 192.0.2.7 Mozilla/5.0+(X11) - 200 0 0 4 0123456789abcdef
`);
});

test("an NCSA line is combined, in UTC, with the trace where ident was", () => {
  expect(ncsa.header(AT_MS)).toBe("");
  expect(logged(ncsa, request)).toBe(
    `192.0.2.7 0123456789abcdef - [27/Nov/2026:12:00:01 +0000] "GET /a\\x20b/ü?x=1+2 HTTP/1.1" 200 1234 "-" "Mozilla/5.0 (X11)"\n`,
  );
  const mail = { ...request, method: "RCPT", uriStem: "", uriQuery: "", protocolVersion: "", status: undefined };
  expect(logged(ncsa, mail)).toContain(`"RCPT -" - 1234`);
});

test("the usual fields of each service are those it fills, and bits give fields as IIS counted them", () => {
  for (const service of ["www", "ftp", "smtp", "nntp"] as const) {
    for (const name of usualFields(service)) expect(accessFields[name].services).toContain(service);
    expect(usualFields(service)).toContain("x-trace");
  }
  expect(fieldsOfBits(0x1 | 0x4 | 0x10000)).toEqual(["date", "c-ip", "cs(User-Agent)"]);
  expect(fieldsOfBits(0xffffffff)).toEqual(fieldNames.filter((it) => it !== "x-trace"));
  const bits = fieldNames.map((it) => accessFields[it].bit ?? -1);
  expect(new Set(bits).size).toBe(bits.length);
});

test("numbers are whole and not negative, or a hyphen", () => {
  const numbers = [0, 7, 10, 99, 100, 12_345, 99_999_999, 100_000_000, Number.MAX_SAFE_INTEGER, 3.5, 0.4, 99.6];
  const numberOf = (value: number | undefined): string => spelled((bytes) => spellNumber(bytes, 0, value));
  for (const value of numbers) expect(numberOf(value)).toBe(String(Math.round(value)));
  for (const value of [-1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, undefined]) expect(numberOf(value)).toBe("-");
});

const fieldOf = (text: string, style: FieldStyle): string => spelled((bytes) => spellField(bytes, 0, text, style));

function spelled(spell: (bytes: Buffer) => number): string {
  const bytes = Buffer.alloc(FIELD_CHARACTERS_MAX);
  return bytes.toString("utf8", 0, spell(bytes));
}

test("every field of the table is written from its own slot", () => {
  const slots = Object.entries(accessRecord()).map(([slot, empty], index) => [slot, empty === "" ? slot : 100 + index]);
  const ends = new Ends({ address: "client", port: 1 }, { address: "server", port: 2 }, "trace");
  const record = { ...(Object.fromEntries(slots) as unknown as AccessRecord), atMs: AT_MS, ends };
  const line = logged(w3cFormat(fieldNames, { ...identity, computerName: "computerName" }), record);
  const said = { ...record, ...ends, date: "2026-11-27", time: "12:00:01", computerName: "computerName" };
  expect(line).toBe(`${fieldNames.map((it) => said[accessFields[it].from]).join(" ")}\n`);
});

test("the names of a domain stay readable, and what would mislead a reader is escaped", () => {
  const spelled: Readonly<Record<string, string>> = {
    "CORP\\alice": "CORP\\alice",
    "CORP\\xavier": "CORP\\x5cxavier",
    "a\\": "a\\x5c",
    "a\r\nb\tc": "a\\x0d\\x0ab\\x09c",
    "#Fields: x": "\\x23Fields:+x",
    "-": "\\x2d",
    "": "-",
    'say "hi"': "say+\\x22hi\\x22",
    "a\u2028b\u3000c\u202ed": "a\\x{2028}b\\x{3000}c\\x{202e}d",
    "\ud800": "\\x{d800}",
    "日本 😀": "日本+😀",
  };
  for (const [text, field] of Object.entries(spelled)) expect(fieldOf(text, w3cField)).toBe(field);
  expect(fieldOf('a "b" \\x', ncsaQuoted)).toBe("a \\x22b\\x22 \\x5cx");
  expect(fieldOf("a b", ncsaWord)).toBe("a\\x20b");
});

test("a long field is cut, as by IIS", () => {
  const field = fieldOf("x".repeat(100_000), w3cField);
  expect([field.length, field.endsWith("x...")]).toEqual([FIELD_CHARACTERS_MAX, true]);
  // Those of a connection are ours, and have a room of their own.
  const name = "\u202e".repeat(100_000);
  const ends = new Ends({ address: name, port: Number.NaN }, { address: name, port: 1e300 }, name);
  const line = logged(w3cFormat(["c-ip", "c-port", "s-ip", "s-port", "x-trace"], identity), { ...request, ends });
  const cut = "\\x{202e}".repeat(255);
  expect(line).toBe(`${cut} - ${cut} - ${cut}\n`);
});

/** Any sixteen bits each, also halves of a pair. */
const anyText = fc.array(fc.nat(0xffff)).map((codes) => String.fromCharCode(...codes));
/** Beyond what goes in character by character. */
const long = fc.array(fc.nat(0x7f), { minLength: 41, maxLength: 300 }).map((codes) => String.fromCharCode(...codes));
const agent = fc.array(fc.constantFrom("Mozilla/5.0", " ", "(X11;", "Linux)", "Chrome/120"), {
  minLength: 8,
  maxLength: 30,
});
const hostile = fc.oneof(
  anyText,
  long,
  agent.map((words) => words.join(" ")),
  fc.string(),
  fc.uint8Array().map((it) => Buffer.from(it).toString("latin1")),
  fc.constantFrom("-", "#", "+", "\\x41", "\\", '"', "\n#Fields: a", '] "GET', "\ud83d"),
);
const textSlots = Object.entries(accessRecord()).flatMap(([key, value]) => (value === "" ? [key] : []));
/** What a client has said. */
const byteSlots = ["uriStem", "uriQuery", "host", "userAgent", "cookie", "referer"];
/** Those of a connection are ours, and no longer than a name is. */
const name = hostile.map((it) => it.slice(0, 255));
const hostileEnds = fc
  .tuple(name, name, name, fc.double())
  .map(([client, server, trace, port]) => new Ends({ address: client, port }, { address: server, port }, trace));
const hostileRecord = fc
  .tuple(
    fc.array(hostile, { minLength: textSlots.length, maxLength: textSlots.length }),
    hostileEnds,
    fc.double(),
    fc.double(),
  )
  .map(([texts, ends, number, atMs]): AccessRecord => {
    const text = (slot: string, it: string) =>
      byteSlots.includes(slot) ? Buffer.from(it, "latin1").toString("latin1") : it;
    const strange = Object.fromEntries(textSlots.map((slot, index) => [slot, text(slot, texts[index] ?? "")]));
    return { ...accessRecord(), atMs, ends, status: number, bytesSent: number, ...strange };
  });

const oneLine = (format: LogFormat, record: AccessRecord): string => {
  const line = logged(format, record);
  expect(line.indexOf("\n")).toBe(line.length - 1);
  expect(line.split(/\r|\n|\u0085|\u2028|\u2029/)).toHaveLength(2);
  expect(line.startsWith("#")).toBe(false);
  return line.slice(0, -1);
};

describe("whatever strangers send", () => {
  test("a W3C line is one line with exactly its fields, and reads back as what was said", () => {
    fc.assert(
      fc.property(hostileRecord, fc.shuffledSubarray([...fieldNames], { minLength: 1 }), (record, chosen) => {
        const fields = [...new Set([...chosen, "date", "time"] as const)];
        const format = w3cFormat(fields, identity);
        const line = oneLine(format, record);
        expect(line.split(/\s/u)).toHaveLength(fields.length);
        const read = readW3cLine(line, readDirective(format.directive) ?? []);
        for (const name of fields) {
          const { from } = accessFields[name];
          const slot = Object.entries({ ...record, ...record.ends }).find(([it]) => it === from)?.[1];
          if (typeof slot !== "string") continue;
          const said = byteSlots.includes(from) ? textOfBytes(slot) : slot;
          expect(read?.fields[name] ?? "").toBe(from in record ? said.replaceAll(" ", "+") : said);
        }
      }),
    );
  });

  test("an NCSA line is one line with exactly its parts, and reads back as what was said", () => {
    fc.assert(
      fc.property(hostileRecord, (record) => {
        const read = readNcsaLine(oneLine(ncsa, record))?.fields;
        expect(read).toBeDefined();
        expect(read?.["c-ip"] ?? "").toBe(record.ends.clientAddress);
        expect(read?.["x-trace"] ?? "").toBe(record.ends.trace);
        expect(read?.["cs-username"] ?? "").toBe(record.userName);
        expect(read?.["cs(User-Agent)"] ?? "").toBe(textOfBytes(record.userAgent));
        expect(read?.["cs(Referer)"] ?? "").toBe(textOfBytes(record.referer));
        expect(read?.["cs-version"] ?? "").toBe(record.protocolVersion);
      }),
    );
  });

  test("any line read is a value or nothing, never a throw", () => {
    fc.assert(
      fc.property(hostile, (line) => {
        readNcsaLine(line);
        readW3cLine(line, ["date", "time", "x-trace"]);
        fieldText(line);
      }),
    );
  });
});

test("what a client says is bytes: those that are UTF-8 are written as that, others one by one; what is ours is text", () => {
  const format = w3cFormat(["cs-uri-stem", "cs-username"], identity);
  const line = (uriStem: string, userName: string) => logged(format, { ...request, uriStem, userName });
  expect(bytesOfText("ü")).toBe("\xc3\xbc");
  expect(line("/\xc3\xbc", "\xc3\xbc")).toBe("/ü Ã¼\n");
  expect(line("/gr\xfc\xdfe", "gr\xfc\xdfe")).toBe("/grüße grüße\n");
  expect(line("/plain", "日本")).toBe("/plain 日本\n");
});
