// The copy as it lies on the disk, read back: the newest checkpoint that is whole, and every revision after it that
// follows without a gap. What cannot be believed is named as a flaw, never used.
import { bad, good } from "../../base/result.ts";
import { type Confirmation, isGenuine, type Revision } from "../store/revision.ts";
import { type Stored, trouble } from "../store/trouble.ts";
import { type Checkpoint, emptyCheckpoint, readCheckpoint } from "./checkpoint.ts";
import { checkpointName, journalName, numbered } from "./copy-names.ts";
import type { Folder } from "./folder.ts";
import { type Entry, type Journal, readJournal } from "./journal.ts";

export interface CopyState {
  readonly instance: string;
  readonly checkpoint: Checkpoint;
  /** After the checkpoint, ascending, each chained to the one before. */
  readonly revisions: readonly Revision[];
  /** Of the checkpoint's own revision and of those after it. */
  readonly confirmations: readonly Confirmation[];
  readonly head: { readonly n: number; readonly chain: string };
  /** Where the next line goes; undefined where no journal can take it. */
  readonly journal: { readonly name: string; readonly end: number } | undefined;
  /** The last line is none: its writing was cut short, so nobody was told that it is safe, or it was damaged. */
  readonly tornTail: boolean;
  /** Damage, as parts of a sentence; each names its file. */
  readonly flaws: readonly string[];
}

export async function readCopy(folder: Folder): Promise<Stored<CopyState>> {
  const names = await folder.names();
  if (!names.ok) return names;
  const checkpoints = numbered(names.value, "checkpoint");
  const journals = numbered(names.value, "journal");
  if (checkpoints.length + journals.length === 0) return bad(trouble("missing", `there is no copy in ${folder.path}`));

  const flaws: string[] = [];
  const found = await newestCheckpoint(folder, checkpoints, flaws);
  if (!found.ok) return found;
  let reading = found.value && new Reading(found.value);
  // Journals older than the one that holds the checkpoint's own revision are only history.
  const first = journals.findLast((it) => it <= (found.value?.n ?? 0)) ?? Number.POSITIVE_INFINITY;
  for (const after of journals.filter((it) => it >= first)) {
    const name = journalName(after);
    const journal = await readFile(folder, name, readJournal);
    if (!journal.ok) return journal;
    if (journal.value !== undefined) reading ??= new Reading(emptyCheckpoint(journal.value.instance));
    const flaw = journal.value === undefined ? `${name} is damaged` : reading?.take(name, journal.value);
    if (flaw === undefined) continue;
    flaws.push(flaw);
    if (reading !== undefined) reading.journal = undefined;
    break;
  }
  if (reading !== undefined) return good(reading.state(flaws));
  return bad(trouble("damaged", [`nothing in ${folder.path} can be used`, ...flaws].join(": ")));
}

/** Follows the journals from the checkpoint on, as far as they can be believed. */
class Reading {
  journal: CopyState["journal"];
  private readonly checkpoint: Checkpoint;
  private readonly revisions: Revision[] = [];
  private readonly confirmations: Confirmation[];
  private head: CopyState["head"];
  private tornTail = false;

  constructor(checkpoint: Checkpoint) {
    this.checkpoint = checkpoint;
    this.confirmations = checkpoint.confirmed === null ? [] : [checkpoint.confirmed];
    this.head = { n: checkpoint.n, chain: checkpoint.chain };
  }

  /** The answer is what is wrong with the journal; what stands before that is taken. */
  take(name: string, journal: Journal): string | undefined {
    const follows = journal.after <= this.head.n && journal.entries.every((it) => this.takeEntry(it));
    if (!follows) return `${name} does not follow what is before it`;
    if (journal.unreadable > 1) return `${journal.unreadable} lines of ${name} cannot be read`;
    this.journal = { name, end: journal.end };
    this.tornTail = journal.unreadable === 1;
    return undefined;
  }

  state(flaws: readonly string[]): CopyState {
    const { checkpoint, revisions, confirmations, head, journal, tornTail } = this;
    return { instance: checkpoint.instance, checkpoint, revisions, confirmations, head, journal, tornTail, flaws };
  }

  private takeEntry(entry: Entry): boolean {
    if (entry.is === "confirmation") {
      if (entry.confirmation.n >= this.checkpoint.n) this.confirmations.push(entry.confirmation);
      return true;
    }
    const { revision } = entry;
    if (revision.n <= this.head.n) return true; // a copy that is written anew repeats what older journals hold
    const follows = revision.n === this.head.n + 1 && revision.previous === this.head.chain;
    if (!follows || !isGenuine(this.checkpoint.instance, revision)) return false;
    this.revisions.push(revision);
    this.head = { n: revision.n, chain: revision.chain };
    return true;
  }
}

async function newestCheckpoint(
  folder: Folder,
  numbers: readonly number[],
  flaws: string[],
): Promise<Stored<Checkpoint | undefined>> {
  for (const n of numbers.toReversed()) {
    const found = await readFile(folder, checkpointName(n), readCheckpoint);
    if (!found.ok || found.value?.n === n) return found;
    flaws.push(`${checkpointName(n)} is damaged`);
  }
  return good(undefined);
}

/** undefined: it is not what was written. */
export async function readFile<T>(
  folder: Folder,
  name: string,
  read: (file: Buffer) => T | "newer" | undefined,
): Promise<Stored<T | undefined>> {
  const file = await folder.read(name);
  if (!file.ok) return file;
  const found = read(file.value);
  return found === "newer"
    ? bad(trouble("newer", `${name} in ${folder.path} was made by a newer inetsrv`))
    : good(found as T | undefined);
}
