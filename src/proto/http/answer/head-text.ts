// The head of an answer as text, RFC 9112 §4 done. Pure; what depends on the request is handed in.
import { reasonOf } from "../status.ts";
import type { Answer } from "./answer.ts";
import { cleanValue, fieldsText, hasField } from "./field-text.ts";

/** The name that leads it; the date behind is always as long, and so may be changed in place. */
export const DATE_NAME = "Date: ";

/** `last` are lines that stand at the end: how long the answer is, what becomes of the connection. */
export function headText({ status, reason, fields }: Answer, last: string, date: string): string {
  const words = reason === undefined ? reasonOf(status) : cleanValue(reason);
  const dateLine = hasField(fields, "date") ? "" : `${DATE_NAME}${date}\r\n`;
  return `HTTP/1.1 ${status} ${words}\r\n${dateLine}${fieldsText(fields)}${last}\r\n`;
}
