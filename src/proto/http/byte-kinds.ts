// Which bytes may stand where in a request, as tables that a scan asks for each byte. Data only.

export const TAB = 9;
export const LF = 10;
export const CR = 13;
export const SPACE = 32;
export const COLON = 58;

/** 1 for the bytes that may stand there, 0 for all others. */
export type ByteKind = Uint8Array;

const bytesLike = (pattern: RegExp): ByteKind =>
  Uint8Array.from({ length: 256 }, (_, byte) => (pattern.test(String.fromCharCode(byte)) ? 1 : 0));

/** RFC 9110 §5.6.2: methods, field names, codings; as a part of patterns, and as a table. */
export const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]";
export const tokenBytes = bytesLike(new RegExp(TOKEN));
/** RFC 9110 §5.5: what a field says, with blanks; no other control, and so no line end. */
export const valueBytes = bytesLike(/[\t\x20-\x7e\x80-\xff]/);
/**
 * RFC 9112 §3.2 partly: more than a URI may hold, as old browsers and scripts send quotes, braces and bytes beyond ASCII
 * as they are. No blank and no control; and no "#", which some would cut off and others not.
 */
export const targetBytes = bytesLike(/[!-"$-~\x80-\xff]/);
/** RFC 9110 §7.2 partly: of the names that a URI may hold those that hosts really have; others are refused. */
export const hostBytes = bytesLike(/[0-9A-Za-z._-]/);
/** Within brackets. */
export const addressBytes = bytesLike(/[0-9A-Fa-f:.]/);

/** What a hex digit stands for; -1 for all that is none. */
export const hexValues = Int8Array.from({ length: 256 }, (_, byte) => {
  const value = Number.parseInt(String.fromCharCode(byte), 16);
  return Number.isNaN(value) ? -1 : value;
});

/** RFC 9110 §5.6.3: what may stand around a value. */
export const isBlank = (byte: number | undefined): boolean => byte === SPACE || byte === TAB;

/** `word` is in lower case. */
export function isWord(bytes: Buffer, at: number, end: number, word: string): boolean {
  if (end - at !== word.length) return false;
  for (let index = 0; index < word.length; index++) {
    const byte = bytes[at + index] ?? 0;
    const lower = byte >= 65 && byte <= 90 ? byte | 32 : byte;
    if (lower !== word.charCodeAt(index)) return false;
  }
  return true;
}
