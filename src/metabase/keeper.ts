// Keeps every revision twice, in the store and in the copy. A revision counts as soon as the store has it; a copy that
// cannot be written is told, and catches up when it can.
import { about } from "../base/fault.ts";
import { bad, good } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import type { GoodCopy } from "./copy/good-copy.ts";
import type { Entry } from "./copy/journal.ts";
import { metabaseEvents } from "./events.ts";
import type { Confirmation, Revision, RevisionHead } from "./store/revision.ts";
import type { Store } from "./store/store.ts";
import { type Stored, type Trouble, trouble, troubleFault } from "./store/trouble.ts";
import type { Tree } from "./tree/tree.ts";

export interface KeeperWorld {
  readonly store: Store;
  /** undefined: everything is read-only. */
  readonly copy: GoodCopy | undefined;
  readonly folder: string;
  /** Older revisions than so many are forgotten. */
  readonly revisionsMax: number;
  /** A journal of the copy may grow to this before a checkpoint is worth its while. */
  readonly journalBytes: number;
  readonly report: Report;
}

export class Keeper {
  readonly store: Store;
  private readonly world: KeeperWorld;
  private copyBehind = false;
  /** A revision of which the store has not told whether it has it. */
  private doubt: Revision | undefined;
  private checkpoint: Promise<void> | undefined;

  constructor(world: KeeperWorld) {
    this.world = world;
    this.store = world.store;
  }

  /** The revision that was recorded although the store had reported a failure; undefined when there is none. */
  async settle(): Promise<Stored<Revision | undefined>> {
    const { doubt } = this;
    if (doubt === undefined) return good(undefined);
    const state = await this.store.state();
    if (!state.ok) return state;
    this.doubt = undefined;
    return good(state.value.head.chain === doubt.chain ? doubt : undefined);
  }

  /** On return it is durable in the store, and in the copy unless that was told. */
  async record(revision: Revision): Promise<Stored<void>> {
    const recorded = await this.store.record(revision, revision.n - this.world.revisionsMax);
    if (!recorded.ok) {
      this.doubt = revision;
      const settled = await this.settle();
      if (!settled.ok)
        return bad(
          trouble(recorded.error.is, `${recorded.error.because}, and whether it was recorded will be known later`),
        );
      if (settled.value === undefined) return recorded;
    }
    await this.mirror({ is: "revision", revision });
    return good(undefined);
  }

  async confirm(confirmation: Confirmation): Promise<Stored<void>> {
    const confirmed = await this.store.confirm(confirmation);
    if (confirmed.ok) await this.mirror({ is: "confirmation", confirmation });
    return confirmed;
  }

  /** Begins a checkpoint when one is due. The journal is changed before this returns, the rest is done aside. */
  async tend(tree: Tree, head: RevisionHead, confirmed: Confirmation | null): Promise<void> {
    const { copy, revisionsMax, journalBytes } = this.world;
    if (copy === undefined || this.copyBehind || this.checkpoint !== undefined || !copy.outgrown(journalBytes)) return;
    const begun = await copy.beginJournal();
    if (!begun.ok) return this.fallBehind(begun.error);
    const { n, chain, digest } = head;
    const nodes = [...tree.all()]; // what is recorded meanwhile belongs into the journal, not in here
    this.checkpoint = copy.writeCheckpoint({ n, chain, digest, confirmed }, nodes, n - revisionsMax).then((written) => {
      this.checkpoint = undefined;
      if (!written.ok) this.fallBehind(written.error);
    });
  }

  async close(): Promise<void> {
    await this.checkpoint;
    await this.store.close();
  }

  private async mirror(entry: Entry): Promise<void> {
    const { copy, folder, report } = this.world;
    if (copy === undefined) return;
    const written = this.copyBehind ? await copy.catchUp(this.store) : await copy.append([entry]);
    if (!written.ok) return this.fallBehind(written.error);
    if (!this.copyBehind) return;
    this.copyBehind = false;
    report(metabaseEvents.copyCaughtUp, about("metabase", folder), { revision: copy.head.n });
  }

  private fallBehind(why: Trouble): void {
    if (this.copyBehind) return;
    this.copyBehind = true;
    const { folder, report } = this.world;
    const mended =
      why.is === "damaged" || why.is === "missing" ? "Restart inetsrv, which writes a new copy" : undefined;
    const { because, remedy } = troubleFault(why, "Cannot write the copy", folder);
    report(metabaseEvents.copyBehind, about("metabase", folder), { because, remedy: mended ?? remedy });
  }
}
