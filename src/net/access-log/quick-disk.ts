// The disk for a log that has few lines at a time. With ten thousand sites the way to another thread and back costs more than
// the lines do, so what is short is done at once: on a disk of this machine, and as long as that answers at once. A network
// that hangs or a disk that is busy never holds up who serves: those are waited for elsewhere, as in `nodeAccessDisk`.
import { closeSync, fstatSync, openSync, readSync, write, writeSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import type { Clock } from "../../base/clock.ts";
import { type AccessDisk, isAbsence, nodeAccessDisk, OPEN_FLAGS, type OpenedLog, stateOf } from "./access-disk.ts";

/** File systems of this machine, by the number that Linux gives them; all others may be a network. */
const localKinds: ReadonlySet<number> = new Set([
  0xef53, // ext2 to ext4
  0x58465342, // xfs
  0x9123683e, // btrfs
  0xf2f52010, // f2fs
  0x2fc12fc1, // zfs
  0x01021994, // tmpfs
  0x794c7630, // overlayfs, which writes to one of the others
]);
/** More than that goes another way, whatever the disk. */
const SHORT_BYTES = 64 * 1024;
const SLOW_MS = 10;
const SLOW_FOR_MS = 60_000;

const writeElsewhere = promisify(write);

/** How the disks of a process do; one for all of its logs. */
export class DiskPace {
  private readonly clock: Clock;
  private slowUntilMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get isQuick(): boolean {
    return this.clock.steadyMs() >= this.slowUntilMs;
  }

  take<T>(call: () => T): T {
    const begunMs = this.clock.steadyMs();
    try {
      return call();
    } finally {
      const nowMs = this.clock.steadyMs();
      if (nowMs - begunMs >= SLOW_MS) this.slowUntilMs = nowMs + SLOW_FOR_MS;
    }
  }
}

/** For one log: it remembers of which kind the folder is that it was asked for last. */
export class QuickDisk implements AccessDisk {
  readonly makeFolder = nodeAccessDisk.makeFolder;
  readonly names = nodeAccessDisk.names;
  readonly state = nodeAccessDisk.state;
  readonly create = nodeAccessDisk.create;
  readonly remove = nodeAccessDisk.remove;
  private readonly pace: DiskPace;
  private folder = "";
  private isLocal = false;

  constructor(pace: DiskPace) {
    this.pace = pace;
  }

  open(path: string): OpenedLog | undefined | Promise<OpenedLog | undefined> {
    const folder = dirname(path);
    if (folder !== this.folder) return this.openAfterLook(path, folder);
    return this.isLocal && this.pace.isQuick ? this.openNow(path) : nodeAccessDisk.open(path);
  }

  private async openAfterLook(path: string, folder: string): Promise<OpenedLog | undefined> {
    const file = await nodeAccessDisk.open(path);
    if (file === undefined) return undefined;
    const kind = await statfs(folder).then(
      ({ type }) => type,
      () => undefined,
    );
    this.folder = folder;
    this.isLocal = kind !== undefined && localKinds.has(kind);
    return file;
  }

  private openNow(path: string): OpenedLog | undefined {
    const { pace } = this;
    let file: number;
    try {
      file = pace.take(() => openSync(path, OPEN_FLAGS));
    } catch (error) {
      if (isAbsence(error)) return undefined;
      throw error;
    }
    return new OpenedNow(file, pace);
  }
}

class OpenedNow implements OpenedLog {
  private readonly file: number;
  private readonly pace: DiskPace;

  constructor(file: number, pace: DiskPace) {
    this.file = file;
    this.pace = pace;
  }

  state() {
    return stateOf(fstatSync(this.file));
  }

  read(at: number, count: number): Buffer {
    const bytes = Buffer.alloc(count);
    return bytes.subarray(
      0,
      this.pace.take(() => readSync(this.file, bytes, 0, count, at)),
    );
  }

  append(bytes: Buffer): number | Promise<number> {
    if (bytes.length > SHORT_BYTES) return writeElsewhere(this.file, bytes).then((it) => it.bytesWritten);
    return this.pace.take(() => writeSync(this.file, bytes));
  }

  close(): void {
    this.pace.take(() => closeSync(this.file));
  }
}
