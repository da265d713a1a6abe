// Finds the header at the beginning of a message, however its bytes arrive, and takes it apart into fields without
// changing one. Pure; what is missing or wrong in a field is for others to say.
import type { HeaderField } from "./header-field.ts";

export interface Header {
  /** The "From " line that files of old mail programs begin with, or nothing. */
  readonly leading: string;
  readonly fields: readonly HeaderField[];
  /** The empty line that ends it; nothing when the body, or the end of the message, came without one. */
  readonly blank: string;
}

/** Every byte of `raw` is in it once and in order: leading line, fields, blank line. */
export interface HeaderFound {
  readonly kind: "header";
  readonly header: Header;
  /** How many bytes of the message the header has; the body begins behind them. */
  readonly bytes: number;
  /** What was pushed and belongs to the body. */
  readonly rest: Buffer;
}

export type HeaderOutcome = HeaderFound | { readonly kind: "too-large" } | { readonly kind: "too-many-fields" };

export interface HeaderLimits {
  /** The header with its blank line; a body that begins without one has its first line counted too. */
  readonly headerBytesMax: number;
  readonly fieldsMax: number;
}

/** Several times what the largest honest headers have, and little enough to hold one for every connection. */
export const usualHeaderLimits: HeaderLimits = { headerBytesMax: 256 * 1024, fieldsMax: 2000 };

const LF = 10;
/** A name, and the space before the colon that RFC 5322 §4.5 done allows old programs. */
const fieldStart = /^([!-9;-~]+)[ \t]*:/;
const continuation = /^[ \t]/;
const mailboxLine = /^>?From /;
const blankLine = /^\r*\n?$/;

export class HeaderReader {
  private readonly limits: HeaderLimits;
  private bytes: Buffer = Buffer.alloc(0);
  private length = 0;
  /** Where the line begins that is looked at next. */
  private at = 0;
  private searchedTo = 0;
  private leading = "";
  private readonly fields: { readonly name: string; raw: string }[] = [];

  constructor(limits: HeaderLimits = usualHeaderLimits) {
    this.limits = limits;
  }

  /** Takes the next bytes of the message; answers once the end of the header is certain, and is not called again. */
  push(chunk: Buffer): HeaderOutcome | undefined {
    this.hold(chunk);
    for (;;) {
      const lf = this.bytes.subarray(0, this.length).indexOf(LF, this.searchedTo);
      if (lf < 0) break;
      const outcome = this.take(lf + 1);
      if (outcome !== undefined) return outcome;
    }
    this.searchedTo = this.length;
    return this.length > this.limits.headerBytesMax ? { kind: "too-large" } : undefined;
  }

  /** The message is over. */
  finish(): HeaderOutcome {
    const outcome = this.at < this.length ? this.take(this.length) : undefined;
    return outcome ?? this.found(this.length, "");
  }

  /** Judges the line that ends before `end`. */
  private take(end: number): HeaderOutcome | undefined {
    if (end > this.limits.headerBytesMax) return { kind: "too-large" };
    const { at } = this;
    const line = this.bytes.toString("latin1", at, end);
    if (blankLine.test(line)) return this.found(end, line);
    const name = fieldStart.exec(line)?.[1];
    const last = this.fields.at(-1);
    if (name !== undefined) {
      if (this.fields.length === this.limits.fieldsMax) return { kind: "too-many-fields" };
      this.fields.push({ name, raw: line });
    } else if (at === 0 && mailboxLine.test(line)) this.leading = line;
    else if (last !== undefined && continuation.test(line)) last.raw += line;
    else return this.found(at, ""); // the body, unannounced
    this.at = end;
    this.searchedTo = end;
    return undefined;
  }

  private found(bodyAt: number, blank: string): HeaderFound {
    const { leading, fields, bytes, length } = this;
    return { kind: "header", header: { leading, fields, blank }, bytes: bodyAt, rest: bytes.subarray(bodyAt, length) };
  }

  /** Most headers come in one piece, which is only looked at; else room is doubled, as a sender of single bytes must cost little. */
  private hold(chunk: Buffer): void {
    const length = this.length + chunk.length;
    if (this.length === 0) this.bytes = chunk;
    else {
      if (length > this.bytes.length) {
        const larger = Buffer.allocUnsafe(Math.max(length, 2 * this.length));
        this.bytes.copy(larger, 0, 0, this.length);
        this.bytes = larger;
      }
      chunk.copy(this.bytes, this.length);
    }
    this.length = length;
  }
}

/** The header of a message that is there as a whole, or at least its beginning. */
export function readHeader(bytes: Buffer, limits?: HeaderLimits): HeaderOutcome {
  const reader = new HeaderReader(limits);
  return reader.push(bytes) ?? reader.finish();
}
