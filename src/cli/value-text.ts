// Reads a value from the text of a command line through its kind. The kind alone decides: of the ways to read the
// text, the first that it accepts is meant, so that "10m", "true", "25" and "a,b" need no quotes and no type marks.
import type { Json } from "../base/json.ts";
import type { Kind } from "../schema/kind.ts";

const yesNo: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };

/** What is meant; where no reading fits, the likeliest one, for the kind to say what is wrong with it. */
export function readValue(kind: Kind<unknown>, text: string): Json {
  const parsed = parseJson(text);
  const items = text.trim() === "" ? [] : text.split(",").map((it) => it.trim());
  const readings: readonly (Json | undefined)[] = [
    text,
    parsed,
    Object.hasOwn(yesNo, text) ? yesNo[text] : undefined,
    items,
    items.map((it) => parseJson(it) ?? it),
  ];
  const meant = readings.find((it) => it !== undefined && it !== null && kind.decode(it).ok);
  if (meant !== undefined) return meant;
  if (typeof parsed === "object" && parsed !== null) return parsed;
  return kind.jsonSchema.type === "array" ? items : text;
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined; // what a person types is often no JSON, and need not be
  }
}

/** A value as a person would type it: texts bare, lists with commas where that can be read back, the rest as JSON. */
export function writeValue(value: Json): string {
  if (typeof value === "string") return value;
  const bare = (it: Json): boolean => typeof it === "string" && /^[^\s,]([^,]*[^\s,])?$/.test(it);
  if (!Array.isArray(value) || value.length === 0 || !value.every(bare)) return JSON.stringify(value);
  const joined = value.join(", ");
  return typeof parseJson(joined) === "object" ? JSON.stringify(value) : joined;
}
