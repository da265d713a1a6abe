// The second, independent record of the metabase: every revision as a line in a journal, and from time to time the
// whole tree as a checkpoint. It only writes; `read-copy.ts` reads it when it is needed.
import { bad, good } from "../../base/result.ts";
import { isGenuine } from "../store/revision.ts";
import type { Store } from "../store/store.ts";
import { type Stored, trouble } from "../store/trouble.ts";
import type { Node } from "../tree/tree.ts";
import { type CheckpointHead, printCheckpoint } from "./checkpoint.ts";
import { checkpointName, journalName, numbered } from "./copy-names.ts";
import { type Folder, UNFINISHED } from "./folder.ts";
import { type Entry, printEntry, printJournalHead } from "./journal.ts";
import type { CopyState } from "./read-copy.ts";

/** When many revisions are missing, as many as change this many nodes are written together. */
const BATCH_NODES = 4096;
/** What is written anew is cut into journals of about this length. */
const JOURNAL_BYTES_MAX = 64 * 1024 * 1024;
/** The newest, and one more in case it is damaged. */
const CHECKPOINTS_KEPT = 2;

interface Extent {
  readonly head: CopyState["head"];
  /** The last revision whose confirmation it holds. */
  readonly confirmed: number;
  readonly journal: { readonly name: string; readonly end: number };
  readonly checkpointBytes: number;
}

export class GoodCopy {
  readonly folder: Folder;
  private readonly instance: string;
  private extent: Extent;
  /** Bytes of journal since the last checkpoint was begun. */
  private grown: number;

  private constructor(folder: Folder, instance: string, extent: Extent) {
    this.folder = folder;
    this.instance = instance;
    this.extent = extent;
    this.grown = extent.journal.end;
  }

  /** Goes on where the copy ends; undefined where it has no journal that could take a line. */
  static resume(
    folder: Folder,
    { instance, head, confirmations, journal, checkpoint }: CopyState,
  ): GoodCopy | undefined {
    if (journal === undefined) return undefined;
    const confirmed = Math.max(checkpoint.n - 1, ...confirmations.map((it) => it.n));
    return new GoodCopy(folder, instance, { head, confirmed, journal, checkpointBytes: checkpoint.bytes });
  }

  /** A journal that holds nothing yet; `catchUp` fills it. */
  static async begin(folder: Folder, instance: string, head: CopyState["head"]): Promise<Stored<GoodCopy>> {
    const copy = new GoodCopy(folder, instance, {
      head,
      confirmed: head.n,
      journal: { name: "", end: 0 },
      checkpointBytes: 0,
    });
    const begun = await copy.beginJournal();
    return begun.ok ? good(copy) : begun;
  }

  /** The last revision that it holds. */
  get head(): CopyState["head"] {
    return this.extent.head;
  }

  /** A checkpoint now costs less than what was written since the last one, and that is more than `bytes`. */
  outgrown(bytes: number): boolean {
    return this.grown > Math.max(bytes, this.extent.checkpointBytes);
  }

  /** Durable on return. A revision must be the next one; `catchUp` finds out what is missing. */
  async append(entries: readonly Entry[]): Promise<Stored<void>> {
    const { journal } = this.extent;
    const written = await this.folder.append(journal.name, journal.end, entries.map(printEntry).join(""));
    if (!written.ok) return written;
    this.grown += written.value - journal.end;
    let { head, confirmed } = this.extent;
    for (const it of entries)
      if (it.is === "revision") head = { n: it.revision.n, chain: it.revision.chain };
      else confirmed = it.confirmation.n;
    this.extent = { ...this.extent, head, confirmed, journal: { name: journal.name, end: written.value } };
    return good(undefined);
  }

  /** Writes all that the store has and the copy lacks. What the store holds is not believed without proof. */
  async catchUp(store: Store): Promise<Stored<void>> {
    const state = await store.state();
    const confirmations = await store.confirmations();
    if (!state.ok) return state;
    if (!confirmations.ok) return confirmations;
    let { n, chain } = this.head;
    let batch: Entry[] = [];
    let nodes = 0;
    while (n < state.value.head.n) {
      const found = await store.revision(n + 1);
      if (!found.ok) return found;
      const revision = found.value;
      if (revision === null || revision.previous !== chain || !isGenuine(this.instance, revision))
        return bad(trouble("damaged", `revision ${n + 1} in ${store.name} does not follow what the copy holds`));
      batch.push({ is: "revision", revision });
      nodes += revision.changes.length;
      ({ n, chain } = revision);
      if (nodes < BATCH_NODES && batch.length < BATCH_NODES) continue;
      const written = await this.append(batch);
      if (!written.ok) return written;
      const begun = this.extent.journal.end < JOURNAL_BYTES_MAX ? good(undefined) : await this.beginJournal();
      if (!begun.ok) return begun;
      batch = [];
      nodes = 0;
    }
    const missing = confirmations.value.filter((it) => it.n > this.extent.confirmed && it.n <= n);
    const rest = [...batch, ...missing.map((confirmation) => ({ is: "confirmation", confirmation }) as const)];
    return rest.length === 0 ? good(undefined) : this.append(rest);
  }

  /** What comes next goes into a new file, so that a checkpoint of what is now can be written in peace. */
  async beginJournal(): Promise<Stored<void>> {
    const { head } = this.extent;
    const name = journalName(head.n);
    if (name === this.extent.journal.name) return good(undefined);
    const text = printJournalHead({ instance: this.instance, after: head.n, chain: head.chain });
    const written = await this.folder.replace(name, [text]);
    if (!written.ok) return written;
    this.extent = { ...this.extent, journal: { name, end: written.value } };
    return good(undefined);
  }

  /** Takes its time; what is recorded meanwhile goes into the journal that was begun before. */
  async writeCheckpoint(head: Omit<CheckpointHead, "instance">, nodes: Iterable<Node>, forget: number) {
    this.grown = 0;
    const parts = printCheckpoint({ instance: this.instance, ...head }, nodes);
    const written = await this.folder.replace(checkpointName(head.n), parts);
    if (!written.ok) return written;
    this.extent = { ...this.extent, checkpointBytes: written.value };
    return this.tidy(forget);
  }

  /** Takes away checkpoints that newer ones replace, journals of forgotten revisions, and what was never finished. */
  async tidy(forget: number): Promise<Stored<void>> {
    const names = await this.folder.names();
    if (!names.ok) return names;
    const checkpoints = numbered(names.value, "checkpoint");
    const oldest = checkpoints.at(-CHECKPOINTS_KEPT) ?? 0;
    const journals = numbered(names.value, "journal");
    const old = [
      ...checkpoints.filter((it) => it < oldest).map(checkpointName),
      ...journals.filter((_, index) => (journals[index + 1] ?? Infinity) <= Math.min(oldest, forget)).map(journalName),
      ...names.value.filter((it) => it.endsWith(UNFINISHED)),
    ];
    for (const name of old) {
      const removed = await this.folder.remove(name);
      if (!removed.ok) return removed;
    }
    return good(undefined);
  }
}
