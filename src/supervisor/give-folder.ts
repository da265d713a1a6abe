// Folders that root makes for the user of the services: made where they are missing, given where they are not, and never
// by a path that somebody else can turn elsewhere meanwhile.
import { closeSync, constants, fchownSync, fstatSync, lstatSync, mkdirSync, openSync } from "node:fs";
import type { ServiceUser } from "./service-user.ts";

const FOLDER_MODE = 0o750;

export function giveFolder(folder: string, { uid, gid }: ServiceUser): void {
  makeFolder(folder, FOLDER_MODE);
  withFolder(folder, (it) => {
    if (fstatSync(it).uid !== uid) fchownSync(it, uid, gid);
  });
}

/** The same where whoever uses it finds out himself that it could not be done, and says so. */
export function tryToGiveFolder(folder: string, user: ServiceUser | null): void {
  try {
    if (user !== null) giveFolder(folder, user);
  } catch {
    // The disk is read-only, or something else lies there.
  }
}

export function makeFolder(path: string, mode: number): void {
  // Asked first, as nearly always it is there, and a call that fails costs many times as much.
  if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) return;
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

/** The folder itself: what has become a link meanwhile is refused. */
export function withFolder(path: string, use: (handle: number) => void): void {
  const handle = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    use(handle);
  } finally {
    closeSync(handle);
  }
}
