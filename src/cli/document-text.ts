// The configuration as text that people write: YAML, and JSON, which is read as YAML too. Names and values are for the
// server to judge; here it is only whether the text is a document.
import { isObject, type JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { brokenLine, repeatedName } from "./document-flaws.ts";

/** More than a hundred thousand nodes fill. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;

export const writeDocument = (document: JsonObject): string =>
  Object.keys(document).length === 0 ? "{}\n" : `${Bun.YAML.stringify(document, null, 2)}\n`;

/** A text without anything in it is an empty document. */
export function readDocument(text: string): Result<JsonObject, string> {
  const value = parse(text);
  if (!value.ok) return value;
  if (value.value === null || value.value === undefined) return good({});
  if (!isObject(value.value)) return bad("it has no names at its beginning, such as smtp:");
  const twice = repeatedName(text);
  if (twice !== undefined)
    return bad(`${twice.name} stands twice, in line ${twice.firstLine} and in line ${twice.line}`);
  return good(value.value as JsonObject);
}

function parse(text: string): Result<unknown, string> {
  try {
    return good(Bun.YAML.parse(text));
  } catch (error) {
    const because = error instanceof Error ? error.message.replace(/^YAML Parse error: /, "") : String(error);
    const line = brokenLine(text);
    return bad(`it is no YAML from line ${line} on, "${text.split("\n")[line - 1]?.trim()}": ${because}`);
  }
}
