// JSON values as types, with the two comparisons that configuration needs. No parsing of foreign formats here.
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Equal as JSON: the order of keys does not matter. */
export function sameJson(left: Json | undefined, right: Json | undefined): boolean {
  return left === right || canonical(left ?? null) === canonical(right ?? null);
}

/** One spelling for one value: keys sorted, no white space. What is hashed or compared is written so. */
export function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (isObject(value)) {
    const object = value as JsonObject;
    const members = Object.keys(object).sort();
    return `{${members.map((key) => `${JSON.stringify(key)}:${canonical(object[key] ?? null)}`).join(",")}}`;
  }
  return JSON.stringify(value);
}
