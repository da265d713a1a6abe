// Nothing can be written: what can be read serves from memory, and every change is refused with the reason.
import { statSync } from "node:fs";
import type { Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { CopyState } from "../copy/read-copy.ts";
import { metabaseEvents } from "../events.ts";
import { MemoryStore } from "../store/memory-store.ts";
import type { Revision } from "../store/revision.ts";
import { SqliteStore } from "../store/sqlite-store.ts";
import type { StoreContent } from "../store/store.ts";
import { type Stored, type Trouble, trouble, troubleFault } from "../store/trouble.ts";
import { contentOfCopy } from "./content-of-copy.ts";
import type { Ground, Records } from "./ground.ts";
import { inspect } from "./inspect.ts";
import { cannotOpen, metabase } from "./telling.ts";

/** `why` is the reason that nothing can be written. */
export async function serveReadOnly(
  ground: Ground,
  why: Trouble,
  content: StoreContent,
): Promise<Result<Records, Fault>> {
  const found = await inspect(new MemoryStore(content), ground.model);
  if (!found.ok) return bad(cannotOpen(ground, found.error));
  const readOnly = troubleFault(why, "Cannot change anything", ground.folder);
  const { because, remedy } = readOnly;
  ground.report(metabaseEvents.readOnly, metabase(ground), { because, remedy, revision: found.value.head.n });
  return good({ ...found.value, copy: undefined, readOnly });
}

/** The store cannot be opened for writing; the copy is asked first, as it is plain to read. */
export async function readWhatCanBeRead(
  ground: Ground,
  why: Trouble,
  copy: Stored<CopyState>,
): Promise<Result<Records, Fault>> {
  const content = copy.ok
    ? await contentOfCopy(ground.copyFolder, copy.value, [], ground.model, ground.nowMs)
    : await contentOfFile(ground);
  return content.ok ? serveReadOnly(ground, why, content.value) : bad(cannotOpen(ground, why));
}

/** The database as a file that nobody writes; believed only when it was closed in order. */
async function contentOfFile({ file, model, formats }: Ground): Promise<Stored<StoreContent>> {
  if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    return bad(trouble("damaged", `${file} was not closed in order`));
  const store = SqliteStore.openImmutable(file, formats);
  if (!store.ok) return store;
  const found = await inspect(store.value, model);
  const confirmations = await store.value.confirmations();
  if (!found.ok) return found;
  if (!confirmations.ok) return confirmations;
  const { state, head, tree } = found.value;
  const revisions: Revision[] = [];
  for (let n = state.oldest; n < head.n; n++) {
    const revision = await store.value.revision(n);
    if (!revision.ok) return revision;
    if (revision.value !== null) revisions.push(revision.value);
  }
  await store.value.close();
  return good({
    instance: state.instance,
    nodes: tree.all(),
    revisions: [...revisions, head],
    confirmations: confirmations.value,
  });
}
