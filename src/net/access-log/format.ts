// How a record becomes a line: W3C extended as IIS wrote it, or NCSA combined. A format is made once for a site and then
// used for every line, so it decides everything that it can beforehand, and with others whatever it can: of ten thousand
// sites that all write lines, the memory in the processor's caches holds one. No file here.
import { remembering } from "../../base/remembering.ts";
import { endsPiece } from "./ends.ts";
import { ncsaSaidQuoted, ncsaSaidWord, ncsaWord } from "./escape.ts";
import { accessFields, type FieldName, type FieldSource } from "./fields.ts";
import type { Speller } from "./line-buffer.ts";
import { spellPiece } from "./pieces.ts";
import type { AccessRecord } from "./record.ts";
import { spellAscii, spellField, spellNumber } from "./spelling.ts";
import { UtcText } from "./utc-text.ts";
import { w3cLine } from "./w3c-line.ts";

export interface LogFormat {
  /** What tells readers how lines are read, as the header has it: two formats with the same may share a file. */
  readonly directive: string;
  /** What a line is taken from: no other slot of a record need be filled. */
  readonly writes: ReadonlySet<FieldSource>;
  /** What stands before the first line of a file, and again where a reader would be lost without; "" for nothing. */
  header(atMs: number): string;
  /** Writes one line with its end. */
  readonly spell: Speller;
}

/** What is the same for every line of a log. */
export interface LogIdentity {
  readonly computerName: string;
  /** "inetsrv/0.1.0" */
  readonly software: string;
}

const clock = new UtcText();

export function w3cFormat(fields: readonly FieldName[], identity: LogIdentity): LogFormat {
  const { directive, writes, line } = shapeOf(fields.join(" "));
  return {
    directive,
    writes,
    header(atMs) {
      const { date, time } = clock.at(atMs);
      return `#Software: ${identity.software}\n#Version: 1.0\n#Date: ${date} ${time}\n${directive}`;
    },
    spell: line(identity.computerName),
  };
}

/** What all formats with these fields have in common. */
const shapeOf = remembering((names) => {
  const sources = names.split(" ").map((name) => accessFields[name as FieldName].from);
  return { directive: `#Fields: ${names}\n`, writes: new Set(sources), line: w3cLine(sources) };
});

const ncsaSlots: ReadonlySet<FieldSource> = new Set([
  "clientAddress",
  "trace",
  "userName",
  "time",
  "method",
  "uriStem",
  "uriQuery",
  "protocolVersion",
  "status",
  "bytesSent",
  "referer",
  "userAgent",
]);

/**
 * NCSA combined: `host ident user [time] "request" status bytes "referer" "user agent"`. Nobody has asked an ident server
 * for thirty years: its place holds the trace id. Times are in UTC here too, with the zone +0000 that says so: then the
 * logs of all services can be laid side by side, and no hour comes twice in autumn.
 */
export const ncsaFormat: LogFormat = {
  directive: "",
  writes: ncsaSlots,
  header: () => "",
  spell(record, room, from) {
    const { bytes } = room;
    const { pieces } = record.ends;
    let at = spellPiece(room, from, pieces, endsPiece.clientAddress);
    at = spellPiece(room, at, pieces, endsPiece.trace);
    at = spellField(bytes, at, record.userName, ncsaWord);
    at = spellAscii(bytes, at, " [");
    at = spellAscii(bytes, at, clock.at(record.atMs).ncsa);
    at = spellAscii(bytes, at, '] "');
    at = request(record, bytes, at);
    at = spellAscii(bytes, at, '" ');
    at = spellNumber(bytes, at, record.status);
    at = spellAscii(bytes, at, " ");
    at = spellNumber(bytes, at, record.bytesSent);
    at = spellAscii(bytes, at, ' "');
    at = spellField(bytes, at, record.referer, ncsaSaidQuoted);
    at = spellAscii(bytes, at, '" "');
    at = spellField(bytes, at, record.userAgent, ncsaSaidQuoted);
    return spellAscii(bytes, at, '"\n');
  },
};

/** Three words, of which the last may be missing: services that are not of the web have no version. */
function request({ method, uriStem, uriQuery, protocolVersion }: AccessRecord, bytes: Buffer, from: number): number {
  const at = spellAscii(bytes, spellField(bytes, from, method, ncsaWord), " ");
  const what = uriQuery === "" ? uriStem : `${uriStem}?${uriQuery}`;
  const end = spellField(bytes, at, what, ncsaSaidWord);
  return protocolVersion === "" ? end : spellField(bytes, spellAscii(bytes, end, " "), protocolVersion, ncsaWord);
}
