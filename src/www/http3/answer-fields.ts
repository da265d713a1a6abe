// The head of an answer as the runtime takes it, RFC 9114 §4.2, §4.3.2 done. Pure.
import type { Answer } from "../../proto/http/answer/answer.ts";
import { cleanValue, hasField, isSayable } from "../../proto/http/answer/field-text.ts";
import type { Field } from "../../proto/http/request.ts";
import { isBodyless } from "../../proto/http/status.ts";

/** In which each name stands once: what was said several times is one list, but for cookies. RFC 9110 §5.3. */
export type AnswerFields = Record<string, string | string[]>;

/** RFC 9114 §4.2: an answer that was made for HTTP/1 may say them. */
const unsayable: ReadonlySet<string> = new Set(["upgrade", "http2-settings"]);
const SET_COOKIE = "set-cookie";

export function answerFields({ status, fields, body }: Answer, date: string): AnswerFields {
  const said: AnswerFields = { ":status": String(status), ...listed(fields) };
  const length = body === undefined ? 0 : body.length;
  if (length !== undefined && !isBodyless(status)) said["content-length"] = String(length);
  if (!hasField(fields, "date")) said.date = date;
  return said;
}

function listed(fields: readonly Field[]): AnswerFields {
  const said = new Map<string, string | string[]>();
  for (const [name, value] of fields) {
    const lower = name.toLowerCase();
    if (!isSayable(lower) || unsayable.has(lower)) continue;
    const before = said.get(lower);
    const clean = cleanValue(value);
    if (lower === SET_COOKIE) said.set(lower, [...(before ?? []), clean]);
    else said.set(lower, before === undefined ? clean : `${before}, ${clean}`);
  }
  return Object.fromEntries(said);
}
