// Lines as bytes in one growing buffer, until somebody takes them to a file. Bytes cost less than joined strings here:
// nothing has to be put together and encoded in the end, when a whole batch would hold everybody up.
import { FIELD_CHARACTERS_MAX, type FieldStyle } from "./escape.ts";

const START_BYTES = 4096;
const HYPHEN = 0x2d;
const HASH = 0x23;
const NEWLINE = 0x0a;
/** Longer texts are quicker with a call into the runtime than character by character. */
const SHORT_CHARACTERS = 20;
const UTF8_BYTES_MAX = 3;
const SPARE_BYTES_MAX = 512 * 1024;
const nothing = Buffer.alloc(0);

export class LineBuffer {
  /** In use up to `length`. */
  private bytes: Buffer = nothing;
  private spare: Buffer = nothing;
  length = 0;
  lines = 0;

  /** Text of our own: ASCII without anything that could mislead. */
  raw(text: string): void {
    const { length } = text;
    if (length > SHORT_CHARACTERS) return this.encode(text);
    this.reserve(length);
    const { bytes } = this;
    let at = this.length;
    for (let index = 0; index < length; index++) bytes[at++] = text.charCodeAt(index);
    this.length = at;
  }

  /** Whole numbers from nought on: what is none would be read as a word, or as a sign that no reader expects. */
  number(value: number | undefined): void {
    if (value !== undefined && value >= 0 && value <= Number.MAX_SAFE_INTEGER) this.raw(`${Math.round(value)}`);
    else this.byte(HYPHEN);
  }

  /** Text of anybody; nothing is a hyphen. */
  field(text: string, style: FieldStyle): void {
    const { length } = text;
    if (length === 0) return this.byte(HYPHEN);
    if (length <= SHORT_CHARACTERS) {
      if (!this.short(text, style)) this.encode(style.escape(text));
    } else this.encode(length <= FIELD_CHARACTERS_MAX && style.plain.test(text) ? text : style.escape(text));
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  endLine(): void {
    this.byte(NEWLINE);
    this.lines++;
  }

  /** Everything so far; the buffer begins anew. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = this.spare;
    this.spare = nothing;
    this.length = 0;
    this.lines = 0;
    return taken;
  }

  /** What was taken is not needed any more. A log with much to say uses it again; one with little gives it up. */
  giveBack(taken: Buffer): void {
    const { buffer, length } = taken;
    if (length * 4 > buffer.byteLength && buffer.byteLength <= SPARE_BYTES_MAX) this.spare = Buffer.from(buffer);
  }

  /** Looks at each character on its way; nothing is written when one is not plain. */
  private short(text: string, style: FieldStyle): boolean {
    const { length } = text;
    const first = text.charCodeAt(0);
    if (first === HASH || first === HYPHEN) return false;
    this.reserve(length);
    const { bytes } = this;
    const table = style.bytes;
    let at = this.length;
    for (let index = 0; index < length; index++) {
      const byte = table[text.charCodeAt(index)]; // undefined beyond ASCII
      if (byte === undefined || byte === 0) return false;
      bytes[at++] = byte;
    }
    this.length = at;
    return true;
  }

  private encode(text: string): void {
    this.reserve(text.length * UTF8_BYTES_MAX);
    this.length += this.bytes.write(text, this.length);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2, START_BYTES));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}
