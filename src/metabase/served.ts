// The tree that serves and the revision it is: changed by whole revisions only, and whoever subscribed is told. It
// knows nothing of the disk; what it is given was recorded.
import type { CrossCheck } from "./change/cross-check.ts";
import type { Recorded } from "./change/transaction.ts";
import { chained, headOf, type Revision, type RevisionHead } from "./store/revision.ts";
import { inverse, type NodeDifference } from "./tree/node.ts";
import type { Tree } from "./tree/tree.ts";

type Authorship = Pick<Revision, "atMs" | "who" | "why" | "kind" | "confirm">;

export class Served {
  readonly instance: string;
  readonly tree: Tree;
  readonly cross: CrossCheck;
  head: RevisionHead;
  private readonly listeners = new Set<(it: Recorded) => void>();

  constructor(instance: string, tree: Tree, cross: CrossCheck, head: Revision) {
    this.instance = instance;
    this.tree = tree;
    this.cross = cross;
    this.head = headOf(head);
    cross.apply([...tree.all()].map(([path, after]) => ({ path, before: null, after })));
  }

  /** The revision that these changes would make. */
  next(by: Authorship, changes: readonly NodeDifference[]): Revision {
    const { n, chain } = this.head;
    const digest = this.tree.digestAfter(changes);
    return chained(this.instance, { ...by, n: n + 1, digest, previous: chain, changes });
  }

  /** The revision that would take back what the head has changed. */
  undo(head: Revision, by: Authorship): Revision {
    return this.next(by, inverse(head.changes));
  }

  apply(revision: Revision): void {
    this.tree.apply(revision.changes);
    this.cross.apply(revision.changes);
    this.head = headOf(revision);
    for (const listener of this.listeners) listener({ revision: this.head, changed: revision.changes });
  }

  /** The answer ends it. */
  subscribe(listener: (it: Recorded) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
