// Lines as bytes in one growing buffer, until somebody takes them to a file. Bytes cost less than joined strings here:
// nothing has to be put together and encoded in the end, when a whole batch would hold everybody up.
import { FIELD_CHARACTERS_MAX, type FieldStyle } from "./escape.ts";

/** Room for a few lines: with thousands of logs each has no more at a time. */
const START_BYTES = 512;
/** Of those that begin: whoever takes the one that was given back last finds it in the processor's caches. */
const STARTS_MAX = 4096;
const HYPHEN = 0x2d;
const HASH = 0x23;
const BLANK = 0x20;
const PLUS = 0x2b;
const ZERO = 0x30;
/** Digit by digit up to here, as nearly all numbers of a log are small. */
const SMALL_MAX = 99_999_999;
const NEWLINE = 0x0a;
/** Longer texts are quicker with a call into the runtime than character by character. */
const SHORT_CHARACTERS = 40;
const UTF8_BYTES_MAX = 3;
const SPARE_BYTES_MAX = 1024 * 1024;
const nothing = Buffer.alloc(0);
const starts: Buffer[] = [];

export class LineBuffer {
  /** In use up to `length`. */
  private bytes: Buffer = nothing;
  private spare: Buffer = nothing;
  length = 0;

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
    if (value === undefined || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return this.byte(HYPHEN);
    const whole = Math.round(value);
    if (whole > SMALL_MAX) return this.raw(`${whole}`);
    let digits = 1;
    for (let limit = 10; limit <= whole; limit *= 10) digits++;
    this.reserve(digits);
    this.length += digits;
    for (let at = this.length - 1, rest = whole; digits > 0; digits--, rest = (rest / 10) | 0)
      this.bytes[at--] = ZERO + (rest % 10);
  }

  /** Text of anybody; nothing is a hyphen. */
  field(text: string, style: FieldStyle): void {
    const { length } = text;
    if (length === 0) return this.byte(HYPHEN);
    if (length <= SHORT_CHARACTERS) {
      if (!this.short(text, style)) this.encode(style.escape(text));
    } else if (length <= FIELD_CHARACTERS_MAX && style.plain.test(text)) {
      const start = this.length;
      this.encode(text);
      if (style.blank === "+") this.blanksToPluses(start);
    } else this.encode(style.escape(text));
  }

  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  endLine(): void {
    this.byte(NEWLINE);
  }

  /** Everything so far; the buffer begins anew. */
  take(): Buffer {
    const taken = this.bytes.subarray(0, this.length);
    this.bytes = this.spare;
    this.spare = nothing;
    this.length = 0;
    return taken;
  }

  /** What was taken is not needed any more. A log with much to say uses it again; one with little leaves it to the next one. */
  giveBack(taken: Buffer): void {
    const { buffer, length } = taken;
    if (buffer.byteLength === START_BYTES) {
      if (starts.length < STARTS_MAX) starts.push(Buffer.from(buffer));
    } else if (length * 4 > buffer.byteLength && buffer.byteLength <= SPARE_BYTES_MAX) this.spare = Buffer.from(buffer);
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

  private blanksToPluses(start: number): void {
    const { bytes, length } = this;
    for (let at = start; at < length; at++) if (bytes[at] === BLANK) bytes[at] = PLUS;
  }

  private encode(text: string): void {
    this.reserve(text.length * UTF8_BYTES_MAX);
    this.length += writeUtf8(this.bytes, text, this.length);
  }

  private reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.bytes.length) return;
    const larger = roomFor(Math.max(needed, this.bytes.length * 2, START_BYTES));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
  }
}

const roomFor = (bytes: number): Buffer =>
  (bytes === START_BYTES ? starts.pop() : undefined) ?? Buffer.allocUnsafeSlow(bytes);

/** `write` without the look at its arguments, which took longer than the writing. The runtime has it, its types do not. */
const writeUtf8 = (bytes: Buffer, text: string, at: number): number =>
  (bytes as unknown as { utf8Write(text: string, at: number): number }).utf8Write(text, at);
