// Opens a file or folder below a home without following a link on any step of the way, so that nobody who owns a part of
// the way can lead root elsewhere.
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { basename, dirname, relative, sep } from "node:path";

const STEP = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/** Throws as the system does; ELOOP or ENOTDIR for a link. The root itself may be reached by links. */
export function withBelow<T>(root: string, path: string, use: (fd: number) => T): T {
  const steps = relative(root, path)
    .split(sep)
    .filter((it) => it !== "");
  if (steps[0] === "..") throw new Error(`${path} is not below ${root}`);
  let fd = openSync(root, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    for (const step of steps) {
      const next = openSync(`/proc/self/fd/${fd}/${step}`, STEP); // system path
      closeSync(fd);
      fd = next;
    }
    return use(fd);
  } finally {
    closeSync(fd);
  }
}

/** A name in a folder that is reached in this way, as a path for calls that take one: whatever has the name itself may be a link. */
export const withNameBelow = <T>(root: string, path: string, use: (entry: string) => T): T =>
  withBelow(root, dirname(path), (fd) => use(`/proc/self/fd/${fd}/${basename(path)}`)); // system path

/** A plain file with one name, or a folder: nothing else is given to anybody, as it may have a name elsewhere. */
export function isPlain(fd: number): boolean {
  const state = fstatSync(fd);
  return state.isDirectory() || (state.isFile() && state.nlink === 1);
}
