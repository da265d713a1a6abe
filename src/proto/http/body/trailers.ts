// The fields behind a chunked body, RFC 9110 §6.5 done. Read as strictly as those of a head; what would change the meaning of
// the request after the fact is left out, as RFC 9110 §6.5.1 has it.
import { nothing } from "../../../base/block-reader.ts";
import { LF } from "../byte-kinds.ts";
import { type FieldLimits, readFields } from "../head/field-lines.ts";
import { allFields } from "../head/find-field.ts";
import type { Refusal } from "../refusal.ts";
import type { Field } from "../request.ts";

/** Framing, routing, credentials, conditions and what is said of the content: all of it was decided by the head. */
const headOnly: ReadonlySet<string> = new Set([
  "transfer-encoding",
  "content-length",
  "host",
  "connection",
  "keep-alive",
  "upgrade",
  "expect",
  "te",
  "trailer",
  "max-forwards",
  "cache-control",
  "authorization",
  "proxy-authorization",
  "cookie",
  "content-encoding",
  "content-type",
  "content-range",
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
  "range",
]);

/** Whether a field may stand there, by its name in lower case. */
export const isTrailer = (lowerName: string): boolean => !headOnly.has(lowerName);

/** Gathers them until the empty line has come. */
export class TrailerReader {
  private readonly limits: FieldLimits;
  private bytes: Buffer = nothing;

  constructor(limits: FieldLimits) {
    this.limits = limits;
  }

  /** How many of the bytes of this push belong to the trailers, and what they say; undefined until all are there. */
  push(chunk: Buffer): { readonly used: number; readonly trailers: readonly Field[] } | Refusal | undefined {
    const before = this.bytes.length;
    this.bytes = before === 0 ? chunk : Buffer.concat([this.bytes, chunk]);
    // Only a line end can bring news, and what is too much of a line.
    if (!chunk.includes(LF) && this.bytes.length <= this.limits.fieldBytesMax) return undefined;
    const end = readFields(this.bytes, 0, this.limits, undefined, takeAny);
    if (typeof end !== "number") return end;
    const trailers = allFields(this.bytes, 0, end - 2).filter(([name]) => isTrailer(name.toLowerCase()));
    return { used: end - before, trailers };
  }
}

const takeAny = (): undefined => undefined;
