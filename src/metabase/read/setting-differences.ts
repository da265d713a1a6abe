// Differences of nodes as a person reads them: one row per setting, entries that came and went. Secrets are hidden;
// only that one changed is told.
import type { Json } from "../../base/json.ts";
import { hideSecrets } from "../document/secret-marker.ts";
import { changedKeys, type NodeDifference } from "../tree/node.ts";

export type SettingDifference =
  | { readonly is: "created" | "removed"; readonly path: string }
  /** undefined: not stated. */
  | {
      readonly is: "changed";
      readonly path: string;
      readonly before: Json | undefined;
      readonly after: Json | undefined;
    };

export const settingDifferences = (differences: readonly NodeDifference[]): readonly SettingDifference[] =>
  [...differences].sort((left, right) => (left.path < right.path ? -1 : 1)).flatMap(rowsOf);

function rowsOf(it: NodeDifference): readonly SettingDifference[] {
  const { path, before, after } = it;
  const isEntry = path.includes("/");
  if (isEntry && after === null) return [{ is: "removed", path }];
  const settings = changedKeys(it).map((key): SettingDifference => {
    return { is: "changed", path: `${path}/${key}`, before: shown(before?.[key]), after: shown(after?.[key]) };
  });
  return isEntry && before === null ? [{ is: "created", path }, ...settings] : settings;
}

const shown = (value: Json | undefined): Json | undefined => value && hideSecrets(value);
