// What can be asked of a running server, or of a home that is down: an operation is a row, read by the control API,
// its OpenAPI description and the command line. No transport here.
import { type Fault, type ObjectKind, sentence } from "../base/fault.ts";
import { isObject, type Json, type JsonObject } from "../base/json.ts";
import { didYouMean } from "../base/nearest.ts";
import { bad, good, type Result } from "../base/result.ts";
import { type Problem, problem, problemSentence } from "../schema/decode.ts";
import type { Kind } from "../schema/kind.ts";

/** Why an operation did nothing; HTTP status and exit code are read from it. */
export const refusalReasons = [
  /** The request itself makes no sense. */
  "wrong",
  /** What it names does not exist. */
  "unknown",
  /** Somebody else changed it in between, or it is in the way of something under way. */
  "conflict",
  /** It is understood and not allowed, or would break something. */
  "refused",
  /** It cannot be done now. */
  "unavailable",
] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export interface Refusal {
  readonly reason: RefusalReason;
  /** What was attempted, what is so, what mends it. */
  readonly sentence: string;
  readonly problems: readonly Problem[];
}

export const refusal = (reason: RefusalReason, sentence: string, problems: readonly Problem[] = []): Refusal => ({
  reason,
  sentence,
  problems,
});

/** Faults that lie in the question; all others lie with the server, its disk or its keys. */
const reasonByKind: Partial<Record<ObjectKind, RefusalReason>> = {
  revision: "unknown",
  setting: "unknown",
  command: "refused",
};

/** A fault as the reason why nothing was done. */
export const refusalOf = (it: Fault): Refusal => refusal(reasonByKind[it.subject.kind] ?? "unavailable", sentence(it));

export interface Parameter {
  readonly kind: Kind<unknown>;
  readonly doc: string;
  readonly needed: boolean;
}
export const needed = (kind: Kind<unknown>, doc: string): Parameter => ({ kind, doc, needed: true });
export const optional = (kind: Kind<unknown>, doc: string): Parameter => ({ kind, doc, needed: false });

/** Decoded parameters; an optional one that was not given is undefined. The row knows the types it asked for. */
export type Given = Readonly<Record<string, unknown>>;

export interface Operation<Context> {
  /** `noun.verb`, also its address: POST or GET /v1/noun/verb. */
  readonly name: string;
  /** Reads only, so it may be asked with GET. */
  readonly reads: boolean;
  /** It tells each step while it works; its answer comes behind them. */
  readonly tells?: true;
  readonly doc: string;
  readonly takes: Readonly<Record<string, Parameter>>;
  run(context: Context, given: Given, follower: Follower): Promise<Result<Json, Refusal>> | Result<Json, Refusal>;
}

/** Who follows an operation while it works. */
export interface Follower {
  tell(step: Json): void;
  /** Nobody waits for the answer any more. */
  readonly gone: AbortSignal;
}

/** Nobody does: only the answer is wanted. */
export const unfollowed: Follower = { tell() {}, gone: new AbortController().signal };

/** What an operation answers, as what crosses: its own types are made of nothing else. */
export const plain = (value: unknown): Json => value as Json;
export const asJson = (done: Result<unknown, Refusal>): Result<Json, Refusal> =>
  done.ok ? good(plain(done.value)) : done;

export const operationPath = (name: string): string => `/v1/${name.replaceAll(".", "/")}`;

/** Reads the parameters strictly, all problems at once. */
export function decodeParameters(operation: Operation<never>, given: unknown): Result<Given, Refusal> {
  const values: Record<string, unknown> = {};
  const problems: Problem[] = [];
  const names = Object.keys(operation.takes);
  const fields: Readonly<Record<string, unknown>> = isObject(given) ? given : {};
  if (!isObject(given)) problems.push(problem(operation.name, given as Json, "an object with its parameters"));
  for (const name of Object.keys(fields))
    if (!Object.hasOwn(operation.takes, name))
      problems.push(problem(name, name, `a parameter of ${operation.name}${didYouMean(name, names)}`));
  for (const [name, { kind, needed: isNeeded }] of Object.entries(operation.takes)) {
    const value = fields[name];
    if (value === undefined || value === null) {
      if (isNeeded) problems.push(problem(name, null, kind.wish));
      continue;
    }
    const decoded = kind.decode(value as Json);
    if (decoded.ok) values[name] = decoded.value;
    else for (const it of decoded.error) problems.push(problem([name, ...it.at].join("/"), it.given, it.wish));
  }
  if (problems.length === 0) return good(values);
  return bad(refusal("wrong", problems.map(problemSentence).join("; "), problems));
}

/** Whoever can carry operations out: over the socket of a running server, or on a home that is down. */
export interface Client {
  readonly online: boolean;
  /** `tell` hears the steps of an operation that tells them. */
  call(operation: string, given: JsonObject, tell?: (step: Json) => void): Promise<Result<Json, Refusal>>;
}
