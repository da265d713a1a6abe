// Text of strangers as one field of a line, and back. Whatever it holds, the field stays one field, the line one line,
// and no line becomes a directive; readers that know nothing of our escapes see an odd text and are not misled.
import { remembering } from "../../base/remembering.ts";

/** No field is longer; IIS cut at the same length. */
export const FIELD_CHARACTERS_MAX = 4096;
const CUT = "...";

/** How a text is written where it stands. */
export interface FieldStyle {
  /** For each character of ASCII behind the first the byte that it is written as, 0 for those that could mislead. */
  readonly plain: Uint8Array;
  /** Any text that is not empty, as a field. */
  escape(text: string): string;
}

/**
 * What cannot stand in a field: blanks of any script, controls, formats such as those that turn the direction of text,
 * lone surrogates, and the quote, as W3C readers join what stands between two of them. A backslash only where somebody
 * would take it for an escape: we do before an x, GoAccess at the end of a field. `CORP\alice` should stay readable.
 */
const UNSAFE = /[\p{C}\s"]|\\(?=x|$)/gu;
/** A field of NCSA may stand within quotes, where a backslash protects for some readers: there it never stands alone. */
const UNSAFE_QUOTED = /[\p{C}\s"\\]/gu;

/** A field of a W3C line: blanks become `+` as IIS had it, so that a plus and a blank cannot be told apart. */
export const w3cField = style(UNSAFE, "+");
/** A field of an NCSA line outside of its quotes, or a word within them. */
export const ncsaWord = style(UNSAFE_QUOTED);
/** A text within the quotes of an NCSA line: blanks stay. */
export const ncsaQuoted = style(UNSAFE_QUOTED, " ");

/** The same for what was said by a client, which is bytes. */
export const w3cSaid = ofBytes(w3cField);
export const ncsaSaidWord = ofBytes(ncsaWord);
export const ncsaSaidQuoted = ofBytes(ncsaQuoted);

function style(unsafe: RegExp, blank?: " " | "+"): FieldStyle {
  const character = (it: string): string => (it === " " ? (blank ?? escaped(it)) : escaped(it));
  const byteOf = (it: string): number => (it === " " && blank !== undefined ? blank.charCodeAt(0) : safe(it));
  const safe = (it: string): number => (it === "\\" || it.search(unsafe) >= 0 ? 0 : it.charCodeAt(0));
  return {
    plain: Uint8Array.from({ length: 128 }, (_, code) => byteOf(String.fromCharCode(code))),
    // Few texts hold anything unsafe, and those that do, as the names of programs, come again and again.
    escape: remembering((text) => marked(clipped(text).replaceAll(unsafe, character))),
  };
}

/** Only what is not plain need be decoded: next to nothing. */
function ofBytes(style: FieldStyle): FieldStyle {
  return { plain: style.plain, escape: (bytes) => style.escape(textOfBytes(bytes)) };
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\x{${code.toString(16)}}`;
}

const clipped = (text: string): string =>
  text.length > FIELD_CHARACTERS_MAX ? `${text.slice(0, FIELD_CHARACTERS_MAX - CUT.length)}${CUT}` : text;

/** What would be read as "nothing", or as a directive when it is the first of a line. */
const marked = (field: string): string =>
  field === "-" ? "\\x2d" : field.startsWith("#") ? `\\x23${field.slice(1)}` : field;

/** What a field says; "" for the sign of nothing. Blanks that W3C wrote as pluses stay pluses. */
export const fieldText = (field: string): string =>
  field === "-"
    ? ""
    : field.replaceAll(/\\x(?:([0-9a-f]{2})|\{([0-9a-f]{1,6})\})/g, (_, short?: string, long?: string) =>
        String.fromCodePoint(Math.min(Number.parseInt(short ?? long ?? "0", 16), 0x10ffff)),
      );

/** Bytes, one character each, as the text they most likely are: UTF-8, else what each says alone. */
export function textOfBytes(bytes: string): string {
  const text = Buffer.from(bytes, "latin1").toString("utf8");
  return text.includes("\ufffd") ? bytes : text;
}

export const bytesOfText = (text: string): string => Buffer.from(text).toString("latin1");
