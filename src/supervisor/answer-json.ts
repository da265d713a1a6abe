// An answer as it crosses to another process, and how it is read there: the other end may be of another release, or of a
// user who is not to be trusted.
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Problem } from "../schema/decode.ts";
import { type Refusal, refusal, refusalReasons } from "./operation.ts";

export const answerJson = (result: Result<Json, Refusal>): JsonObject =>
  result.ok ? { answer: result.value } : { refused: result.error as unknown as Json };

export function readAnswer(given: unknown): Result<Json, Refusal> {
  if (isObject(given) && "answer" in given) return good(given.answer as Json);
  const refused = isObject(given) && isObject(given.refused) ? readRefusal(given.refused) : undefined;
  return bad(refused ?? refusal("unavailable", "The server gave an answer that this release does not know"));
}

function readRefusal({ reason, sentence, problems }: Readonly<Record<string, unknown>>): Refusal | undefined {
  if (typeof sentence !== "string") return undefined;
  const known = refusalReasons.find((it) => it === reason) ?? "unavailable";
  return refusal(known, sentence, Array.isArray(problems) ? problems.filter(isProblem) : []);
}

const isProblem = (given: unknown): given is Problem =>
  isObject(given) && [given.path, given.given, given.wish, given.says ?? ""].every((it) => typeof it === "string");
