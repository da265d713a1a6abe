// Who is touched by what a node states differently: the nodes below that share the setting and say nothing of their
// own. Sections that share nothing are not walked, so most changes cost nothing here.
import type { Section, Setting } from "../../schema/section.ts";
import { NOTHING } from "./node.ts";
import { collectionsOf, type Place } from "./path.ts";
import type { View } from "./view.ts";

/** The places below `place` that inherit one of these settings from it. */
export function* inheritorsOf(view: View, place: Place, keys: readonly string[]): Generator<Place> {
  const settings = new Map<string, Setting>();
  for (const key of keys) {
    const setting = place.section.settings[key];
    if (setting !== undefined) settings.set(key, setting);
  }
  yield* walk(view, place, settings);
}

function* walk(view: View, place: Place, settings: ReadonlyMap<string, Setting>): Generator<Place> {
  for (const under of collectionsOf(place)) {
    const { section } = under.collection;
    if (![...settings.values()].some((it) => sharedIn(section).has(it))) continue;
    for (const path of view.entries(under.path)) {
      const entry = { path, section, under };
      const own = view.own(path) ?? NOTHING;
      // What the entry states itself hides the setting from all that is below it too.
      const open = new Map([...settings].filter(([key, it]) => section.settings[key] !== it || own[key] === undefined));
      if ([...open].some(([key, it]) => section.settings[key] === it)) yield entry;
      if (open.size > 0) yield* walk(view, entry, open);
    }
  }
}

const shared = new WeakMap<Section, ReadonlySet<Setting>>();

/** The settings of a section and of all below it. */
function sharedIn(section: Section): ReadonlySet<Setting> {
  const found = shared.get(section) ?? new Set(settingsBelow(section));
  shared.set(section, found);
  return found;
}

function* settingsBelow(section: Section): Generator<Setting> {
  yield* Object.values(section.settings);
  for (const it of Object.values(section.collections)) yield* settingsBelow(it.section);
}
