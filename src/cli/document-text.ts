// The configuration as text that people write: YAML, and JSON, which is read as YAML too. Names and values are for the
// server to judge; here it is only whether the text is a document.
import { isObject, type JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";

/** More than a hundred thousand nodes fill. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;

export const writeDocument = (document: JsonObject): string =>
  Object.keys(document).length === 0 ? "{}\n" : `${Bun.YAML.stringify(document, null, 2)}\n`;

/** A text without anything in it is an empty document. */
export function readDocument(text: string): Result<JsonObject, string> {
  try {
    const value = Bun.YAML.parse(text);
    if (value === null || value === undefined) return good({});
    return isObject(value) ? good(value as JsonObject) : bad("it has no names at its beginning, such as smtp:");
  } catch (error) {
    return bad(`it is no YAML: ${error instanceof Error ? error.message.replace(/^YAML Parse error: /, "") : error}`);
  }
}
