// What a copy holds, as the content of a new store: the tree at its head, proven by its digest, and as much history
// as its journals tell without a gap.
import { bad, good } from "../../base/result.ts";
import type { Model } from "../../schema/section.ts";
import { journalName, numbered } from "../copy/copy-names.ts";
import type { Folder } from "../copy/folder.ts";
import { readJournal } from "../copy/journal.ts";
import { type CopyState, readFile } from "../copy/read-copy.ts";
import { type Confirmation, chained, isGenuine, type Revision } from "../store/revision.ts";
import type { StoreContent } from "../store/store.ts";
import { type Stored, trouble } from "../store/trouble.ts";
import { Tree } from "../tree/tree.ts";

export async function contentOfCopy(
  folder: Folder,
  copy: CopyState,
  later: readonly Revision[],
  model: Model,
  nowMs: number,
): Promise<Stored<StoreContent>> {
  const { instance, checkpoint } = copy;
  const following = [...copy.revisions, ...later];
  if (checkpoint.n + following.length === 0)
    return bad(trouble("damaged", [`no revision in ${folder.path} can be read`, ...copy.flaws].join(": ")));
  const tree = new Tree(model, checkpoint.nodes());
  for (const it of following) tree.apply(it.changes);
  const head = following.at(-1) ?? checkpoint;
  if (tree.digest !== head.digest)
    return bad(trouble("damaged", `the copy in ${folder.path} does not lead to the tree of revision ${head.n}`));

  const history = await readHistory(folder, instance);
  if (!history.ok) return history;
  const { revisions, confirmations } = history.value;
  for (const it of following) revisions.set(it.chain, it);
  for (const it of copy.confirmations) confirmations.set(it.n, it);
  const linked: Revision[] = [];
  for (let it = revisions.get(head.chain); it !== undefined; it = revisions.get(it.previous)) linked.push(it);
  const kept = linked.reverse();
  if (kept.length === 0) kept.push(begunAnew(instance, head, nowMs));
  const confirmed = kept.flatMap(({ n }) => confirmations.get(n) ?? []);
  return good({ instance, nodes: tree.all(), revisions: kept, confirmations: confirmed });
}

interface History {
  /** By their chain. */
  readonly revisions: Map<string, Revision>;
  readonly confirmations: Map<number, Confirmation>;
}

/** All that any journal holds and is genuine; a journal that cannot be read ends the history there. */
async function readHistory(folder: Folder, instance: string): Promise<Stored<History>> {
  const names = await folder.names();
  if (!names.ok) return names;
  const revisions = new Map<string, Revision>();
  const confirmations = new Map<number, Confirmation>();
  for (const after of numbered(names.value, "journal")) {
    const journal = await readFile(folder, journalName(after), readJournal);
    if (!journal.ok) return journal;
    for (const it of journal.value?.entries ?? [])
      if (it.is === "confirmation") confirmations.set(it.confirmation.n, it.confirmation);
      else if (isGenuine(instance, it.revision)) revisions.set(it.revision.chain, it.revision);
  }
  return good({ revisions, confirmations });
}

/** Where even the revision of the tree is lost, a new one says so. */
const begunAnew = (
  instance: string,
  { n, chain, digest }: Pick<Revision, "n" | "chain" | "digest">,
  atMs: number,
): Revision =>
  chained(instance, {
    n: n + 1,
    atMs,
    who: "inetsrv",
    why: "the history was lost with the files that held it",
    kind: "rebuild",
    confirm: null,
    digest,
    previous: chain,
    changes: [],
  });
