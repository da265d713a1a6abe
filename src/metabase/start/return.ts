// What another release has taken out of the tree as it did not know it, put back for the release that had stated it. What
// somebody has stated or removed since stays as it is. It proposes; recording is the matter of the caller.
import { decodeOwn, type Own } from "../../schema/decode.ts";
import { Draft } from "../tree/draft.ts";
import type { NodeDifference } from "../tree/node.ts";
import { locateNode } from "../tree/path.ts";
import type { Tree } from "../tree/tree.ts";
import { dropDangling } from "./upgrade.ts";

export interface Return {
  /** The tree with all of it. */
  readonly draft: Draft;
  /** What comes back, as paths. */
  readonly returned: readonly string[];
}

/** `taken` are the changes of the revision that took it out. */
export function returnOf(tree: Tree, taken: readonly NodeDifference[]): Return {
  const draft = new Draft(tree);
  const returned: string[] = [];
  const byDepth = [...taken].sort((left, right) => left.path.split("/").length - right.path.split("/").length);
  for (const { path, before, after } of byDepth) {
    const place = locateNode(tree.model, path);
    if (before === null || !place.ok || place.value.path !== path) continue;
    const { section, under } = place.value;
    if (under !== undefined && draft.own(under.of.path) === undefined) continue;
    const own = draft.own(path);
    if ((own === undefined) !== (after === null)) continue; // removed, or made anew since
    const back = missing(before, { ...after, ...own });
    if (own !== undefined && Object.keys(back).length === 0) continue;
    const decoded = decodeOwn(section, { ...own, ...back }, path);
    draft.put(path, decoded.own);
    const keys = Object.keys(back).filter((it) => Object.hasOwn(decoded.own, it));
    returned.push(...(own === undefined ? [path] : keys.map((it) => `${path}/${it}`)));
  }
  const dangling = new Set(
    dropDangling(
      draft,
      byDepth.map(({ path }) => path),
    ),
  );
  return { draft, returned: returned.filter((it) => !dangling.has(it)) };
}

const missing = (before: Own, now: Own): Own =>
  Object.fromEntries(Object.entries(before).filter(([key]) => !Object.hasOwn(now, key)));
