// One file of a release into its new place, with the mode that is listed, and only if it is the one that is listed. Whoever
// puts the whole in its place makes it durable before.
import { createHash } from "node:crypto";
import { closeSync, fchmodSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname, join } from "node:path";
import { about, type Fault } from "../../base/fault.ts";
import { bad, type Result } from "../../base/result.ts";
import { short } from "../check/verify.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import type { ListedFile } from "../manifest/manifest.ts";
import type { Pieces } from "../parcel/pieces.ts";

const FETCH_AGAIN = "Fetch the package again; if that does not help, its maker has made it wrong";

export async function writeFile(
  folder: string,
  path: string,
  listed: ListedFile,
  pieces: Pieces,
  tell: (bytes: number) => void,
): Promise<Result<void, Fault>> {
  const full = join(folder, path);
  const attempt: Attempt = { subject: about("file", full), attempted: `Cannot write ${path} of the release` };
  const opened = onDisk(attempt, () => {
    mkdirSync(dirname(full), { recursive: true, mode: 0o755 });
    // Never over what is there, and so through no link either.
    return openSync(full, "wx", 0o600);
  });
  if (!opened.ok) return opened;
  const fd = opened.value;
  try {
    const hash = createHash("sha256");
    let size = 0;
    for (;;) {
      const piece = await pieces.next();
      if (!piece.ok) return bad(refuse(attempt, piece.error, FETCH_AGAIN));
      const bytes = piece.value;
      if (bytes === undefined) break;
      size += bytes.length;
      if (size > listed.size) return bad(refuse(attempt, `it is longer than ${listed.size} bytes`, FETCH_AGAIN));
      hash.update(bytes);
      const written = onDisk(attempt, () => writeAll(fd, bytes));
      if (!written.ok) return written;
      tell(bytes.length);
    }
    const sha256 = hash.digest("hex");
    if (sha256 !== listed.sha256) {
      const because = `${listed.version} with ${short(listed.sha256)} is expected, ${short(sha256)} found`;
      return bad(refuse(attempt, because, FETCH_AGAIN));
    }
    return onDisk(attempt, () => fchmodSync(fd, Number.parseInt(listed.mode, 8)));
  } finally {
    closeSync(fd);
  }
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}
