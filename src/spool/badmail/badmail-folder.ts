// The folder of bad mail: a message, its properties and its reason as three files with one name. It keeps, lists, gives
// back and removes them; who is told, and when, is decided elsewhere.
import { constants } from "node:fs";
import { type FileHandle, lstat, open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { good } from "../../base/result.ts";
import {
  type Badmail,
  badmailNames,
  badmailProperties,
  badmailReason,
  readBadmailProperties,
} from "../../proto/smtp/message/badmail.ts";
import { attempt } from "../body-file.ts";
import { copyOf, filePieces, makeMailFolder, putFile, putText } from "../put-file.ts";
import type { Body } from "../spool.ts";
import type { Spooled } from "../trouble.ts";

export type BadmailSource =
  /** A file that is moved here. */
  | { readonly is: "file"; readonly path: string }
  /** A message of the spool, which keeps its own until it is told. */
  | { readonly is: "body"; readonly body: Body };

export interface BadmailEntry {
  /** The name of its files without the ending. */
  readonly id: string;
  readonly sizeBytes: number;
  readonly atMs: number;
  /** null where no properties tell: a program of old, or a person, has put it here. */
  readonly about: Badmail | null;
}

/** Mode of files that hold mail: for the service and the group of the folder. */
const FILE_MODE = 0o640;
const PROPERTIES_BYTES_MAX = 8 * 1024 * 1024;
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}$/;

export const isBadmailId = (text: string): boolean => ID.test(text);

/** The reason first: a process that dies in between leaves no message without one. */
export async function keepBadmail(folder: string, it: Badmail, source: BadmailSource): Promise<Spooled<void>> {
  const made = await makeMailFolder(folder);
  if (!made.ok) return made;
  const names = badmailNames(checked(it.id));
  const reason = await putText(join(folder, names.reason), badmailReason(it), FILE_MODE);
  if (!reason.ok) return reason;
  const properties = await putText(join(folder, names.properties), badmailProperties(it), FILE_MODE);
  if (!properties.ok) return properties;
  const to = join(folder, names.message);
  return source.is === "body" ? putFile(to, copyOf(source.body), FILE_MODE) : moveFile(source.path, to);
}

/** Within a file system it is one step; to another one a copy, synced before the first one goes. */
async function moveFile(from: string, to: string): Promise<Spooled<void>> {
  const moved = await attempt(async () => {
    try {
      await rename(from, to);
      return true;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === "EXDEV") return false;
      throw thrown;
    }
  });
  if (!moved.ok) return moved;
  if (moved.value) return good(undefined);
  const copied = await putFile(to, filePieces(from), FILE_MODE);
  return copied.ok ? attempt(() => rm(from)) : copied;
}

/** The oldest first. */
export async function listBadmail(folder: string): Promise<Spooled<readonly BadmailEntry[]>> {
  const names = await messageNames(folder);
  if (!names.ok) return names;
  const entries: BadmailEntry[] = [];
  for (const id of names.value) {
    const entry = await badmailEntry(folder, id);
    if (entry.ok && entry.value !== null) entries.push(entry.value);
  }
  return good(entries.sort((left, right) => left.atMs - right.atMs));
}

/** Ids of the messages in the folder; none where there is no folder yet. */
async function messageNames(folder: string): Promise<Spooled<readonly string[]>> {
  const names = await attempt(() => readdir(folder));
  if (!names.ok) return names.error.is === "gone" ? good([]) : names;
  return good(names.value.flatMap((name) => (name.endsWith(".BAD") && ID.test(name) ? [name.slice(0, -4)] : [])));
}

/** null: there is none of that name. */
export async function badmailEntry(folder: string, id: string): Promise<Spooled<BadmailEntry | null>> {
  const names = badmailNames(checked(id));
  const found = await attempt(() => lstat(join(folder, names.message)));
  if (!found.ok) return found.error.is === "gone" ? good(null) : found;
  if (!found.value.isFile()) return good(null);
  const text = await readWhole(join(folder, names.properties), PROPERTIES_BYTES_MAX);
  const about = text.ok ? (readBadmailProperties(text.value) ?? null) : null;
  return good({ id, sizeBytes: found.value.size, atMs: about?.atMs ?? found.value.mtimeMs, about });
}

/** What a person wants to see of it: the reason, and how the message begins. */
export async function badmailTexts(
  folder: string,
  id: string,
): Promise<Spooled<{ readonly reason: string; readonly beginning: string }>> {
  const names = badmailNames(checked(id));
  const beginning = await readWhole(join(folder, names.message), BEGINNING_BYTES);
  if (!beginning.ok) return beginning;
  const reason = await readWhole(join(folder, names.reason), BEGINNING_BYTES);
  return good({ reason: reason.ok ? reason.value : "", beginning: beginning.value });
}

const BEGINNING_BYTES = 16 * 1024;

/** The message last, so that what is left of a removal that was cut off can be removed again. */
export async function removeBadmail(folder: string, id: string): Promise<Spooled<void>> {
  const names = badmailNames(checked(id));
  return attempt(async () => {
    for (const name of [names.properties, names.reason]) await rm(join(folder, name), { force: true });
    await rm(join(folder, names.message));
  });
}

function checked(id: string): string {
  if (!isBadmailId(id)) throw new Error(`"${id}" is no name of bad mail`);
  return id;
}

async function readWhole(path: string, bytesMax: number): Promise<Spooled<string>> {
  return attempt(async () => {
    const file: FileHandle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const { size } = await file.stat();
      const bytes = Buffer.alloc(Math.min(size, bytesMax));
      const { bytesRead } = await file.read(bytes, 0, bytes.length, 0);
      return bytes.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  });
}
