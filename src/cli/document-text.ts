// The configuration as text that people write: YAML, or JSON where it begins with a brace. Names and values are for the
// server to judge; here it is only whether the text is a document.
import { isObject, type JsonObject, sameJson } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { brokenJson, brokenLine, emptyName, parserSays, repeatedName } from "./document-flaws.ts";

/** More than a hundred thousand nodes fill. */
export const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;

/** YAML, where it says the same when it is read again; else JSON, which always does. */
export function writeDocument(document: JsonObject): string {
  const yaml = Object.keys(document).length === 0 ? "{}\n" : `${Bun.YAML.stringify(document, null, 2)}\n`;
  const again = readDocument(yaml);
  return again.ok && sameJson(again.value, document) ? yaml : `${JSON.stringify(document, undefined, 2)}\n`;
}

/** A text without anything in it is an empty document. */
export function readDocument(text: string): Result<JsonObject, string> {
  const json = parseJson(text);
  const value = json === undefined ? parse(text) : good(json);
  if (!value.ok) return value;
  if (value.value === null || value.value === undefined) return good({});
  if (!isObject(value.value)) return bad("it has no names at its beginning, such as smtp:");
  const twice = repeatedName(text);
  if (twice !== undefined)
    return bad(`${twice.name} stands twice, in line ${twice.firstLine} and in line ${twice.line}`);
  const empty = json === undefined ? emptyName(text) : undefined;
  if (empty !== undefined)
    return bad(
      `nothing stands behind ${empty.name} in line ${empty.line}: write null to take it away, or {} for an entry ` +
        "without settings of its own",
    );
  return good(value.value as JsonObject);
}

/** Read as what it is: YAML would take some texts in quotes for something else. */
function parseJson(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // YAML may have braces too
  }
}

function parse(text: string): Result<unknown, string> {
  try {
    return good(Bun.YAML.parse(text));
  } catch (error) {
    const json = brokenJson(text);
    const { form, line, because } = json ?? { form: "YAML", line: brokenLine(text), because: parserSays(error) };
    return bad(`it is no ${form} from line ${line} on, "${text.split("\n")[line - 1]?.trim()}": ${because}`);
  }
}
