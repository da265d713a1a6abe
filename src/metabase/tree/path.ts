// Paths of the tree, read against the model: `smtp/sites/default/bindings` becomes a place with its section, or a
// problem with the nearest known name. Pure: whether an entry exists is asked of a view.
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Problem, problem, settingNamed, unknownName } from "../../schema/decode.ts";
import type { Collection, Model, Section, Setting } from "../../schema/section.ts";

/** A node: a top section, or an entry of a collection. */
export interface Place {
  /** In its one spelling: "smtp/sites/default". */
  readonly path: string;
  readonly section: Section;
  /** What it is an entry of; undefined for a top section. */
  readonly under?: CollectionPlace;
}

export interface CollectionPlace {
  /** "smtp/sites" */
  readonly path: string;
  /** "sites" */
  readonly key: string;
  readonly collection: Collection;
  readonly of: Place;
}

export interface SettingPlace {
  /** "smtp/sites/default/bindings" */
  readonly path: string;
  readonly key: string;
  readonly setting: Setting;
  readonly of: Place;
}

export type Spot =
  | { readonly is: "node"; readonly place: Place }
  | { readonly is: "collection"; readonly place: CollectionPlace }
  | { readonly is: "setting"; readonly place: SettingPlace };

export function locate(model: Model, path: string): Result<Spot, Problem> {
  const [top = "", ...steps] = path.split("/");
  const section = Object.hasOwn(model, top) ? model[top] : undefined;
  const tops = Object.keys(model);
  if (section === undefined) {
    const near = didYouMean(top, tops);
    const wish = `one of ${tops.join(", ")}${near}`;
    return bad({
      ...problem(path, top, wish),
      says: `There is no section ${JSON.stringify(top)}; there are ${tops.join(", ")}${near}`,
    });
  }
  let place: Place = { path: top, section };
  for (let index = 0; index < steps.length; index += 2) {
    const [key = "", segment] = steps.slice(index, index + 2);
    const under = collectionOf(place, key);
    if (under === undefined) {
      const setting = segment === undefined ? settingNamed(place.section, key) : undefined;
      if (setting === undefined) return bad(unknownName(place.section, key, place.path));
      return good({ is: "setting", place: { path: `${place.path}/${key}`, key, setting, of: place } });
    }
    if (segment === undefined) return good({ is: "collection", place: under });
    const name = decodeName(segment);
    const entry = name === undefined ? undefined : entryOf(under, name);
    if (entry === undefined) return bad(problem(under.path, name ?? segment, entryWish(under)));
    place = entry;
  }
  return good({ is: "node", place });
}

export function locateNode(model: Model, path: string): Result<Place, Problem> {
  const spot = locate(model, path);
  if (!spot.ok) return spot;
  return spot.value.is === "node"
    ? good(spot.value.place)
    : bad(problem(path, path, `a section or an entry, and this is a ${spot.value.is}`));
}

export function locateSetting(model: Model, path: string): Result<SettingPlace, Problem> {
  const spot = locate(model, path);
  if (!spot.ok) return spot;
  return spot.value.is === "setting"
    ? good(spot.value.place)
    : bad(problem(path, path, `a setting, and this is a ${spot.value.is === "node" ? "section" : "collection"}`));
}

export function collectionOf(of: Place, key: string): CollectionPlace | undefined {
  const { collections } = of.section;
  const collection = Object.hasOwn(collections, key) ? collections[key] : undefined;
  return collection && { path: `${of.path}/${key}`, key, collection, of };
}

export const collectionsOf = (of: Place): readonly CollectionPlace[] =>
  Object.entries(of.section.collections).map(([key, collection]) => ({
    path: `${of.path}/${key}`,
    key,
    collection,
    of,
  }));

/** The entry with this name, as its collection spells it; undefined when it takes no such name. */
export function entryOf(under: CollectionPlace, name: string): Place | undefined {
  const { section, named } = under.collection;
  const decoded = named.decode(name);
  if (name === "" || !name.isWellFormed() || !decoded.ok) return undefined;
  const spelled = String(named.print(decoded.value));
  return { path: `${under.path}/${encodeName(spelled)}`, section, under };
}

export const entryWish = ({ path, collection }: CollectionPlace): string =>
  `an entry of ${path}, named by ${collection.named.wish}`;

/** From the top section down to the place itself. */
export const chainOf = (place: Place): readonly Place[] =>
  place.under === undefined ? [place] : [...chainOf(place.under.of), place];

/** Where it belongs in the model: "smtp/sites/<name>". */
export const shapeOf = ({ path, under }: Place): string =>
  under === undefined ? path : `${shapeOf(under.of)}/${under.key}/<name>`;

/** The site, or another entry directly below a top section, that holds the place; undefined for a top section. */
export const siteOf = (place: Place): Place | undefined => chainOf(place)[1];

/** The name of the entry that a path ends with. */
export const nameOf = (path: string): string => decodeName(path.slice(path.lastIndexOf("/") + 1)) ?? path;

/** A name as one step of a path: only what would break the path is written otherwise. */
export const encodeName = (name: string): string =>
  /[%/]/.test(name) ? name.replaceAll("%", "%25").replaceAll("/", "%2F") : name;

/** The node of a site. */
export const sitePath = (service: string, site: string): string => `${service}/sites/${encodeName(site)}`;

export function decodeName(segment: string): string | undefined {
  if (!segment.includes("%")) return segment;
  if (/%(?!25|2[Ff])/.test(segment)) return undefined;
  return segment.replaceAll(/%25|%2[Ff]/g, (code) => (code === "%25" ? "%" : "/"));
}

/** The section of a node that a tree holds, without a second look at its names. */
export function sectionAt(model: Model, path: string): Section | undefined {
  const [top = "", ...steps] = path.split("/");
  let section = Object.hasOwn(model, top) ? model[top] : undefined;
  for (let index = 0; index < steps.length && section !== undefined; index += 2) {
    const key = steps[index] ?? "";
    section = Object.hasOwn(section.collections, key) ? section.collections[key]?.section : undefined;
  }
  return section;
}
