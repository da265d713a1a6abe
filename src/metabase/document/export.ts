// A view as a nested document: sections and collections by name, only what is stated. Every section that was asked
// for is named, so that a document of the whole tree can take the place of the whole tree.
import type { Json, JsonObject } from "../../base/json.ts";
import { NOTHING } from "../tree/node.ts";
import { collectionsOf, nameOf, type Place } from "../tree/path.ts";
import { sortedEntries, type View } from "../tree/view.ts";
import { hideSecrets } from "./secret-marker.ts";

/** "hidden" leaves a marker that, applied again, keeps the secret that is there. */
export type SecretsAs = "sealed" | "hidden";

/** The whole tree, or `from` with the names that lead to it. */
export function exportDocument(view: View, secrets: SecretsAs, from?: Place): JsonObject {
  if (from !== undefined) return leadingTo(from, nodeOf(view, from, secrets));
  const tops = Object.entries(view.model);
  return Object.fromEntries(tops.map(([path, section]) => [path, nodeOf(view, { path, section }, secrets)]));
}

function nodeOf(view: View, place: Place, secrets: SecretsAs): JsonObject {
  const own = view.own(place.path) ?? NOTHING;
  const members: [string, Json][] = [];
  for (const key of Object.keys(place.section.settings)) {
    const written = own[key];
    if (written !== undefined) members.push([key, secrets === "sealed" ? written : hideSecrets(written)]);
  }
  for (const under of collectionsOf(place)) {
    const { section } = under.collection;
    const entries = sortedEntries(view, under.path);
    const nodes = entries.map((path) => [nameOf(path), nodeOf(view, { path, section, under }, secrets)] as const);
    if (nodes.length > 0) members.push([under.key, Object.fromEntries(nodes)]);
  }
  return Object.fromEntries(members);
}

const leadingTo = ({ path, under }: Place, document: JsonObject): JsonObject =>
  under === undefined
    ? { [path]: document }
    : leadingTo(under.of, { [under.key]: Object.fromEntries([[nameOf(path), document]]) });
