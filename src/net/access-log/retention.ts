// Removes old files of an access log, where its site says how long or how many are kept. It looks at nothing but files
// with our own names in the one folder, and never at the file being written.
import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { type AccessDisk, isDraftName } from "./access-disk.ts";
import { isLogName } from "./log-name.ts";

export interface Keep {
  readonly forMs: number | null;
  readonly bytes: number | null;
}

interface OldFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedMs: number;
}

/** Which of these have to go. `ages` false: the time of day is not to be trusted, so only sizes count. */
export function outdated(
  files: readonly OldFile[],
  { forMs, bytes }: Keep,
  nowMs: number,
  ages: boolean,
): readonly string[] {
  const youngestFirst = files.toSorted((left, right) => right.changedMs - left.changedMs);
  let sum = 0;
  return youngestFirst.flatMap((it) => {
    sum += it.bytes;
    const tooOld = ages && forMs !== null && it.changedMs < nowMs - forMs;
    return tooOld || (bytes !== null && sum > bytes) ? [it.name] : [];
  });
}

const JUMP_MS = 3_600_000;
const DISTRUST_MS = 86_400_000;
/** What a process left that was killed while it began a file. */
const DRAFT_OLD_MS = 86_400_000;

export class Retention {
  private readonly disk: AccessDisk;
  private readonly clock: Clock;
  private offsetMs: number;
  private distrustUntilMs = 0;

  constructor(disk: AccessDisk, clock: Clock) {
    this.disk = disk;
    this.clock = clock;
    this.offsetMs = clock.wallMs() - clock.steadyMs();
  }

  /** Throws what the disk throws, with the path in it. */
  async sweep(folder: string, keep: Keep, current: string): Promise<void> {
    const nowMs = this.clock.wallMs();
    const ages = this.trustsClock();
    const bounded = keep.forMs !== null || keep.bytes !== null;
    const found: OldFile[] = [];
    for (const name of await this.disk.names(folder)) {
      if (name === current || !((bounded && isLogName(name)) || isDraftName(name))) continue;
      const state = await this.disk.state(join(folder, name));
      if (state !== undefined) found.push({ name, ...state });
    }
    const drafts = found.filter((it) => isDraftName(it.name) && ages && it.changedMs < nowMs - DRAFT_OLD_MS);
    const logs = found.filter((it) => isLogName(it.name));
    for (const name of [...drafts.map((it) => it.name), ...outdated(logs, keep, nowMs, ages)])
      await this.disk.remove(join(folder, name));
  }

  /** A clock that jumps years ahead would make every file old: after a jump nothing counts as old for a day. */
  private trustsClock(): boolean {
    const steadyMs = this.clock.steadyMs();
    const offsetMs = this.clock.wallMs() - steadyMs;
    if (Math.abs(offsetMs - this.offsetMs) > JUMP_MS) this.distrustUntilMs = steadyMs + DISTRUST_MS;
    this.offsetMs = offsetMs;
    return steadyMs >= this.distrustUntilMs;
  }
}
