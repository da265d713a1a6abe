// Where a value does not fit a JSON Schema, for tests of what we publish. It knows as much of the language as ours uses;
// a word that is not here throws, so that none is passed over.
import { isObject, type Json, type JsonObject } from "../src/base/json.ts";

/** "/smtp/workers: type integer", each with its place first. */
export function schemaFlaws(value: Json, schema: JsonObject, at = ""): readonly string[] {
  const flaws: string[] = [];
  for (const [word, limit] of Object.entries(schema)) {
    if (remarks.has(word) || limit === undefined) continue;
    const rule = rules[word];
    if (rule === undefined) throw new Error(`the schema uses ${word}`);
    flaws.push(...rule(limit, value, at));
  }
  const { additionalProperties: others, properties = {} } = schema;
  if (!isObject(value) || others === undefined) return flaws;
  for (const key of Object.keys(value).filter((it) => !Object.hasOwn(schemasIn(properties), it)))
    flaws.push(
      ...(others === false
        ? [`${at}/${key}: unknown`]
        : schemaFlaws(value[key] as Json, others as JsonObject, `${at}/${key}`)),
    );
  return flaws;
}

type Rule = (limit: Json, value: Json, at: string) => readonly string[];
const isText = (value: Json): value is string => typeof value === "string";
const flawIf = (wrong: boolean, at: string, wish: string): readonly string[] => (wrong ? [`${at}: ${wish}`] : []);
const schemasIn = (limit: Json): Readonly<Record<string, Json>> => limit as JsonObject;

const rules: Readonly<Record<string, Rule>> = {
  type: (limit, value, at) => flawIf(![limit].flat().some((it) => isOf(String(it), value)), at, `type ${limit}`),
  enum: (limit, value, at) => flawIf(!(limit as Json[]).includes(value), at, `one of ${limit}`),
  minimum: (limit, value, at) => flawIf(typeof value === "number" && value < Number(limit), at, `at least ${limit}`),
  maximum: (limit, value, at) => flawIf(typeof value === "number" && value > Number(limit), at, `at most ${limit}`),
  minLength: (limit, value, at) => flawIf(isText(value) && value.length < Number(limit), at, `at least ${limit} long`),
  maxLength: (limit, value, at) => flawIf(isText(value) && value.length > Number(limit), at, `at most ${limit} long`),
  pattern: (limit, value, at) => flawIf(isText(value) && !new RegExp(String(limit)).test(value), at, `like ${limit}`),
  minItems: (limit, value, at) => flawIf(Array.isArray(value) && value.length < Number(limit), at, `${limit} or more`),
  maxItems: (limit, value, at) => flawIf(Array.isArray(value) && value.length > Number(limit), at, `${limit} or less`),
  items: (limit, value, at) =>
    Array.isArray(value) ? value.flatMap((it, index) => schemaFlaws(it, limit as JsonObject, `${at}/${index}`)) : [],
  anyOf: (limit, value, at) =>
    flawIf(!(limit as JsonObject[]).some((it) => schemaFlaws(value, it, at).length === 0), at, "one of several"),
  properties: (limit, value, at) =>
    isObject(value)
      ? Object.entries(schemasIn(limit)).flatMap(([key, it]) =>
          Object.hasOwn(value, key) ? schemaFlaws(value[key] as Json, it as JsonObject, `${at}/${key}`) : [],
        )
      : [],
};
const remarks = new Set(["$schema", "title", "description", "default", "additionalProperties"]);

function isOf(type: string, value: Json): boolean {
  if (type === "null") return value === null;
  if (type === "integer") return Number.isInteger(value);
  if (type === "array") return Array.isArray(value);
  if (type === "object") return isObject(value);
  return typeof value === type;
}
