// The few things that every room asks of a disk in the same way: that what is written stays, and how much room there is. All
// throw as the system does.
import {
  closeSync,
  fchmodSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { dirname } from "node:path";

/** Of a file its content, of a folder the names in it. */
export function sync(path: string): void {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The whole file or the one before, whatever happens in between; its folder stands already. */
export function replaceFile(path: string, content: string | Uint8Array, mode: number): void {
  const part = `${path}.part-${process.pid}`;
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  try {
    rmSync(part, { force: true });
    // Through no link that somebody else has put there.
    const fd = openSync(part, "wx", mode);
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
      fchmodSync(fd, mode);
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  sync(dirname(path));
}

/** In no order; none where there is no such folder. */
export function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** For us, not for root alone. */
export function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}
