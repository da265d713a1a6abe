// Removes releases that nobody uses: never the current one, the one before it, one that a process runs from, or the one
// whose program does this.
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { onDisk } from "../disk.ts";
import { removeRelease, sweepParts } from "../install/part-folder.ts";
import { type ListedRelease, listReleases, useTable } from "./list-releases.ts";

export interface PrunePlan {
  readonly remove: readonly ListedRelease[];
  readonly keep: readonly ListedRelease[];
}

/** `newest` of those that nobody uses stay too; without a current one the newest always does. */
export function planPrune(root: string, own: string | undefined, newest: number): Result<PrunePlan, Fault> {
  const listed = listReleases(root, own);
  if (!listed.ok) return listed;
  const hasCurrent = listed.value.some((it) => it.uses.includes("current"));
  const unused = listed.value.filter((it) => it.uses.length === 0);
  const remove = unused.slice(Math.max(newest, hasCurrent || unused.length < listed.value.length ? 0 : 1));
  return good({ remove, keep: listed.value.filter((it) => !remove.includes(it)) });
}

/** What came into use meanwhile stays, and is told. */
export function prune(root: string, own: string | undefined, { remove }: PrunePlan): Result<readonly string[], Fault> {
  const gone: string[] = [];
  for (const { version } of remove) {
    const attempt = { subject: about("release", version), attempted: `Cannot remove the release ${version}` };
    const [use] = useTable(root, own)(version);
    if (use !== undefined)
      return bad({ ...attempt, because: `it is ${use} now`, remedy: "Look again: inetsrv release prune" });
    const removed = onDisk(attempt, () => removeRelease(root, version));
    if (!removed.ok) return removed;
    gone.push(version);
  }
  const swept = onDisk({ subject: about("file", root), attempted: "Cannot remove what was left" }, () =>
    sweepParts(root),
  );
  return swept.ok ? good([...gone, ...swept.value]) : swept;
}
