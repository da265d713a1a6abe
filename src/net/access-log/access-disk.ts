// All that access logs ask of a disk, so that a test can pass one that fails on purpose. Every call that is promised may take as
// long as the disk likes, and throws what node:fs throws; nothing is caught or decided here.
import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { constants, link, mkdir, open, readdir, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/**
 * So much a log gathers before it is written in one batch. What is done once for each, with the processor's caches cold, takes
 * some 0.2 ms whatever its length: with half of this a log left half of a hundred less of what a service answers. For a third
 * of a millisecond it holds up who serves. With the lines that come last it fits into a buffer of 256 KiB.
 */
export const BATCH_BYTES = 240 * 1024;

/** Which file it is, under any name, and how long. */
export interface FileExtent {
  readonly device: number;
  readonly inode: number;
  readonly bytes: number;
}

type Identity = Pick<FileExtent, "device" | "inode">;
export const isSameFile = (one: Identity, other: Identity): boolean =>
  one.inode === other.inode && one.device === other.device;

export interface FileState extends FileExtent {
  readonly changedMs: number;
}

export interface OpenedLog {
  state(): Promise<FileState>;
  /** Up to `count` bytes from there on. */
  read(at: number, count: number): Promise<Buffer>;
  /** At the end of the file, wherever others have moved it; how many bytes were taken. */
  append(bytes: Buffer): Promise<number>;
  close(): Promise<void>;
}

export interface AppendedNow {
  /** So long the file was before. */
  readonly at: number;
  /** Fewer than there are where the disk is full. */
  readonly written: number;
}

/** Of what others have written since a file was left. */
export type MayFollow = (since: Buffer) => boolean;

export interface AccessDisk {
  makeFolder(folder: string): Promise<void>;
  names(folder: string): Promise<readonly string[]>;
  state(path: string): Promise<FileState | undefined>;
  /** For reading and appending; undefined when there is no such file. */
  open(path: string): Promise<OpenedLog | undefined>;
  /** A new file, seen under its name only when all of this is in it. Nothing happens when the name is taken. */
  create(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** As `create`, at once, with its folder; undefined where something is there, or the disk might have to be waited for. */
  createNow?(path: string, text: string): FileExtent | undefined;
  /**
   * At once, lines behind a file that is as it was left, or that others have gone on with in a way that `mayFollow` allows.
   * Undefined, and nothing is done, where it is another file, or the disk might have to be waited for.
   */
  appendNow?(path: string, left: FileExtent, lines: Buffer, mayFollow: MayFollow): AppendedNow | undefined;
}

/** For reading and appending, and never made by it. */
const OPEN_FLAGS = constants.O_RDWR | constants.O_APPEND;
export const FILE_MODE = 0o640;
export const FOLDER_MODE = 0o750;

export const nodeAccessDisk: AccessDisk = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  },
  names: (folder) => unlessAbsent(readdir(folder), []),
  state: (path) => unlessAbsent(stat(path).then(stateOf), undefined),
  async open(path) {
    const file = await unlessAbsent(open(path, OPEN_FLAGS), undefined);
    if (file === undefined) return undefined;
    return {
      state: async () => stateOf(await file.stat()),
      async read(at, count) {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(count), 0, count, at);
        return buffer.subarray(0, bytesRead);
      },
      append: async (bytes) => (await file.write(bytes)).bytesWritten,
      close: () => file.close(),
    };
  },
  async create(path, text) {
    const draft = join(dirname(path), draftName(basename(path)));
    const file = await open(draft, "wx", FILE_MODE);
    try {
      await file.writeFile(text).finally(() => file.close());
      // Unlike a renaming, a link never takes the place of a file that came in between.
      await link(draft, path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== "EEXIST") throw error;
      });
    } finally {
      await unlink(draft);
    }
  },
  remove: (path) => unlessAbsent(unlink(path), undefined),
};

export const draftName = (name: string): string => `.${name}.${randomBytes(6).toString("hex")}`;

/** A file that was not finished, as its process was killed meanwhile. */
export const isDraftName = (name: string): boolean => /^\.[a-z_]+\d+\.log\.[0-9a-f]{12}$/.test(name);

export const stateOf = ({ dev, ino, size, mtimeMs }: Stats): FileState => ({
  device: dev,
  inode: ino,
  bytes: size,
  changedMs: mtimeMs,
});

async function unlessAbsent<T, Else>(work: Promise<T>, otherwise: Else): Promise<T | Else> {
  try {
    return await work;
  } catch (error) {
    if (isAbsence(error)) return otherwise;
    throw error;
  }
}

export const isAbsence = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "ENOENT";
