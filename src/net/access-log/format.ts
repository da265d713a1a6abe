// How a record becomes a line: W3C extended as IIS wrote it, or NCSA combined. A format is made once for a site and then
// used for every line, so it decides everything that it can beforehand, and with others whatever it can: of ten thousand
// sites that all write lines, the memory in the processor's caches holds one. No file here.
import { remembering } from "../../base/remembering.ts";
import { ncsaQuoted, ncsaWord, w3cField } from "./escape.ts";
import { accessFields, type FieldName, type FieldSource } from "./fields.ts";
import type { LineBuffer } from "./line-buffer.ts";
import type { AccessRecord } from "./record.ts";
import { UtcText } from "./utc-text.ts";

export interface LogFormat {
  /** What tells readers how lines are read, as the header has it: two formats with the same may share a file. */
  readonly directive: string;
  /** What a line is taken from: no other slot of a record need be filled. */
  readonly writes: ReadonlySet<FieldSource>;
  /** What stands before the first line of a file, and again where a reader would be lost without; "" for nothing. */
  header(atMs: number): string;
  /** Puts one line with its end behind what is there. */
  append(record: AccessRecord, out: LineBuffer): void;
}

/** What is the same for every line of a log. */
export interface LogIdentity {
  readonly computerName: string;
  /** "inetsrv/0.1.0" */
  readonly software: string;
}

type Part = (record: AccessRecord, out: LineBuffer, identity: LogIdentity) => void;
const BLANK = 0x20;
const clock = new UtcText();

export function w3cFormat(fields: readonly FieldName[], identity: LogIdentity): LogFormat {
  const { directive, writes, parts } = shapeOf(fields.join(" "));
  return {
    directive,
    writes,
    header(atMs) {
      const { date, time } = clock.at(atMs);
      return `#Software: ${identity.software}\n#Version: 1.0\n#Date: ${date} ${time}\n${directive}`;
    },
    append(record, out) {
      clock.at(record.atMs);
      let first = true;
      for (const part of parts) {
        if (!first) out.byte(BLANK);
        first = false;
        part(record, out, identity);
      }
      out.endLine();
    },
  };
}

/** What all formats with these fields have in common. */
const shapeOf = remembering((names) => {
  const sources = names.split(" ").map((name) => accessFields[name as FieldName].from);
  return { directive: `#Fields: ${names}\n`, writes: new Set(sources), parts: sources.map(w3cPart) };
});

function w3cPart(from: FieldSource): Part {
  switch (from) {
    case "date":
      return (_, out) => out.raw(clock.date);
    case "time":
      return (_, out) => out.raw(clock.time);
    case "computerName":
      return (_, out, { computerName }) => out.field(computerName, w3cField);
    case "status":
    case "subStatus":
    case "win32Status":
    case "bytesSent":
    case "bytesReceived":
    case "timeTakenMs":
    case "clientPort":
    case "serverPort":
      return (record, out) => out.number(record[from]);
    default:
      return (record, out) => out.field(record[from], w3cField);
  }
}

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
  append(record, out) {
    out.field(record.clientAddress, ncsaWord);
    out.byte(BLANK);
    out.field(record.trace, ncsaWord);
    out.byte(BLANK);
    out.field(record.userName, ncsaWord);
    out.raw(` [${clock.at(record.atMs).ncsa}] "`);
    request(record, out);
    out.raw('" ');
    out.number(record.status);
    out.byte(BLANK);
    out.number(record.bytesSent);
    out.raw(' "');
    out.field(record.referer, ncsaQuoted);
    out.raw('" "');
    out.field(record.userAgent, ncsaQuoted);
    out.raw('"');
    out.endLine();
  },
};

/** Three words, of which the last may be missing: services that are not of the web have no version. */
function request({ method, uriStem, uriQuery, protocolVersion }: AccessRecord, out: LineBuffer): void {
  out.field(method, ncsaWord);
  out.byte(BLANK);
  out.field(uriQuery === "" ? uriStem : `${uriStem}?${uriQuery}`, ncsaWord);
  if (protocolVersion === "") return;
  out.byte(BLANK);
  out.field(protocolVersion, ncsaWord);
}
