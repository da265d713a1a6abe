// The tree as it was at a revision: today's tree with everything since undone. It is a view; nothing is copied.
import { about, type Fault, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { Draft } from "../tree/draft.ts";
import type { NodeDifference } from "../tree/node.ts";
import type { Tree } from "../tree/tree.ts";
import type { View } from "../tree/view.ts";
import { type Archive, differenceBetween, readRevision } from "./difference.ts";

export interface PastTree {
  readonly view: View;
  /** What leads from the head there. */
  readonly differences: readonly NodeDifference[];
}

export async function treeAt(archive: Archive, tree: Tree, head: number, n: number): Promise<Result<PastTree, Fault>> {
  const revision = await readRevision(archive, n);
  if (!revision.ok) return revision;
  const differences = await differenceBetween(archive, head, n);
  if (!differences.ok) return differences;
  if (tree.digestAfter(differences.value) !== revision.value.digest)
    return bad(
      fault(
        about("revision", String(n)),
        `Cannot show the tree of revision ${n}`,
        "what is recorded does not lead to it",
        "See `inetsrv explain metabase-damaged`",
      ),
    );
  const draft = new Draft(tree);
  for (const { path, after } of differences.value) draft.put(path, after);
  return good({ view: draft, differences: differences.value });
}
