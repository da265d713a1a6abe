// By what one knows that a file is still the one it was, and not changed. Pure: whoever has the file asks for its stats.
import type { Stats } from "node:fs";
import type { FileLook } from "../../../net/system/file-look.ts";

export interface Stamp {
  readonly device: number;
  readonly inode: number;
  readonly size: number;
  /** To a quarter of a microsecond, which is what a number of milliseconds can hold. */
  readonly modifiedMs: number;
  /** When the system last changed anything of it, which no program can set: content, rights, names. */
  readonly changedMs: number;
}

/** The same that the system tells at a look. */
export const lookOf = (stats: Stats): FileLook => ({
  kind: stats.isFile() ? "file" : stats.isDirectory() ? "folder" : "other",
  device: stats.dev,
  inode: stats.ino,
  size: stats.size,
  modifiedMs: stats.mtimeMs,
  changedMs: stats.ctimeMs,
});

/** Of a look, which is over with the next one. */
export const kept = ({ device, inode, size, modifiedMs, changedMs }: Stamp): Stamp => ({
  device,
  inode,
  size,
  modifiedMs,
  changedMs,
});

export const isSame = (one: Stamp, other: Stamp): boolean =>
  one.changedMs === other.changedMs &&
  one.modifiedMs === other.modifiedMs &&
  one.size === other.size &&
  one.inode === other.inode &&
  one.device === other.device;

/** What has been opened says what it said, whatever became of its name: that another file was put in its place changes nothing. */
export const isSameContent = (stamp: Stamp, now: Stamp): boolean =>
  stamp.size === now.size && stamp.modifiedMs === now.modifiedMs;

/** Clocks of file systems tick in steps of up to ten milliseconds; two changes within one step look alike. */
const STEP_MS = 20;

/** It may change once more without a sign, so that it must not be kept. */
export const isYoung = ({ changedMs }: Stamp, nowMs: number): boolean => changedMs > nowMs - STEP_MS;
