// Encoded words: text that is not ASCII where a header allows ASCII only (RFC 2047). Pure, and it never fails; what is
// no well-formed encoded word is text like any other.
import { decodeIn } from "./charset.ts";

/** Character set, a language that nobody minds (RFC 2231 §5 done), encoding, content. */
const words = /=\?([^\s?*]{1,64})(?:\*[^\s?]*)?\?([BbQq])\?([^\s?]*)\?=/g;

/**
 * The text with its encoded words read, RFC 2047 §6 done: spaces between two of them belong to neither. Neighbours in one
 * character set are read as one, since many senders cut a character in half (against §5).
 */
export function decodeEncodedWords(text: string): string {
  let out = "";
  let end = 0;
  let open: { readonly charset: string; readonly parts: Buffer[] } | undefined;
  const close = () => {
    if (open !== undefined) out += decodeIn(open.charset, Buffer.concat(open.parts));
    open = undefined;
  };
  for (const match of text.matchAll(words)) {
    const [whole, charset = "", encoding = "", content = ""] = match;
    const between = text.slice(end, match.index);
    end = match.index + whole.length;
    const neighbours = open !== undefined && /^\s*$/.test(between);
    if (!neighbours || open?.charset !== charset.toLowerCase()) {
      close();
      if (!neighbours) out += between;
      open = { charset: charset.toLowerCase(), parts: [] };
    }
    open.parts.push(/b/i.test(encoding) ? Buffer.from(content, "base64") : fromQ(content));
  }
  close();
  // What an encoded word hides may hold line ends, and no reader of ours expects one.
  return (out + text.slice(end)).replace(/[\0-\x1f\x7f]/g, " ");
}

/** `_` is a space, and `=` with two hexadecimal digits a byte, RFC 2047 §4.2 done. */
const fromQ = (content: string): Buffer =>
  Buffer.from(
    content
      .replaceAll("_", " ")
      .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    "latin1",
  );

/** RFC 2047 §2: the longest an encoded word may be. */
const WORD_LENGTH_MAX = 75;
const CONTENT_MAX = WORD_LENGTH_MAX - "=?utf-8?Q??=".length;

/** Text for a header: as it is when all can read it so, else as encoded words in UTF-8 with a space between them. */
export function encodeWords(text: string): string {
  const plain = text.replace(/[\0-\x1f\x7f]+/g, " ");
  // "=?" may stand in plain text too, and would be taken for what it is not.
  if (/^[ -~]*$/.test(plain) && !plain.includes("=?")) return plain;
  const q = cut(plain, (piece) => toQ(piece).length).map((piece) => `=?utf-8?Q?${toQ(piece)}?=`);
  const b = cut(plain, base64Length).map((piece) => `=?utf-8?B?${Buffer.from(piece, "utf8").toString("base64")}?=`);
  const [inQ, inB] = [q.join(" "), b.join(" ")];
  return inQ.length <= inB.length ? inQ : inB;
}

/** Pieces that fit, cut between characters and never within one, RFC 2047 §5 done. */
function cut(text: string, lengthOf: (piece: string) => number): readonly string[] {
  const pieces: string[] = [];
  let current = "";
  for (const character of text) {
    if (current !== "" && lengthOf(current + character) > CONTENT_MAX) {
      pieces.push(current);
      current = "";
    }
    current += character;
  }
  return [...pieces, current];
}

const base64Length = (text: string): number => 4 * Math.ceil(Buffer.byteLength(text) / 3);

/** Only what may stand in the words of a display name stays as it is, RFC 2047 §5 (3). */
const toQ = (text: string): string =>
  [...Buffer.from(text, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      if (character === " ") return "_";
      return /[A-Za-z0-9!*+/-]/.test(character) ? character : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
