// Reads all of an open file into memory, such that it is one version of it.
import type { Disk } from "./disk.ts";
import type { Opened } from "./open-inside.ts";
import { isSame, kept } from "./stamp.ts";

/** A file that is written to all the time will not have stood still for once. */
const ATTEMPTS = 5;

/** With the stamp of what was read; undefined where it keeps changing, or grows beyond `bytesMax`. Throws what the disk does. */
export async function readWhole(
  disk: Disk,
  opened: Pick<Opened, "file" | "stamp">,
  bytesMax: number,
): Promise<{ readonly bytes: Buffer; readonly stamp: Opened["stamp"] } | undefined> {
  let { stamp } = opened;
  for (let attempt = 0; attempt < ATTEMPTS && stamp.size <= bytesMax; attempt++) {
    const bytes = Buffer.allocUnsafeSlow(stamp.size);
    const atHand = disk.readNow(opened.file, bytes, stamp.size, 0);
    const count = atHand === stamp.size ? atHand : await disk.read(opened.file, bytes, stamp.size, 0);
    const now = disk.lookAtOpen(opened.file);
    if (count === stamp.size && isSame(stamp, now)) return { bytes, stamp };
    stamp = kept(now);
  }
  return undefined;
}
