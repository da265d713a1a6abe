// A tree as readers see it, whether it is the one that serves, one that is being changed, or one of the past.
import type { Own } from "../../schema/decode.ts";
import { type Origin, originOf, type Step, valuesOf } from "../../schema/resolve.ts";
import type { Model, Section, Setting, Values } from "../../schema/section.ts";
import { NOTHING } from "./node.ts";
import { chainOf, collectionsOf, locateNode, type Place } from "./path.ts";

export interface View {
  readonly model: Model;
  /** What the node states; undefined when there is no such node. Top sections are always there. */
  own(path: string): Own | undefined;
  /** Paths of the entries of a collection, in no order. */
  entries(collection: string): Iterable<string>;
  count(collection: string): number;
}

export const stepsTo = (view: View, place: Place): readonly Step[] =>
  chainOf(place).map(({ path, section }) => ({ path, section, own: view.own(path) ?? NOTHING }));

export const originAt = (view: View, place: Place, key: string, setting: Setting): Origin =>
  originOf(stepsTo(view, place), key, setting);

/** The settings of a node as the program works with them. That `section` is the one of the path is the caller's word. */
export function valuesAt<S extends Section>(view: View, path: string, section: S): Values<S> {
  const place = locateNode(view.model, path);
  if (!place.ok || place.value.section !== section) throw new Error(`${path} is no ${section.name}`);
  return valuesOf(section, stepsTo(view, place.value));
}

/** The entries of a collection by name. */
export const sortedEntries = (view: View, collection: string): readonly string[] =>
  [...view.entries(collection)].sort();

/** The place of an entry that the view holds. */
export function* placesBelow(view: View, place: Place): Generator<Place> {
  for (const under of collectionsOf(place))
    for (const path of view.entries(under.path)) {
      const entry = { path, section: under.collection.section, under };
      yield entry;
      yield* placesBelow(view, entry);
    }
}
