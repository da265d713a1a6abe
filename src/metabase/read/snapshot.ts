// What a service is given of a node: every setting that is not worth its default there, in written form, with all that is
// below it. Plain JSON, fit to be sent to another process of the same release, which knows the defaults.
import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { expectGood } from "../../base/result.ts";
import { originOf } from "../../schema/resolve.ts";
import type { Section, Values } from "../../schema/section.ts";
import { NOTHING } from "../tree/node.ts";
import { collectionsOf, nameOf, type Place } from "../tree/path.ts";
import { sortedEntries, stepsTo, type View } from "../tree/view.ts";

export interface NodeSnapshot extends JsonObject {
  /** Own and inherited alike; secrets sealed. */
  readonly settings: JsonObject;
  /** Which of them are stated at the node itself. */
  readonly own: readonly string[];
  /** By collection, then by name. */
  readonly collections: { readonly [collection: string]: { readonly [name: string]: NodeSnapshot } };
}

export interface SiteSnapshot extends NodeSnapshot {
  /** "smtp/sites/default" */
  readonly path: string;
  readonly revision: number;
}

export function snapshotOf(view: View, place: Place): NodeSnapshot {
  const collections = collectionsOf(place).map((under) => {
    const { section } = under.collection;
    const entries = sortedEntries(view, under.path).map((path): [string, NodeSnapshot] => [
      nameOf(path),
      snapshotOf(view, { path, section, under }),
    ]);
    return [under.key, Object.fromEntries(entries)] as const;
  });
  const own = Object.keys(view.own(place.path) ?? NOTHING);
  return { settings: statedSettings(view, place), own, collections: Object.fromEntries(collections) };
}

/** Thousands of sites share nearly all defaults: they are neither sent nor read for each. */
function statedSettings(view: View, place: Place): JsonObject {
  const steps = stepsTo(view, place);
  const settings = Object.entries(place.section.settings).flatMap(([key, setting]): [string, Json][] => {
    const { from, written } = originOf(steps, key, setting);
    return from === "default" ? [] : [[key, written]];
  });
  return Object.fromEntries(settings);
}

/** Every setting; `section` is that of the place, or has some of its settings. */
export function writtenSettings(view: View, place: Place, section: Section): JsonObject {
  const steps = stepsTo(view, place);
  const settings = Object.entries(section.settings).map(([key, setting]): [string, Json] => [
    key,
    originOf(steps, key, setting).written,
  ]);
  return Object.fromEntries(settings);
}

/** The settings of a snapshot as the program works with them. What is in a snapshot was decoded before. */
export const snapshotValues = <S extends Section>(section: S, node: Pick<NodeSnapshot, "settings">): Values<S> =>
  Object.fromEntries(decoded(section, Object.keys(section.settings), node)) as Values<S>;

/** Only what is stated at the node itself. */
export const ownValues = <S extends Section>(section: S, node: NodeSnapshot): Partial<Values<S>> =>
  Object.fromEntries(decoded(section, node.own, node)) as Partial<Values<S>>;

const decoded = ({ settings: rows }: Section, keys: readonly string[], { settings }: Pick<NodeSnapshot, "settings">) =>
  keys.flatMap((key): [string, unknown][] => {
    const row = rows[key];
    const written = settings[key] ?? null;
    return row === undefined ? [] : [[key, written === null ? row.value : expectGood(row.kind.decode(written))]];
  });

/** The entries of a collection below a site; what is in an order was decoded before it was sent. */
export function entriesBelow(below: JsonObject, collection: string): readonly (readonly [string, NodeSnapshot])[] {
  const entries = below[collection];
  return isObject(entries)
    ? Object.entries(entries).map(([name, node]) => [name, node as unknown as NodeSnapshot])
    : [];
}
