// Texts that come again in line after line, each with a blank behind it, as words of four bytes: so they are copied in a quarter
// of the steps that it takes to spell them. Pure.
import { ncsaWord } from "./escape.ts";
import { type Room, spellField, spellNumber } from "./spelling.ts";

/** For each text a word that says where its own words begin and how many bytes it has with its blank; then all of them. */
export type Pieces = Int32Array;

/** So much may a piece write behind its end, where nothing stands yet. */
export const BEHIND_BYTES = 3;

const WORD_BYTES = 4;
const BLANK = 0x20;
const TEXTS_MAX = 5;
/** Of a text: addresses and names of ours have far fewer. */
const CHARACTERS_MAX = 255;
/** As what a character may become by an escape. */
const CHARACTER_BYTES_MAX = 10;
/** With a word that says where it lies, a blank, and what is left of its last word. */
const TEXT_WORDS_MAX = 1 + Math.ceil((CHARACTERS_MAX * CHARACTER_BYTES_MAX + 1) / WORD_BYTES);
const scratch = new Int32Array(TEXTS_MAX * TEXT_WORDS_MAX);
const scratchBytes = Buffer.from(scratch.buffer);

/** Of `TEXTS_MAX` texts at most. Each is good in lines of every format. */
export function piecesOf(texts: readonly (string | number | undefined)[]): Pieces {
  let from = texts.length;
  for (let index = 0; index < texts.length; index++) {
    const at = from * WORD_BYTES;
    const end = spelled(texts[index], at);
    scratchBytes[end] = BLANK;
    scratch[index] = (from << 16) | (end + 1 - at);
    from = (end + WORD_BYTES) >> 2;
  }
  return scratch.slice(0, from);
}

const spelled = (text: string | number | undefined, at: number): number =>
  typeof text === "string"
    ? spellField(scratchBytes, at, text.slice(0, CHARACTERS_MAX), ncsaWord)
    : spellNumber(scratchBytes, at, text);

/** Dropped where there is no room for it and for what it writes behind its end. */
export function spellPiece({ bytes, view }: Room, at: number, pieces: Pieces, index: number): number {
  const place = pieces[index] ?? 0;
  const end = at + (place & 0xffff);
  if (end + BEHIND_BYTES > bytes.length) return end;
  let from = place >>> 16;
  for (let to = at; to < end; to += WORD_BYTES) view.setInt32(to, pieces[from++] ?? 0, true);
  return end;
}
