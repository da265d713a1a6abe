// A file that appears whole or not at all: written under a name that nobody looks for, synced, renamed, and its folder
// synced. It replaces what has the name already, and knows nothing of mail.
import { constants } from "node:fs";
import { chmod, mkdir, open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { attempt, writeAll } from "./body-file.ts";
import type { Body } from "./spool.ts";
import { Refused, type Spooled } from "./trouble.ts";

const PIECE_BYTES = 256 * 1024;

export type Pieces = AsyncIterable<Uint8Array>;

/** A folder for mail: its group may write there, and whoever may write there gets there. What is there already stays. */
export async function makeMailFolder(path: string): Promise<Spooled<void>> {
  return attempt(async () => {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    const made = await mkdir(path, { recursive: true, mode: 0o770 });
    if (made !== undefined) await chmod(path, 0o770); // whatever the mask says
  });
}

/** `unfinished` is on the same file system. */
export async function putFile(
  path: string,
  pieces: Pieces,
  mode: number,
  unfinished: string = unfinishedName(path),
): Promise<Spooled<void>> {
  const written = await attempt(async () => {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
    const file = await open(unfinished, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, mode);
    try {
      for await (const piece of pieces) await writeAll(file, piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(unfinished, path);
    await syncFolderOf(path);
  });
  if (!written.ok) await attempt(() => rm(unfinished, { force: true }));
  return written;
}

export const putText = (path: string, text: string, mode: number): Promise<Spooled<void>> =>
  putFile(path, once(Buffer.from(text)), mode);

async function* once(piece: Uint8Array): Pieces {
  yield piece;
}

const unfinishedName = (path: string): string => join(dirname(path), `.${basename(path)}.part`);

/** The bytes of a message of the spool; what cannot be read is thrown, to be caught by `putFile`. */
export async function* copyOf(body: Body): Pieces {
  for (let at = 0; at < body.sizeBytes; ) {
    const piece = await body.read(at, PIECE_BYTES);
    if (!piece.ok) throw new Refused(piece.error);
    if (piece.value.length === 0) return;
    yield piece.value;
    at += piece.value.length;
  }
}

/** Each piece is a buffer of its own. */
export async function* filePieces(path: string): Pieces {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    for (;;) {
      const bytes = Buffer.allocUnsafe(PIECE_BYTES);
      const { bytesRead } = await file.read(bytes, 0, bytes.length);
      if (bytesRead === 0) return;
      yield bytes.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function syncFolderOf(path: string): Promise<void> {
  const folder = await open(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
