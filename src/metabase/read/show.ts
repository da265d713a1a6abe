// What a person is shown of a view: settings with where their value comes from, entries by name. Secrets are hidden.
import { bad, good, type Result } from "../../base/result.ts";
import type { Problem } from "../../schema/decode.ts";
import { problem } from "../../schema/decode.ts";
import type { Origin } from "../../schema/resolve.ts";
import type { Setting } from "../../schema/section.ts";
import { missing } from "../change/edit.ts";
import { hideSecrets } from "../document/secret-marker.ts";
import { collectionsOf, locate, locateNode, locateSetting, nameOf, type Place } from "../tree/path.ts";
import { originAt, sortedEntries, type View } from "../tree/view.ts";

export interface SettingShown extends Origin {
  readonly key: string;
  readonly setting: Setting;
}

export interface NodeShown {
  /** In its one spelling. */
  readonly path: string;
  readonly place: Place;
  readonly settings: readonly SettingShown[];
  readonly collections: readonly { readonly path: string; readonly key: string; readonly entries: number }[];
}

export function showSetting(view: View, path: string): Result<SettingShown, Problem> {
  const found = locateSetting(view.model, path);
  if (!found.ok) return found;
  const { of, key, setting } = found.value;
  return view.own(of.path) === undefined ? bad(missing(view, of)) : good(shown(view, of, key, setting));
}

export function showNode(view: View, path: string): Result<NodeShown, Problem> {
  const found = locateNode(view.model, path);
  if (!found.ok) return found;
  const place = found.value;
  if (view.own(place.path) === undefined) return bad(missing(view, place));
  const settings = Object.entries(place.section.settings).map(([key, it]) => shown(view, place, key, it));
  const collections = collectionsOf(place).map((it) => ({ path: it.path, key: it.key, entries: view.count(it.path) }));
  return good({ path: place.path, place, settings, collections });
}

/** The names of the entries of a collection, in order. */
export function listEntries(view: View, path: string): Result<readonly string[], Problem> {
  const found = locate(view.model, path);
  if (!found.ok) return found;
  if (found.value.is !== "collection") return bad(problem(path, path, "a collection, such as smtp/sites"));
  const { of } = found.value.place;
  if (view.own(of.path) === undefined) return bad(missing(view, of));
  return good(sortedEntries(view, found.value.place.path).map(nameOf));
}

function shown(view: View, place: Place, key: string, setting: Setting): SettingShown {
  const origin = originAt(view, place, key, setting);
  return { key, setting, ...origin, written: hideSecrets(origin.written) };
}
