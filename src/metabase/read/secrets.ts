// Where secrets lie: every sealed value of a view with the path of its setting.
import { isObject, type Json } from "../../base/json.ts";
import { isSealedValue, type SealedValue } from "../../schema/kinds/link.ts";
import type { Node } from "../tree/tree.ts";

export interface SealedAt {
  /** The path of the setting; inside a list or table, followed by the steps to the value. */
  readonly path: string;
  readonly sealed: SealedValue;
}

export function* sealedValues(nodes: Iterable<Node>): Generator<SealedAt> {
  for (const [path, own] of nodes) yield* sealedIn(own, path);
}

function* sealedIn(value: Json, path: string): Generator<SealedAt> {
  if (isSealedValue(value)) yield { path, sealed: value };
  else if (Array.isArray(value) || isObject(value))
    for (const [step, it] of Object.entries(value)) yield* sealedIn(it as Json, `${path}/${step}`);
}
