// What is said to a verb that asks for no file: RFC 9110 §9.3.7, §15.5.6, §15.6.2 done. Pure.
import type { Answer } from "../proto/http/answer/answer.ts";
import type { Refusal } from "../proto/http/refusal.ts";
import type { Field } from "../proto/http/request.ts";

const ALLOW: Field = ["Allow", "GET, HEAD, OPTIONS"];

/** Known to us, and not for files. TRACE would show a script the cookies that are kept from it. */
const elsewhere: ReadonlySet<string> = new Set([
  ...["POST", "PUT", "DELETE", "PATCH", "TRACE", "CONNECT"],
  ...["PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK", "SEARCH"],
]);

const refusals = {
  notAllowed: { status: 405, substatus: 0, because: "Files are not asked for with this verb", close: false },
  unknown: { status: 501, substatus: 0, because: "This verb is not known here", close: false },
} as const satisfies Readonly<Record<string, Refusal>>;

export const optionsAnswer: Answer = { status: 200, substatus: 0, fields: [ALLOW], body: undefined };

/** Undefined for GET and HEAD. */
export function verbAnswer(
  method: string,
  refuse: (refusal: Refusal, fields: readonly Field[]) => Answer,
): Answer | undefined {
  if (method === "GET" || method === "HEAD") return undefined;
  if (method === "OPTIONS") return optionsAnswer;
  return elsewhere.has(method) ? refuse(refusals.notAllowed, [ALLOW]) : refuse(refusals.unknown, []);
}
