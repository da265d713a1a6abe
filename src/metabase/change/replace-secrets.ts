// Sealed values put in the place of others, wherever in a setting they lie; only those that are still what they were
// when somebody began to seal them anew.
import { isObject, type Json, sameJson } from "../../base/json.ts";
import { good } from "../../base/result.ts";
import { type Problem, problem } from "../../schema/decode.ts";
import type { SecretChange } from "../../seal/sealed.ts";
import type { Draft } from "../tree/draft.ts";
import { locateNode } from "../tree/path.ts";
import type { Proposal } from "./proposal.ts";

export function secretsProposal(changes: readonly SecretChange[]): Proposal {
  return {
    kind: "reseal",
    put: async (draft) => good(changes.flatMap((it) => replace(draft, it))),
  };
}

function replace(draft: Draft, { path, was, sealed }: SecretChange): readonly Problem[] {
  const steps = path.split("/");
  const length = steps.findLastIndex((_, index) => locateNode(draft.model, steps.slice(0, index).join("/")).ok);
  const node = steps.slice(0, length).join("/");
  const own = draft.own(node);
  const changed = own === undefined ? undefined : withValue(own, steps.slice(length), was, sealed);
  if (changed === undefined) return [problem(path, null, "the secret that was read; it was set anew or removed since")];
  draft.put(node, changed as typeof own & object);
  return [];
}

/** The value with `replacement` at `steps`; undefined when `was` is not there. */
function withValue(value: Json, steps: readonly string[], was: Json, replacement: Json): Json | undefined {
  const [step, ...rest] = steps;
  if (step === undefined) return sameJson(value, was) ? replacement : undefined;
  if (Array.isArray(value)) {
    const inner = withValue(value[Number(step)] ?? null, rest, was, replacement);
    return inner && value.with(Number(step), inner);
  }
  if (!isObject(value) || !Object.hasOwn(value, step)) return undefined;
  const inner = withValue(value[step] as Json, rest, was, replacement);
  return inner && { ...value, [step]: inner };
}
