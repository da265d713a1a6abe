// The releases of a root, each with what it is made of, who stands for it, and what it is to those who run here. Files
// are not read for this; `verify` does that.
import type { Fault } from "../../base/fault.ts";
import { about } from "../../base/fault.ts";
import { good, type Result } from "../../base/result.ts";
import { standingOf } from "../check/verify.ts";
import { onDisk } from "../disk.ts";
import { bytesOf } from "../manifest/manifest.ts";
import { ownerKeysOf } from "../trust/owner-keys.ts";
import { linkedVersion, versionsIn } from "./install-root.ts";
import { readInstalled } from "./read-release.ts";
import { runningVersions } from "./running.ts";

export const uses = ["current", "previous", "running", "asked"] as const;
/** "asked" is the one whose program answers. */
export type Use = (typeof uses)[number];

export interface ListedRelease {
  readonly version: string;
  readonly uses: readonly Use[];
  readonly base: string | null;
  readonly hotfixes: readonly string[];
  /** Ids of keys. */
  readonly signedBy: readonly string[];
  readonly unsigned: boolean;
  readonly bytes: number | null;
  readonly madeMs: number | null;
  /** Why it cannot be used. */
  readonly fault: Fault | null;
}

export function listReleases(root: string, own: string | undefined): Result<readonly ListedRelease[], Fault> {
  const attempt = { subject: about("file", root), attempted: `Cannot list the releases in ${root}` };
  const versions = onDisk(attempt, () => versionsIn(root));
  if (!versions.ok) return versions;
  const trust = ownerKeysOf(root);
  if (!trust.ok) return trust;
  const usesOf = useTable(root, own);
  return good(
    versions.value.map((version): ListedRelease => {
      const found = readInstalled(root, version);
      const named = { version, uses: usesOf(version) };
      const unknown = { base: null, hotfixes: [], signedBy: [], unsigned: false, bytes: null, madeMs: null };
      if (!found.ok) return { ...named, ...unknown, fault: found.error };
      const { base, files, madeMs } = found.value.manifest;
      const standing = standingOf(found.value, trust.value);
      return {
        ...named,
        base: base?.version ?? null,
        hotfixes: base?.hotfixes ?? [],
        signedBy: standing.ok ? standing.value.signedBy : [],
        unsigned: standing.ok && standing.value.unsigned,
        bytes: bytesOf(files),
        madeMs,
        fault: standing.ok ? null : standing.error,
      };
    }),
  );
}

/** What each version is used for. */
export function useTable(root: string, own: string | undefined): (version: string) => readonly Use[] {
  const running = runningVersions(root);
  const current = linkedVersion(root, "current");
  const previous = linkedVersion(root, "previous");
  const is: Readonly<Record<Use, (version: string) => boolean>> = {
    current: (it) => it === current,
    previous: (it) => it === previous,
    running: (it) => running.has(it),
    asked: (it) => it === own,
  };
  return (version) => uses.filter((use) => is[use](version));
}
