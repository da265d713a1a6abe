// Which file a line belongs to: by its time, or the youngest that is not full. It asks the disk for sizes only, and opens
// nothing.
import { join } from "node:path";
import type { AccessDisk } from "./access-disk.ts";
import { type LogKind, type LogPeriod, sizedName, timedFile, youngestSized } from "./log-name.ts";

export interface LogPlace {
  readonly kind: LogKind;
  readonly folder: string;
  readonly period: LogPeriod;
  /** For the period "size". */
  readonly fileBytesMax: number;
}

/** Lines of this span of time go to one file. */
export interface LogTarget {
  readonly fromMs: number;
  readonly untilMs: number;
  /** Where no disk has to be asked for it. */
  readonly known: string | undefined;
  path(disk: AccessDisk): Promise<string>;
}

/** The target of a line by its time. A clock that goes back leads to the file of that time: it is appended to. */
export function targetsOf({ kind, folder, period, fileBytesMax }: LogPlace): (atMs: number) => LogTarget {
  if (period !== "size")
    return (atMs) => {
      const { name, fromMs, untilMs } = timedFile(kind, period, atMs);
      const known = join(folder, name);
      return { fromMs, untilMs, known, path: () => Promise.resolve(known) };
    };
  let number: number | undefined;
  const sized: LogTarget = {
    fromMs: Number.NEGATIVE_INFINITY,
    untilMs: Number.POSITIVE_INFINITY,
    known: undefined,
    /** Looked at for every batch, as another worker may be further. */
    async path(disk) {
      number ??= Math.max(1, youngestSized(kind, await disk.names(folder)));
      for (;;) {
        const path = join(folder, sizedName(kind, number));
        const state = await disk.state(path);
        if (state === undefined || state.bytes < fileBytesMax) return path;
        number++;
      }
    },
  };
  return () => sized;
}
