// The store cannot be used: its files are set aside untouched, and a new one is founded on what the copy holds, with
// what can still be proven in the damaged one.

import type { Fault } from "../../base/fault.ts";
import { localTime } from "../../base/local-time.ts";
import { bad, type Result } from "../../base/result.ts";
import type { CopyState } from "../copy/read-copy.ts";
import { metabaseEvents } from "../events.ts";
import { isGenuine, type Revision } from "../store/revision.ts";
import { sqliteFiles } from "../store/sqlite-file.ts";
import { SqliteStore } from "../store/sqlite-store.ts";
import type { Store, StoreContent } from "../store/store.ts";
import type { Stored, Trouble } from "../store/trouble.ts";
import { contentOfCopy } from "./content-of-copy.ts";
import type { Ground, Records } from "./ground.ts";
import { inspect } from "./inspect.ts";
import { keepStore } from "./keep-store.ts";
import { serveReadOnly } from "./read-only.ts";
import { setAside } from "./set-aside.ts";
import { cannotOpen, metabase, neitherServes } from "./telling.ts";

export async function serveFromCopy(
  ground: Ground,
  why: Trouble,
  damaged: SqliteStore | undefined,
  copy: Stored<CopyState>,
): Promise<Result<Records, Fault>> {
  if (!copy.ok) return bad(neitherServes(ground, why, copy.error));
  const saved = damaged === undefined ? [] : await salvage(damaged, copy.value);
  const content = await contentOfCopy(ground.copyFolder, copy.value, saved, ground.model, ground.nowMs);
  if (!content.ok) return bad(neitherServes(ground, why, content.error));
  damaged?.abandon();

  const aside = setAside(ground.folder, sqliteFiles(ground.file), ground.nowMs);
  if (!aside.ok) return serveReadOnly(ground, aside.error, content.value);
  const founded = SqliteStore.create(ground.file, content.value, ground.formats, ground.bringing.release);
  if (!founded.ok) return serveReadOnly(ground, founded.error, content.value);
  const found = await inspect(founded.value, ground.model);
  if (!found.ok) return bad(cannotOpen(ground, found.error));
  const { n, atMs } = found.value.head;
  ground.report(metabaseEvents.storeSetAside, metabase(ground), {
    because: why.because,
    files: aside.value === undefined ? "Nothing of its files is left" : `Its files lie untouched in ${aside.value}`,
    revision: n,
    date: localTime(atMs),
    lost: lossOf(ground, copy.value, content.value, saved),
  });
  const kept = await keepStore(ground, found.value, copy);
  return kept.ok ? kept : bad(cannotOpen(ground, kept.error));
}

/** Revisions that only the damaged store has; each is proven by its chain, so damage cannot slip in. */
async function salvage(store: Store, { instance, head }: CopyState): Promise<readonly Revision[]> {
  const saved: Revision[] = [];
  for (let { n, chain } = head; ; ) {
    const found = await store.revision(n + 1);
    const revision = found.ok ? found.value : null;
    if (revision === null || revision.previous !== chain || !isGenuine(instance, revision)) return saved;
    saved.push(revision);
    ({ n, chain } = revision);
  }
}

/** What is gone, as a sentence without its stop. */
function lossOf(ground: Ground, copy: CopyState, { revisions }: StoreContent, saved: readonly Revision[]): string {
  const { n } = copy.head;
  const losses: string[] = [];
  if (copy.journal === undefined) losses.push(`what came after revision ${n} may be lost, as ${copy.flaws.join(", ")}`);
  if (copy.tornTail) losses.push(`the last line of the copy is cut short, and a revision after ${n} may be lost`);
  if (saved.length > 0) losses.push(`revisions after ${n} were read from the damaged files`);
  const oldest = revisions[0]?.n ?? 1;
  if (oldest > 1 && revisions.length < ground.revisionsMax)
    losses.push(`the history before revision ${oldest} is lost`);
  const text = losses.join("; ") || "nothing is known to be lost";
  return `${text[0]?.toUpperCase()}${text.slice(1)}`;
}
