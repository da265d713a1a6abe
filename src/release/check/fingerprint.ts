// Whether anything of a release was written since all of it was found right: one fingerprint over what every file is known
// by (inode, size, times to the nanosecond), kept in the cache of a home. No file is read for it.
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/disk.ts";
import { hashOf } from "../manifest/compose.ts";
import { marksOf } from "./hash-file.ts";

/** A file written so lately may be written once more without its times changing. */
const SETTLED_NS = 2_000_000_000n;
const HASH_CHARACTERS = 64;

/** undefined while something in it is too new. Errors of the system are thrown. */
export function fingerprintOf(folder: string, nowMs: number): string | undefined {
  const settledNs = BigInt(nowMs) * 1_000_000n - SETTLED_NS;
  const hash = createHash("sha256").update(folder);
  const waiting = [folder];
  for (let below = waiting.pop(); below !== undefined; below = waiting.pop()) {
    for (const entry of readdirSync(below, { withFileTypes: true })) {
      const path = join(below, entry.name);
      if (entry.isDirectory()) {
        waiting.push(path);
        hash.update(`${path}\n`);
        continue;
      }
      const stat = lstatSync(path, { bigint: true });
      if (stat.ctimeNs > settledNs || stat.mtimeNs > settledNs) return undefined;
      hash.update(`${path}\n${marksOf(stat)}\n`);
    }
  }
  return hash.digest("hex");
}

const isOurs = (uid: number): boolean => process.getuid === undefined || uid === process.getuid();

const fileFor = (cache: string, folder: string): string => join(cache, `release-${hashOf(folder).slice(0, 16)}`);

/** Of the state that was found right. Believed only in a file that we, or root, have written for nobody else. */
export function knownFingerprint(cache: string, folder: string): string | undefined {
  try {
    const fd = openSync(fileFor(cache, folder), constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { uid, mode } = fstatSync(fd);
      if (!(uid === 0 || isOurs(uid)) || (mode & 0o077) !== 0) return undefined;
      const text = Buffer.alloc(HASH_CHARACTERS);
      return text.toString("latin1", 0, readSync(fd, text));
    } finally {
      closeSync(fd);
    }
  } catch {
    return undefined;
  }
}

/** A home that cannot be written, or is another user's, goes without; then all is read at each start. */
export function keepFingerprint(cache: string, folder: string, fingerprint: string): void {
  try {
    const stat = lstatSync(cache);
    if (!stat.isDirectory() || !isOurs(stat.uid)) return;
    replaceFile(fileFor(cache, folder), fingerprint, 0o600);
  } catch {
    // As if there were no cache.
  }
}
