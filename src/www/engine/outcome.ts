// What an answer is to the numbers of a site, and to its limits. Pure.
import type { FailureKind } from "../../net/access/refusal-reasons.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Refusal } from "../../proto/http/refusal.ts";

const NOT_IMPLEMENTED = 501;

/** A method or coding that nobody knows, 501, is the client's affair too. */
export const outcomeOf = (status: number) =>
  status < 400 ? "done" : status < 500 || status === NOT_IMPLEMENTED ? "refused" : "failed";

/** Whoever breaks the protocol, whose login fails, and whoever is answered with another error. */
export function failureOf({ status, substatus }: Answer, refusal: Refusal | undefined): FailureKind | undefined {
  if (outcomeOf(status) !== "refused") return undefined;
  // To be asked who one is is no failure: every login of a browser begins so.
  if (status === 401 && substatus === 2) return undefined;
  if (status === 401 && substatus === 1) return "failed-login";
  return refusal?.status === 400 ? "protocol-error" : "client-error";
}
