// A header that a site adds to its answers, as a row of its settings: "X-Frame-Options: DENY". Pure.
import { fieldText } from "../../proto/http/answer/field-text.ts";
import type { Field } from "../../proto/http/request.ts";

/** What the content decides itself, so that a row about it would only be ignored, or break what clients keep. */
const decided: ReadonlySet<string> = new Set([
  "accept-ranges",
  "content-encoding",
  "content-range",
  "content-type",
  "date",
  "etag",
  "last-modified",
  "location",
]);

export function parseHeaderRow(text: string): Field | undefined {
  const [, name = "", value = ""] = /^([^\s:]+) *: *(.*?) *$/.exec(text) ?? [];
  const field: Field = [name, value];
  // What the wire would not carry unchanged is refused where it is set.
  return decided.has(name.toLowerCase()) || fieldText(field) !== `${name}: ${value}\r\n` ? undefined : field;
}

export const printHeaderRow = ([name, value]: Field): string => `${name}: ${value}`;
