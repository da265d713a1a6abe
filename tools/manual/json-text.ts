// JSON as the project's formatter leaves it, so that a written file passes its check. Pure.
import type { Json } from "../../src/base/json.ts";

const LINE_WIDTH = 120;

/** `column` is where the value begins: a list of plain values stands on one line where it fits. */
export function jsonText(value: Json, indent = "", column = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    const oneLine = `[${value.map((it) => JSON.stringify(it)).join(", ")}]`;
    const isPlain = value.every((it) => typeof it !== "object" || it === null);
    if (isPlain && column + oneLine.length < LINE_WIDTH) return oneLine;
    return `[\n${value.map((it) => inner + jsonText(it, inner, inner.length)).join(",\n")}\n${indent}]`;
  }
  const members = Object.entries(value).map(([name, it]) => {
    const start = `${inner}${JSON.stringify(name)}: `;
    return start + jsonText(it as Json, inner, start.length);
  });
  return members.length === 0 ? "{}" : `{\n${members.join(",\n")}\n${indent}}`;
}
