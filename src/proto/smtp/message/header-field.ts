// One field of a message header, as its bytes stand and as its text reads (RFC 5322 §2.2). It mends nothing that others
// wrote; a field of our own is made here and nowhere else, so that no text from outside can begin a second one.
import { isAsciiText } from "../domain.ts";
import { decodeText } from "./charset.ts";
import { folded } from "./fold.ts";

export interface HeaderField {
  /** As written; compare with `isNamed`. */
  readonly name: string;
  /** All of it with its line ends, one character per byte (Latin-1), so that no byte is lost. */
  readonly raw: string;
}

export const isNamed = (field: HeaderField, name: string): boolean =>
  field.name === name || (field.name.length === name.length && field.name.toLowerCase() === name.toLowerCase());

/** As nearly all fields are: one line of ASCII. */
const plainLine = /^[ -~]*\r?\n?$/;

/** What stands behind the colon on one line, RFC 5322 §2.2.3 done. Control characters become spaces: logs read this. */
export function textOf(field: HeaderField): string {
  const value = field.raw.slice(field.raw.indexOf(":") + 1);
  if (plainLine.test(value)) return value.trim();
  const oneLine = value.replace(/\r*\n/g, "").replace(/[\0-\x1f\x7f]/g, " ");
  return decodeText(Buffer.from(oneLine, "latin1")).trim();
}

const fieldName = /^[!-9;-~]+$/;

/** A field of ours, folded. Line ends and other control characters in the value become spaces. */
export function newField(name: string, value: string): HeaderField {
  if (!fieldName.test(name)) throw new Error(`"${name}" is no name of a header field`);
  const text = folded(`${name}: ${value.replace(/[\0-\x1f\x7f]+/g, " ").trim()}`);
  return { name, raw: isAsciiText(text) ? `${text}\r\n` : Buffer.from(`${text}\r\n`, "utf8").toString("latin1") };
}
