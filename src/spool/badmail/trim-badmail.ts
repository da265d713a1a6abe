// Keeps the folder of bad mail within its bounds, as nobody empties it: what is too old goes, then the oldest until the
// rest is small enough. It tells how many; what is none of ours stays.
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { good } from "../../base/result.ts";
import { attempt } from "../body-file.ts";
import type { Spooled } from "../trouble.ts";
import { listBadmail, removeBadmail } from "./badmail-folder.ts";

export interface BadmailBounds {
  /** null: there is none. */
  readonly ageMs: number | null;
  readonly sizeBytes: number | null;
}

const DAY_MS = 86_400_000;

/** The number of messages that were removed. */
export async function trimBadmail(folder: string, bounds: BadmailBounds, nowMs: number): Promise<Spooled<number>> {
  await removeRemnants(folder, nowMs);
  const listed = await listBadmail(folder);
  if (!listed.ok) return listed;
  let sizeBytes = listed.value.reduce((sum, it) => sum + it.sizeBytes, 0);
  let removed = 0;
  for (const entry of listed.value) {
    const isOld = bounds.ageMs !== null && nowMs - entry.atMs > bounds.ageMs;
    const isMuch = bounds.sizeBytes !== null && sizeBytes > bounds.sizeBytes;
    if (!isOld && !isMuch) break; // the oldest come first
    const gone = await removeBadmail(folder, entry.id);
    if (!gone.ok) return gone;
    sizeBytes -= entry.sizeBytes;
    removed++;
  }
  return good(removed);
}

/** What a process left that died while it kept a message. */
async function removeRemnants(folder: string, nowMs: number): Promise<void> {
  const listed = await attempt(() => readdir(folder));
  const names = new Set(listed.ok ? listed.value : []);
  for (const name of names) {
    const [, id, ending] = /^\.?([A-Za-z0-9_][A-Za-z0-9_.-]*)\.(BDP|BDR|part)$/.exec(name) ?? [];
    if (id === undefined || (ending === "part" ? !name.startsWith(".") : names.has(`${id}.BAD`))) continue;
    const path = join(folder, name);
    const found = await attempt(() => lstat(path));
    if (found.ok && nowMs - found.value.mtimeMs > DAY_MS) await attempt(() => rm(path, { force: true }));
  }
}
