// Who changed what since a revision: what an author is told whose change came too late.
import type { Contender } from "../change/transaction.ts";
import { headOf } from "../store/revision.ts";
import { type Archive, readRevision } from "./difference.ts";

const CONTENDERS_MAX = 20;
const PATHS_MAX = 10;

/** The newest come first, and no more than can be read; what cannot be read any more is left out. */
export async function contendersSince(archive: Archive, n: number, head: number): Promise<readonly Contender[]> {
  const contenders: Contender[] = [];
  for (let at = head; at > Math.max(n, head - CONTENDERS_MAX); at--) {
    const found = await readRevision(archive, at);
    if (!found.ok) continue;
    const paths = found.value.changes.slice(0, PATHS_MAX).map((it) => it.path);
    contenders.push({ revision: headOf(found.value), paths });
  }
  return contenders;
}
