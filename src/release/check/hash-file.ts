// The SHA-256 of a file as it is on the disk, piece by piece; and the marks by which it is known again without reading.
import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { closeSync, constants, openSync, readSync } from "node:fs";

const PIECE_BYTES = 1024 * 1024;
let piece: Buffer | undefined;

/** Two files with the same marks are the same file, unwritten in between. */
export const marksOf = ({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string =>
  [dev, ino, size, mtimeNs, ctimeNs].join(" ");

/** Errors of the system are thrown; a link is never followed. */
export function hashFile(path: string, tell: (bytes: number) => void = () => {}): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const hash = createHash("sha256");
    piece ??= Buffer.allocUnsafeSlow(PIECE_BYTES);
    for (
      let got = readSync(fd, piece, 0, PIECE_BYTES, null);
      got > 0;
      got = readSync(fd, piece, 0, PIECE_BYTES, null)
    ) {
      hash.update(piece.subarray(0, got));
      tell(got);
    }
    return hash.digest("hex");
  } finally {
    closeSync(fd);
  }
}
