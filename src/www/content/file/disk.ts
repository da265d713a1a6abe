// All that the content of a site asks of the file system, so that a test can have one that fails. What may take as long as
// a disk needs is promised; what is asked of an open file, or looked at again and again, is told at once.
import { closeSync, constants, fstatSync, open, read, readdir, readlinkSync, type Stats, statSync } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { promisify } from "node:util";
import { lookAt, lookAtOpen } from "../../../net/system/file-look.ts";
import { openCached } from "../../../net/system/open-cached.ts";
import { readCached } from "../../../net/system/read-cached.ts";
import { type Stamp, stampOf } from "./stamp.ts";

export interface Disk {
  /** For reading, whatever it is: a pipe is not waited for. Throws, as all of these. */
  open(path: string): Promise<number>;
  close(file: number): void;
  /** How many bytes came: fewer only where the file ends. */
  read(file: number, into: Buffer, length: number, position: number): Promise<number>;
  /** At once, what lies in memory: fewer bytes where not all of it does. */
  readNow(file: number, into: Buffer, length: number, position: number): number;
  statsOfOpen(file: number): Stats;
  /** Of that only what tells whether it has changed; to be read before the next one. */
  stampOfOpen(file: number): Stamp;
  /** Where an open file lies, links resolved. */
  placeOfOpen(file: number, path: string): Promise<string>;
  stats(path: string): Promise<Stats>;
  /** At once, for what was looked at a moment ago; undefined where nothing is there, or nothing can be seen. */
  statsNow(path: string): Stats | undefined;
  /** The same, and of that only its stamp; to be read before the next one. */
  stampNow(path: string): Stamp | undefined;
  realPath(path: string): Promise<string>;
  names(folder: string): Promise<readonly string[]>;
}

const OPEN_FILES = "/proc/self/fd"; // system path
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
const [opened, readSome, listed] = [promisify(open), promisify(read), promisify(readdir)];

export const systemDisk: Disk = {
  // The way to another thread and back costs more than all else that a small file takes.
  open: async (path) => openCached(path, FLAGS) ?? opened(path, FLAGS),
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
  statsOfOpen: (file) => fstatSync(file),
  stampOfOpen: (file) => lookAtOpen(file) ?? stampOf(fstatSync(file)),
  // Linux tells it of the open file itself, so that nothing can be exchanged between the look and the use.
  placeOfOpen: async (file, path) =>
    process.platform === "linux" ? readlinkSync(`${OPEN_FILES}/${file}`) : realpath(path),
  stats: (path) => stat(path),
  statsNow(path) {
    try {
      return statSync(path, { throwIfNoEntry: false });
    } catch {
      return undefined;
    }
  },
  stampNow(path) {
    const seen = lookAt(path);
    if (seen !== undefined) return seen;
    const stats = systemDisk.statsNow(path);
    return stats && stampOf(stats);
  },
  realPath: (path) => realpath(path),
  names: (folder) => listed(folder),
};
