// Whether a file of the pickup folder may be taken: it is one, it may be read, and its writer is done with it. It looks
// and remembers; nothing is changed.
import { type BigIntStats, closeSync, constants, fstatSync, lstatSync, openSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import type { Result } from "../../base/result.ts";
import { isOpenForWriting, lockShared } from "../../net/system/system-calls.ts";
import { attemptNow } from "../../spool/body-file.ts";

export type Readiness =
  | { readonly is: "ready" }
  /** Somebody writes it, or may do so: to be asked again. */
  | { readonly is: "busy" }
  /** A folder, or gone meanwhile: nobody's business. */
  | { readonly is: "nothing" }
  | { readonly is: "passed-over"; readonly because: string };

/** What is asked of the system about an open file; a test answers as it likes. */
export interface WriterProbe {
  /** "unknown" where the file is another user's, or its file system does not say. */
  isWritten(fd: number): "yes" | "no" | "unknown";
  isLocked(fd: number): boolean;
}

export const systemProbe: WriterProbe = {
  isWritten(fd) {
    const asked = isOpenForWriting(fd);
    return asked.ok ? (asked.value ? "yes" : "no") : "unknown";
  },
  isLocked(fd) {
    const locked = lockShared(fd);
    return !locked.ok && locked.error.code === "EAGAIN";
  },
};

/** An empty file may have been made just now; some names say that they will be changed. */
const PATIENCE_MS = 10_000;
const unfinishedName = /(\.tmp|\.part|~)$/i;

interface Rest {
  readonly state: string;
  readonly sinceMs: number;
}

export class FileReadiness {
  private readonly clock: Clock;
  private readonly quietTimeMs: number;
  private readonly probe: WriterProbe;
  /** By name, since when a file has been as it is now. */
  private resting = new Map<string, Rest>();
  private seen = new Map<string, Rest>();

  constructor(clock: Clock, quietTimeMs: number, probe: WriterProbe = systemProbe) {
    this.clock = clock;
    this.quietTimeMs = quietTimeMs;
    this.probe = probe;
  }

  of(path: Buffer, name: string): Readiness {
    const kind = kindOf(path);
    if (kind !== undefined) return kind;
    const { O_RDONLY, O_NOFOLLOW, O_NONBLOCK } = constants;
    const opened = attemptNow(() => openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
    if (!opened.ok)
      return opened.error.is === "gone"
        ? { is: "nothing" }
        : { is: "passed-over", because: `it cannot be read: ${opened.error.because}` };
    try {
      return this.ofOpen(opened.value, name);
    } finally {
      closeSync(opened.value);
    }
  }

  /** A round is over: what was not looked at in it is forgotten. */
  endRound(): void {
    this.resting = this.seen;
    this.seen = new Map();
  }

  private ofOpen(fd: number, name: string): Readiness {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) return { is: "passed-over", because: "it is no ordinary file" };
    const rested = this.restedMs(name, stat);
    if (this.probe.isLocked(fd)) return { is: "busy" };
    const written = this.probe.isWritten(fd);
    if (written === "yes") return { is: "busy" };
    const wanted = this.wantedMs(name, stat, written);
    return rested >= wanted ? { is: "ready" } : { is: "busy" };
  }

  private wantedMs(name: string, stat: BigIntStats, written: "no" | "unknown"): number {
    if (stat.size === 0n || unfinishedName.test(name)) return Math.max(PATIENCE_MS, this.quietTimeMs);
    return written === "no" ? 0 : this.quietTimeMs;
  }

  /** By what was seen of it, or by its own time, which may lie in the future as copies keep it. */
  private restedMs(name: string, { size, mtimeNs }: BigIntStats): number {
    const nowMs = this.clock.steadyMs();
    const state = `${size} ${mtimeNs}`;
    const before = this.resting.get(name) ?? this.seen.get(name);
    const rest = before?.state === state ? before : { state, sinceMs: nowMs };
    this.seen.set(name, rest);
    const ageMs = this.clock.wallMs() - Number(mtimeNs / 1_000_000n);
    return before === undefined ? Math.max(0, ageMs) : Math.max(nowMs - rest.sinceMs, ageMs);
  }
}

/** undefined: a file, to be opened. Opening anything else could wait, or do something. */
function kindOf(path: Buffer): Readiness | undefined {
  const found: Result<ReturnType<typeof lstatSync>, unknown> = attemptNow(() => lstatSync(path));
  if (!found.ok || found.value === undefined || found.value.isDirectory()) return { is: "nothing" };
  if (found.value.isSymbolicLink()) return { is: "passed-over", because: "it is a symbolic link" };
  if (!found.value.isFile()) return { is: "passed-over", because: "it is no ordinary file" };
  if (found.value.nlink > 1) return { is: "passed-over", because: "it has a second name somewhere (a hard link)" };
  return undefined;
}
