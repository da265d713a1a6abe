// One edit of a transaction, and what it does to a draft; whatever is wrong with it comes back as problems. Pure;
// rules between nodes are the matter of `cross-check.ts`.
import type { JsonObject } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest.ts";
import { decodeOwn, type Own, type Problem, problem } from "../../schema/decode.ts";
import type { Draft } from "../tree/draft.ts";
import { NOTHING } from "../tree/node.ts";
import { locateNode, nameOf, type Place } from "../tree/path.ts";
import { placesBelow, type View } from "../tree/view.ts";

export type Edit =
  /** States settings of a node that is there; null takes a statement away. */
  | { readonly at: string; readonly set: JsonObject }
  /** A new entry that states these settings. */
  | { readonly at: string; readonly create: JsonObject }
  /** The entry goes with all below it; a top section stays and states nothing. */
  | { readonly at: string; readonly remove: true };

export const settingsOf = (edit: Edit): JsonObject => ("set" in edit ? edit.set : "create" in edit ? edit.create : {});

export const applyEdits = (draft: Draft, edits: readonly Edit[]): readonly Problem[] =>
  edits.flatMap((edit) => applyEdit(draft, edit));

function applyEdit(draft: Draft, edit: Edit): readonly Problem[] {
  const located = locateNode(draft.model, edit.at);
  if (!located.ok) return [located.error];
  const place = located.value;
  const own = draft.own(place.path);
  if ("create" in edit) {
    if (own !== undefined) return [problem(place.path, nameOf(place.path), "a name that is not taken")];
    const parent = place.under?.of;
    if (parent !== undefined && draft.own(parent.path) === undefined) return [missing(draft, parent)];
    return state(draft, place, NOTHING, edit.create);
  }
  if (own === undefined) return [missing(draft, place)];
  if ("set" in edit) return state(draft, place, own, edit.set);
  for (const below of [...placesBelow(draft, place)]) draft.put(below.path, null);
  draft.put(place.path, null);
  return [];
}

/** What is right is put even when something is wrong, so that what follows is judged for itself. */
function state(draft: Draft, place: Place, own: Own, given: JsonObject): readonly Problem[] {
  const decoded = decodeOwn(place.section, given, place.path);
  const kept = Object.entries(own).filter(([key]) => given[key] === undefined);
  draft.put(place.path, { ...Object.fromEntries(kept), ...decoded.own });
  return decoded.problems;
}

/** The node, or the first one above it, that is not there, with the nearest that is. */
export function missing(view: View, place: Place): Problem {
  const parent = place.under?.of;
  if (parent !== undefined && view.own(parent.path) === undefined) return missing(view, parent);
  const collection = place.under?.path ?? "";
  const names = [...view.entries(collection)].slice(0, COMPARED_MAX).map(nameOf);
  const name = nameOf(place.path);
  const near = didYouMean(name, names);
  return {
    ...problem(place.path, name, `an entry that is there${near}`),
    says: `There is no ${place.path}${near}`,
  };
}

const COMPARED_MAX = 10_000;
