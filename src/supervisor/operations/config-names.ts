// Paths of the configuration that begin in a given way, for completion. Reads only.
import type { Metabase } from "../../metabase/metabase.ts";
import { encodeName, locate } from "../../metabase/tree/path.ts";

const NAMES_MAX = 200;

export function namesBeginning(metabase: Metabase, prefix: string): readonly string[] {
  const end = prefix.lastIndexOf("/");
  const base = prefix.slice(0, Math.max(end, 0));
  const found: string[] = [];
  for (const name of namesBelow(metabase, base)) {
    const path = base === "" ? name : `${base}/${name}`;
    if (path.startsWith(prefix) && found.push(path) === NAMES_MAX) break;
  }
  return found;
}

function namesBelow(metabase: Metabase, base: string): Iterable<string> {
  if (base === "") return Object.keys(metabase.model);
  const spot = locate(metabase.model, base);
  if (!spot.ok) return [];
  switch (spot.value.is) {
    case "node": {
      const { section } = spot.value.place;
      return [...Object.keys(section.settings), ...Object.keys(section.collections)];
    }
    case "collection": {
      const entries = metabase.entries(base);
      return entries.ok ? entries.value.map(encodeName) : [];
    }
    case "setting":
      return [];
  }
}
