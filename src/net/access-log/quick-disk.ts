// The disk for a log that writes a little at a time. The way to another thread and back costs more than the lines do, for one
// site as for ten thousand, so what is short is done at once: on a disk of this machine, and as long as that answers at once. A
// network that hangs or a disk that is busy holds up who serves for a moment at most: then it is waited for elsewhere, as in
// `nodeAccessDisk`.
import { closeSync, fstatSync, linkSync, mkdirSync, openSync, unlinkSync, writeFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import {
  type AccessDisk,
  type AppendedNow,
  BATCH_BYTES,
  draftName,
  FILE_MODE,
  type FileExtent,
  FOLDER_MODE,
  type MayFollow,
  nodeAccessDisk,
  type OpenedLog,
  stateOf,
} from "./access-disk.ts";
import { appendNow } from "./append-now.ts";

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
/** A batch with the lines that came last. More than that goes another way, whatever the disk. */
const SHORT_BYTES = BATCH_BYTES * 1.5;
/** Who has waited for so long has waited for the disk, or for his turn on a busy processor: once alone tells nothing. */
const LONG_MS = 10;
/** So much of such waiting within so long, and the disk is a slow one for as long again. */
const PATIENCE_MS = 100;
const SLOW_FOR_MS = 60_000;

/** How the disks of a process do; one for all of its logs. */
export class DiskPace {
  private readonly clock: Clock;
  private slowUntilMs = Number.NEGATIVE_INFINITY;
  /** What was waited for, as far as it is not forgotten, and when it was counted last. */
  private waitedMs = 0;
  private countedMs = 0;
  /** Folders in which those of logs lie, and whether they are on a disk of this machine. */
  private readonly above = new Map<string, boolean>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get isQuick(): boolean {
    return this.clock.steadyMs() >= this.slowUntilMs;
  }

  /** Not before somebody has had to wait for it. */
  isLocalAbove(folder: string): boolean {
    const known = this.above.get(folder);
    if (known !== undefined) return known;
    this.above.set(folder, false);
    void kindAt(folder).then((kind) => {
      // There may be such a folder later.
      if (kind === undefined) this.above.delete(folder);
      else this.above.set(folder, localKinds.has(kind));
    });
    return false;
  }

  take<T>(call: () => T): T {
    const begunMs = this.clock.steadyMs();
    try {
      return call();
    } finally {
      this.count(begunMs, this.clock.steadyMs());
    }
  }

  private count(begunMs: number, nowMs: number): void {
    if (nowMs - begunMs < LONG_MS) return;
    const forgottenMs = ((nowMs - this.countedMs) * PATIENCE_MS) / SLOW_FOR_MS;
    this.waitedMs = Math.max(0, this.waitedMs - forgottenMs) + nowMs - begunMs;
    this.countedMs = nowMs;
    if (this.waitedMs < PATIENCE_MS) return;
    this.waitedMs = 0;
    this.slowUntilMs = nowMs + SLOW_FOR_MS;
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

  /** A new file, in a folder that is known or in a new one, so that it is no place where something else is mounted. */
  createNow(path: string, text: string): FileExtent | undefined {
    const { pace } = this;
    if (!pace.isQuick) return undefined;
    try {
      return pace.take(() => (this.knowsFolder(dirname(path)) ? create(path, text) : undefined));
    } catch {
      return undefined; // which the other way will find out, and tell
    }
  }

  private knowsFolder(folder: string): boolean {
    if (folder === this.folder) return this.isLocal;
    if (!this.pace.isLocalAbove(dirname(folder))) return false;
    mkdirSync(folder, FOLDER_MODE);
    this.folder = folder;
    this.isLocal = true;
    return true;
  }

  appendNow(path: string, left: FileExtent, lines: Buffer, mayFollow: MayFollow): AppendedNow | undefined {
    const { pace } = this;
    if (!this.isLocal || !pace.isQuick || lines.length > SHORT_BYTES || dirname(path) !== this.folder) return undefined;
    return pace.take(() => appendNow(path, left, lines, mayFollow));
  }

  async open(path: string): Promise<OpenedLog | undefined> {
    const folder = dirname(path);
    const file = await nodeAccessDisk.open(path);
    if (file === undefined || folder === this.folder) return file;
    const kind = await kindAt(folder);
    this.isLocal = kind !== undefined && localKinds.has(kind);
    this.folder = folder;
    return file;
  }
}

const kindAt = (folder: string): Promise<number | undefined> =>
  statfs(folder).then(
    ({ type }) => type,
    () => undefined,
  );

/** As `create` of the other disk does it. Throws where the name is taken. */
function create(path: string, text: string): FileExtent {
  const draft = join(dirname(path), draftName(basename(path)));
  const file = openSync(draft, "wx", FILE_MODE);
  try {
    writeFileSync(file, text);
    linkSync(draft, path);
    return stateOf(fstatSync(file));
  } finally {
    closeSync(file);
    unlinkSync(draft);
  }
}
