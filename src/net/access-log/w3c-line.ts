// How a record becomes a line with these W3C fields, as a function made for their list: a loop that asks for each of them which
// it is takes half as long again, and a list stays the same for millions of lines. What is made is put together of names from
// the table of fields, and of nothing that anybody has said.
import { w3cField, w3cSaid } from "./escape.ts";
import type { FieldSource } from "./fields.ts";
import type { Speller } from "./line-buffer.ts";
import { spellAscii, spellField, spellNumber } from "./spelling.ts";
import { UtcText } from "./utc-text.ts";

const clock = new UtcText();
/** What it calls, under these names. */
const tools = { spellAscii, spellField, spellNumber, w3cField, w3cSaid, clock };

/** `computerName` is no slot, as it is the same for every line of a machine. */
export function w3cLine(sources: readonly FieldSource[]): (computerName: string) => Speller {
  const steps = sources.map((it) => `at = ${stepOf(it)};`).join(" bytes[at++] = 0x20; ");
  const line = `return (record, bytes, at) => { clock.at(record.atMs); ${steps} bytes[at++] = 0x0a; return at; };`;
  const make = new Function(...Object.keys(tools), "computerName", line);
  return (computerName) => make(...Object.values(tools), computerName);
}

function stepOf(source: FieldSource): string {
  switch (source) {
    case "date":
    case "time":
      return `spellAscii(bytes, at, clock.${source})`;
    case "computerName":
      return `spellField(bytes, at, ${source}, w3cField)`;
    case "status":
    case "subStatus":
    case "win32Status":
    case "bytesSent":
    case "bytesReceived":
    case "timeTakenMs":
    case "clientPort":
    case "serverPort":
      return `spellNumber(bytes, at, record.${source})`;
    case "uriStem":
    case "uriQuery":
    case "host":
    case "userAgent":
    case "cookie":
    case "referer":
      return `spellField(bytes, at, record.${source}, w3cSaid)`;
    case "siteName":
    case "clientAddress":
    case "serverAddress":
    case "userName":
    case "method":
    case "protocolVersion":
    case "session":
    case "fullPath":
    case "information":
    case "physicalPath":
    case "trace":
      return `spellField(bytes, at, record.${source}, w3cField)`;
  }
}
