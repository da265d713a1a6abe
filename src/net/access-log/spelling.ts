// Numbers and texts as the bytes of a line. Each of these begins at `at` and says where it ended, or would have: what has no
// room is dropped, as typed arrays do, so that whoever wants a line asks once, at its end, whether there was enough. To ask
// at each step would cost a third more. Pure.
import { FIELD_CHARACTERS_MAX, type FieldStyle } from "./escape.ts";

/** Where lines are spelled: the same bytes, one by one or in words. */
export interface Room {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly view: DataView;
}

export const roomOf = (buffer: ArrayBuffer): Room => ({ bytes: Buffer.from(buffer), view: new DataView(buffer) });

const HYPHEN = 0x2d;
const HASH = 0x23;
const ZERO = 0x30;
/** Digit by digit up to here, as nearly all numbers of a log are small. */
const SMALL_MAX = 99_999_999;

/** Text of our own: ASCII without anything that could mislead. */
export function spellAscii(bytes: Buffer, at: number, text: string): number {
  const { length } = text;
  for (let index = 0; index < length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + length;
}

/** Whole numbers from nought on: what is none would be read as a word, or as a sign that no reader expects. */
export function spellNumber(bytes: Buffer, at: number, value: number | undefined): number {
  if (value === undefined || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return spellHyphen(bytes, at);
  const whole = Math.round(value);
  if (whole > SMALL_MAX) return spellAscii(bytes, at, `${whole}`);
  let digits = 1;
  for (let limit = 10; limit <= whole; limit *= 10) digits++;
  const end = at + digits;
  for (let place = end - 1, rest = whole; place >= at; place--, rest = (rest / 10) | 0)
    bytes[place] = ZERO + (rest % 10);
  return end;
}

/** Text of anybody; nothing is a hyphen. */
export function spellField(bytes: Buffer, at: number, text: string, style: FieldStyle): number {
  const { length } = text;
  if (length === 0) return spellHyphen(bytes, at);
  const first = text.charCodeAt(0);
  if (length > FIELD_CHARACTERS_MAX || first === HASH || first === HYPHEN) return spellEscaped(bytes, at, text, style);
  const { plain } = style;
  for (let index = 0; index < length; index++) {
    const byte = plain[text.charCodeAt(index)]; // undefined beyond ASCII
    if (byte === undefined || byte === 0) return spellEscaped(bytes, at, text, style);
    bytes[at + index] = byte;
  }
  return at + length;
}

function spellEscaped(bytes: Buffer, at: number, text: string, style: FieldStyle): number {
  const field = Buffer.from(style.escape(text));
  field.copy(bytes, at);
  return at + field.length;
}

function spellHyphen(bytes: Buffer, at: number): number {
  bytes[at] = HYPHEN;
  return at + 1;
}
