// A store looked through before it serves: the head must be the revision that was written, and the nodes must be its
// tree to the last letter.
import { bad, good } from "../../base/result.ts";
import type { Model } from "../../schema/section.ts";
import { isGenuine, type Revision } from "../store/revision.ts";
import type { Store, StoreState } from "../store/store.ts";
import { type Stored, trouble } from "../store/trouble.ts";
import { Tree } from "../tree/tree.ts";

export interface Inspected {
  readonly store: Store;
  readonly state: StoreState;
  readonly head: Revision;
  readonly tree: Tree;
}

export async function inspect(store: Store, model: Model): Promise<Stored<Inspected>> {
  const state = await store.state();
  if (!state.ok) return state;
  const { instance, head } = state.value;
  const revision = await store.revision(head.n);
  if (!revision.ok) return revision;
  if (revision.value === null || !isGenuine(instance, revision.value))
    return bad(trouble("damaged", `revision ${head.n} in ${store.name} is not what was written`));
  const nodes = await store.nodes();
  if (!nodes.ok) return nodes;
  const tree = new Tree(model, nodes.value);
  if (tree.digest !== head.digest)
    return bad(trouble("damaged", `the nodes in ${store.name} are not those of revision ${head.n}`));
  return good({ store, state: state.value, head: revision.value, tree });
}
