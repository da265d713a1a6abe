// How a record becomes a line with these W3C fields, as a function made for their list: a loop that asks for each of them which
// it is takes half as long again, and a list stays the same for millions of lines. What is made is put together of names from
// the table of fields, and of nothing that anybody has said.
import { endsPiece } from "./ends.ts";
import { w3cField, w3cSaid } from "./escape.ts";
import type { FieldSource } from "./fields.ts";
import type { Speller } from "./line-buffer.ts";
import { spellPiece } from "./pieces.ts";
import { spellField, spellNumber } from "./spelling.ts";
import { UtcText } from "./utc-text.ts";

const clock = new UtcText();
/** What it calls, under these names. */
const tools = { spellField, spellNumber, spellPiece, w3cField, w3cSaid, clock };

/** `computerName` is no slot, as it is the same for every line of a machine. */
export function w3cLine(sources: readonly FieldSource[]): (computerName: string) => Speller {
  const line = `return (record, room, at) => {
    const { bytes } = room;
    const { pieces: moment } = clock.at(record.atMs);
    const { pieces: ends } = record.ends;
    ${sources.map(stepOf).join("\n")}
    bytes[at - 1] = 0x0a;
    return at;
  }`;
  const make = new Function(...Object.keys(tools), "computerName", line);
  return (computerName) => make(...Object.values(tools), computerName);
}

/** A field, and the blank behind it. */
function stepOf(source: FieldSource): string {
  switch (source) {
    case "date":
      return piece("moment", 0);
    case "time":
      return piece("moment", 1);
    case "clientAddress":
    case "clientPort":
    case "serverAddress":
    case "serverPort":
    case "trace":
      return piece("ends", endsPiece[source]);
    case "computerName":
      return field(source, "w3cField");
    case "status":
    case "subStatus":
    case "win32Status":
    case "bytesSent":
    case "bytesReceived":
    case "timeTakenMs":
      return `at = spellNumber(bytes, at, record.${source}); bytes[at++] = 0x20;`;
    case "uriStem":
    case "uriQuery":
    case "host":
    case "userAgent":
    case "cookie":
    case "referer":
      return field(`record.${source}`, "w3cSaid");
    case "siteName":
    case "userName":
    case "method":
    case "protocolVersion":
    case "session":
    case "fullPath":
    case "information":
    case "physicalPath":
      return field(`record.${source}`, "w3cField");
  }
}

const piece = (pieces: string, index: number): string => `at = spellPiece(room, at, ${pieces}, ${index});`;
const field = (text: string, style: string): string =>
  `at = spellField(bytes, at, ${text}, ${style}); bytes[at++] = 0x20;`;
