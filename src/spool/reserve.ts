// Room that is set aside while there is some: given up when the disk is full, so that what leaves the queue can still be
// recorded, and made again later. It never grows, and nobody reads it.
import { closeSync, fsyncSync, openSync, renameSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { freeBytes as freeOnDisk } from "../base/disk.ts";
import { attemptNow } from "./body-file.ts";

export const RESERVE_BYTES = 16 * 1024 * 1024;

export class Reserve {
  private readonly path: string;
  private readonly folder: string;
  private readonly bytes: number;

  constructor(folder: string, bytes: number) {
    this.path = join(folder, "reserve");
    this.folder = folder;
    this.bytes = bytes;
  }

  /** Whether there was one to give. */
  give(): boolean {
    if (!attemptNow(() => statSync(this.path)).ok) return false;
    return attemptNow(() => rmSync(this.path)).ok;
  }

  /** Makes it when there is room for it and as much again. Really written, as a hole would reserve nothing. */
  keep(): void {
    if (attemptNow(() => statSync(this.path)).ok || freeBytes(this.folder) < 2 * this.bytes) return;
    const unfinished = `${this.path}.new`;
    attemptNow(() => {
      const file = openSync(unfinished, "w", 0o600);
      try {
        const zeros = Buffer.alloc(Math.min(this.bytes, 1024 * 1024));
        for (let left = this.bytes; left > 0; left -= zeros.length)
          writeSync(file, zeros, 0, Math.min(left, zeros.length));
        fsyncSync(file);
      } finally {
        closeSync(file);
      }
      renameSync(unfinished, this.path);
    });
  }
}

/** Everything where the system does not say. */
export function freeBytes(folder: string): number {
  const asked = attemptNow(() => freeOnDisk(folder));
  return asked.ok ? asked.value : Number.POSITIVE_INFINITY;
}

/** Whether the disk has room for not one file more, however many bytes are free. */
export function lacksInodes(folder: string): boolean {
  const asked = attemptNow(() => statfsSync(folder));
  // Where there is no such bound, both are zero.
  return asked.ok && asked.value.files > 0 && asked.value.ffree === 0;
}
