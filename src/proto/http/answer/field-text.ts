// Fields as they cross the wire. Pure; whatever they are made of, one field is one line, and none speaks for the engine.
import { remembering } from "../../../base/remembering.ts";
import { TOKEN } from "../byte-kinds.ts";
import type { Field } from "../request.ts";

/** RFC 9112 §6, §9: where a message ends, and what becomes of the connection, is known to the engine alone. */
const ownedNames: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "keep-alive",
  "proxy-connection",
  "te",
  "transfer-encoding",
]);

const NAME = new RegExp(`^${TOKEN}+$`);
const UNSAFE = /[^\t\x20-\x7e\x80-\xff]/;
const EACH_UNSAFE = new RegExp(UNSAFE, "g");

/** RFC 9110 §5.5 done: a line end within becomes a blank. What is no byte could become one in writing, such as U+010A. */
export const cleanValue = (value: string): string =>
  UNSAFE.test(value) ? value.replaceAll(EACH_UNSAFE, (it) => (it.charCodeAt(0) > 0xff ? "?" : " ")) : value;

/** Whether whoever answers may say it, by its name in lower case. Names are few, and each is in thousands of answers. */
export const isSayable = remembering((lowerName) => NAME.test(lowerName) && !ownedNames.has(lowerName));

/** By its name in any case. */
const isSaid = remembering((name) => isSayable(name.toLowerCase()));

export function fieldText([name, value]: Field): string {
  if (!isSaid(name)) return "";
  return `${name}: ${cleanValue(value)}\r\n`;
}

export function fieldsText(fields: readonly Field[]): string {
  let text = "";
  for (const field of fields) text += fieldText(field);
  return text;
}

export const hasField = (fields: readonly Field[], lowerName: string): boolean =>
  fields.some(([name]) => name.length === lowerName.length && name.toLowerCase() === lowerName);
