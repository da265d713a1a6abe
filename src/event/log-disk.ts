// All that the event log asks of a disk, so that a test can pass one that fails on purpose. Each call throws what
// node:fs throws; nothing is caught or decided here.
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";

export interface LogDisk {
  makeFolder(folder: string): void;
  names(folder: string): readonly string[];
  /** For appending only, made when it is missing. */
  open(path: string): number;
  state(file: number): { readonly identity: string; readonly bytes: number };
  /** Of the file that has this name now, or undefined when there is none. */
  identity(path: string): string | undefined;
  tail(path: string, bytesMax: number): Buffer;
  /** How many bytes were taken: fewer than given when the disk ran full on the way. */
  write(file: number, bytes: Buffer): number;
  truncate(file: number, bytes: number): void;
  rename(path: string, to: string): void;
  remove(path: string): void;
  close(file: number): void;
}

export const nodeDisk: LogDisk = {
  makeFolder: (folder) => void mkdirSync(folder, { recursive: true, mode: 0o750 }),
  names: (folder) => readdirSync(folder),
  open: (path) => openSync(path, "a", 0o640),
  state: (file) => {
    const { dev, ino, size } = fstatSync(file);
    return { identity: `${dev}:${ino}`, bytes: size };
  },
  identity: (path) => {
    const status = statSync(path, { throwIfNoEntry: false });
    return status && `${status.dev}:${status.ino}`;
  },
  tail: (path, bytesMax) => {
    const file = openSync(path, "r");
    try {
      const { size } = fstatSync(file);
      const bytes = Buffer.alloc(Math.min(size, bytesMax));
      return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, size - bytes.length));
    } finally {
      closeSync(file);
    }
  },
  write: (file, bytes) => writeSync(file, bytes),
  truncate: (file, bytes) => ftruncateSync(file, bytes),
  rename: (path, to) => renameSync(path, to),
  remove: (path) => rmSync(path, { force: true }),
  close: (file) => closeSync(file),
};

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file may not grow any more",
  EACCES: "permission denied",
  EPERM: "not permitted",
  EROFS: "the file system is read-only",
  EISDIR: "a folder has that name",
  ENOTDIR: "a part of that path is not a folder",
};

/** An error of the disk as a person reads it; it names the path when that is another than `path`. */
export function diskReason(error: unknown, path: string): { readonly full: boolean; readonly text: string } {
  if (!(error instanceof Error)) return { full: false, text: String(error) };
  const { code, path: where } = error as NodeJS.ErrnoException;
  const known = code === undefined ? undefined : reasons[code];
  const text =
    known === undefined ? error.message : where === undefined || where === path ? known : `${known} (${where})`;
  return { full: code === "ENOSPC" || code === "EDQUOT", text };
}
