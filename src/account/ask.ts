// What crosses between a worker and the supervisor when somebody logs in, as plain data with strict readers: what a worker
// sends comes from a process that parses strangers' bytes.
import { isObject } from "../base/json.ts";
import { type Right, rights } from "./rights.ts";

/** How an account is claimed; `known-wrong`: what this worker was told a moment ago to be wrong, to be counted again. */
export type Proof =
  | { readonly by: "password"; readonly account: string; readonly password: string }
  | { readonly by: "known-wrong"; readonly account: string }
  | { readonly by: "scram"; readonly account: string; readonly authMessage: string; readonly proof: string }
  | { readonly by: "certificate"; readonly names: readonly string[] };

export interface Ask {
  readonly service: string;
  readonly site: string;
  readonly address: string;
  readonly trace: string;
  readonly proof: Proof;
}

export type Answer =
  | {
      readonly is: "welcome";
      readonly account: string;
      readonly groups: readonly string[];
      readonly rights: readonly Right[];
      readonly signature: string;
    }
  | { readonly is: "wrong"; readonly waitMs: number }
  | { readonly is: "blocked"; readonly untilMs: number; readonly because: string }
  | { readonly is: "busy" }
  | { readonly is: "not-allowed"; readonly account: string | null; readonly because: string };

/** What a worker knows without asking; `generation` is that of the accounts. */
export interface LoginNews {
  readonly generation: number;
  readonly offersScram: boolean;
}

const isText = (given: unknown, max: number): given is string => typeof given === "string" && given.length <= max;

/** Beyond these a claim is nobody's; the worker cuts them, so a longer one is a bug. */
export const claimLimits = {
  account: 256,
  password: 1100,
  authMessage: 4096,
  proof: 64,
  names: 32,
  name: 256,
} as const;

export function isProof(given: unknown): given is Proof {
  if (!isObject(given)) return false;
  switch (given.by) {
    case "password":
      return isText(given.account, claimLimits.account) && isText(given.password, claimLimits.password);
    case "known-wrong":
      return isText(given.account, claimLimits.account);
    case "scram":
      return (
        isText(given.account, claimLimits.account) &&
        isText(given.authMessage, claimLimits.authMessage) &&
        isText(given.proof, claimLimits.proof)
      );
    case "certificate":
      return (
        Array.isArray(given.names) &&
        given.names.length <= claimLimits.names &&
        given.names.every((it) => isText(it, claimLimits.name))
      );
    default:
      return false;
  }
}

export function isAnswer(given: unknown): given is Answer {
  if (!isObject(given)) return false;
  switch (given.is) {
    case "welcome":
      return (
        isText(given.account, claimLimits.account) &&
        isText(given.signature, claimLimits.proof) &&
        Array.isArray(given.groups) &&
        given.groups.every((it) => isText(it, claimLimits.account)) &&
        Array.isArray(given.rights) &&
        given.rights.every((it) => rights.includes(it as Right))
      );
    case "wrong":
      return Number.isFinite(given.waitMs);
    case "blocked":
      return Number.isFinite(given.untilMs) && isText(given.because, 1000);
    case "busy":
      return true;
    case "not-allowed":
      return (given.account === null || isText(given.account, claimLimits.account)) && isText(given.because, 1000);
    default:
      return false;
  }
}
