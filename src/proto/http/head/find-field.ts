// Finds fields in lines that have been read and found sound, when somebody asks. Nothing is kept between two questions.
import { COLON, isBlank, isWord, LF } from "../byte-kinds.ts";
import type { Field } from "../request.ts";

/** What all lines of that name say, as one list; `name` is in lower case. RFC 9110 §5.3. */
export function findField(bytes: Buffer, from: number, end: number, name: string): string | undefined {
  let found: string | undefined;
  for (let at = from; at < end; at = lineEnd(bytes, at)) {
    const colon = at + name.length;
    if (bytes[colon] !== COLON || !isWord(bytes, at, colon, name)) continue;
    const value = valueBehind(bytes, colon);
    // RFC 9113 §8.2.3: cookies alone are put together in another way.
    found = found === undefined ? value : `${found}${name === "cookie" ? "; " : ", "}${value}`;
  }
  return found;
}

export function allFields(bytes: Buffer, from: number, end: number): readonly Field[] {
  const fields: Field[] = [];
  for (let at = from; at < end; at = lineEnd(bytes, at)) {
    const colon = bytes.indexOf(COLON, at);
    fields.push([bytes.toString("latin1", at, colon), valueBehind(bytes, colon)]);
  }
  return fields;
}

const lineEnd = (bytes: Buffer, at: number): number => bytes.indexOf(LF, at) + 1;

function valueBehind(bytes: Buffer, colon: number): string {
  let at = colon + 1;
  let end = bytes.indexOf(LF, at) - 1;
  while (at < end && isBlank(bytes[at])) at++;
  while (end > at && isBlank(bytes[end - 1])) end--;
  return bytes.toString("latin1", at, end);
}
