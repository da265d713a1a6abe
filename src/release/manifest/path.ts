// Which paths a release may have: relative, with slashes, never out of its folder, and short enough for any archive and
// any disk. Pure.
export const PATH_BYTES_MAX = 180;
export const PART_BYTES_MAX = 64;

/** Names of our own beside the files that a manifest lists. */
export const RELEASE_FILE = "release.json";
export const HOTFIX_FILE = "hotfix.json";
export const signatureOf = (file: string): string => `${file}.sig`;
const ours: ReadonlySet<string> = new Set([RELEASE_FILE, HOTFIX_FILE].flatMap((it) => [it, signatureOf(it)]));

/** Nothing either that a terminal would act on, or would not show. */
const forbidden = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\:*?"<>|]|^[\s-]|[\s.]$/u;

const isPart = (part: string): boolean =>
  part !== "" && part !== "." && part !== ".." && !forbidden.test(part) && Buffer.byteLength(part) <= PART_BYTES_MAX;

/** Why the path cannot be of a release; undefined when it can. */
export function flawOfPath(path: string): string | undefined {
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) return "it is too long";
  if (!path.isWellFormed() || path.normalize("NFC") !== path) return "it is spelled in a way that disks change";
  if (!path.split("/").every(isPart)) return "it is no plain path below the folder of the release";
  return ours.has(path.toLowerCase()) ? "that name is taken" : undefined;
}

/** The first pair of paths that cannot lie beside each other: one is the folder of the other, or a disk sees one name. */
export function clashOf(paths: Iterable<string>): readonly [string, string] | undefined {
  const taken = new Map<string, string>();
  const folders = new Map<string, string>();
  for (const path of paths) {
    const folded = path.toLowerCase();
    const other = taken.get(folded) ?? folders.get(folded);
    if (other !== undefined) return [other, path];
    taken.set(folded, path);
    for (let at = folded.lastIndexOf("/"); at > 0; at = folded.lastIndexOf("/", at - 1)) {
      const folder = folded.slice(0, at);
      const file = taken.get(folder);
      if (file !== undefined) return [file, path];
      folders.set(folder, path);
    }
  }
  return undefined;
}
