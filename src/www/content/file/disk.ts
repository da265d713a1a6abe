// All that the content of a site asks of the file system, so that a test can have one that fails. What may take as long as
// a disk needs is promised; what is asked of an open file, or looked at again and again, is told at once.
import { closeSync, constants, fstatSync, open, read, readdir, readlinkSync, type Stats, statSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { type FileLook, lookAt, lookAtOpen } from "../../../net/system/file-look.ts";
import { openCached } from "../../../net/system/open-cached.ts";
import { readCached } from "../../../net/system/read-cached.ts";
import { lookOf } from "./stamp.ts";

export interface Disk {
  /** For reading, whatever it is: a pipe is not waited for. Throws, as all of these. */
  open(path: string): Promise<Handle>;
  close(file: number): void;
  /** How many bytes came: fewer only where the file ends. */
  read(file: number, into: Buffer, length: number, position: number): Promise<number>;
  /** At once, what lies in memory: fewer bytes where not all of it does. */
  readNow(file: number, into: Buffer, length: number, position: number): number;
  /** To be read before the next look. */
  lookAtOpen(file: number): FileLook;
  /** At once; undefined where nothing is there, or nothing can be seen. To be read before the next look. */
  lookNow(path: string): FileLook | undefined;
  stats(path: string): Promise<Stats>;
  realPath(path: string): Promise<string>;
  names(folder: string): Promise<readonly string[]>;
}

/** What is open. */
export interface Handle {
  readonly file: number;
  /** Where it lies, links resolved. */
  readonly place: string;
}

const OPEN_FILES = "/proc/self/fd"; // system path
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const [opened, readSome, listed] = [promisify(open), promisify(read), promisify(readdir)];

export const systemDisk: Disk = {
  async open(path) {
    // The way to another thread and back costs more than all else that a small file takes; and what no link led to lies where
    // it was asked for.
    const straight = isAsSystemsWrite(path) ? openCached(path, FLAGS, "none") : undefined;
    if (straight !== undefined) return { file: straight, place: path };
    const file = openCached(path, FLAGS) ?? (await opened(path, FLAGS));
    try {
      return { file, place: await placeOf(file, path) };
    } catch (thrown) {
      closeSync(file);
      throw thrown;
    }
  },
  close: closeSync,
  async read(file, into, length, position) {
    let done = 0;
    while (done < length) {
      const { bytesRead } = await readSome(file, into, done, length - done, position + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return done;
  },
  readNow: readCached,
  lookAtOpen: (file) => lookAtOpen(file) ?? lookOf(fstatSync(file)),
  lookNow(path) {
    const seen = lookAt(path);
    if (seen !== undefined) return seen === "nothing" ? undefined : seen;
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      return stats && lookOf(stats);
    } catch {
      return undefined;
    }
  },
  stats: (path) => stat(path),
  realPath: (path) => realpath(path),
  names: (folder) => listed(folder),
};

/** Linux tells it of the open file itself, so that nothing can be exchanged between the look and the use. */
async function placeOf(file: number, path: string): Promise<string> {
  return process.platform === "linux" ? readlinkSync(`${OPEN_FILES}/${file}`) : realpath(path);
}

/** From the root, and without what could be left out. */
const isAsSystemsWrite = (path: string): boolean => path.startsWith("/") && !/\/\.{0,2}(?:\/|$)/.test(path);
