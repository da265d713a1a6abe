// The key folder as the few file operations this room needs; what a disk refuses comes back as its errno. Knows
// nothing of what the files mean, and has no operation that could overwrite or delete a key.
import { randomUUID } from "node:crypto";
import type { Result } from "../base/result.ts";

export interface KeyFolder {
  readonly path: string;
  readonly user: User;
  /** Of the folder and of the home around it; nothing while they do not exist. */
  ownership(of: "folder" | "home"): Ownership | undefined;
  names(): readonly string[];
  read(name: string): Found;
  /** Makes the folder where there is none, and closes it to others. */
  make(): Done;
  /** A new file for its owner only, the content on the disk. */
  create(name: string, text: string): Done;
  /** Gives a temporary file its name in one step, unless the name is taken: EEXIST. Safe against a rival. */
  place(from: string, to: string): Done;
  /** Renames a key, unless the name is taken: EEXIST. One command at a time may do this. */
  move(from: string, to: string): Done;
  /** Puts a temporary file in the place of the keyring, the only file that is ever replaced. */
  replaceKeyring(from: string): Done;
  /** Removes what was never more than a temporary file. */
  discard(temporary: string): void;
  /** The names are on the disk. */
  sync(): Done;
}

export type Errno = string;
export type Done = Result<void, Errno>;

export interface User {
  readonly uid: number;
  readonly name: string;
}

export interface Ownership {
  readonly uid: number;
  readonly mode: number;
}

export type Found =
  | ({ readonly at: "found"; readonly text: string } & Ownership)
  | { readonly at: "missing" }
  | { readonly at: "unreadable"; readonly errno: Errno };

export const KEYRING = "keyring.json";
export const MACHINE_KEY = "machine.key";
export const NEXT_MACHINE_KEY = "machine.key.next";
export const FILE_BYTES_MAX = 64 * 1024;

/** A whole new file under a free name, durable when it returns. */
export const writeNew = (folder: KeyFolder, name: string, text: string): Done =>
  write(folder, name, text, (temporary) => folder.place(temporary, name));

/** The whole keyring anew, durable when it returns. */
export const overwriteKeyring = (folder: KeyFolder, text: string): Done =>
  write(folder, KEYRING, text, (temporary) => folder.replaceKeyring(temporary));

function write(folder: KeyFolder, name: string, text: string, finish: (temporary: string) => Done): Done {
  const temporary = `${name}.${randomUUID().slice(0, 8)}.tmp`;
  const created = folder.create(temporary, text);
  const done = created.ok ? finish(temporary) : created;
  if (done.ok) return folder.sync();
  folder.discard(temporary);
  return done;
}

/** Keeps a file that is in the way, under a name of its own and for as long as the owner likes. */
export function setAside(folder: KeyFolder, name: string, wallMs: number): Done {
  const taken = new Set(folder.names());
  const stem = `${name}.${new Date(wallMs).toISOString().replaceAll(":", "-")}`;
  let aside = `${stem}.aside`;
  for (let count = 2; taken.has(aside); count++) aside = `${stem}-${count}.aside`;
  return folder.move(name, aside);
}
