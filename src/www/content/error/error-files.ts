// The files of error pages, kept in memory: they are few and small, and asked for in a flood when something is wrong. They are looked
// at again once a second.
import type { Clock } from "../../../base/clock.ts";
import type { Disk } from "../file/disk.ts";
import { readWhole } from "../file/read-whole.ts";
import { isSame, kept, type Stamp } from "../file/stamp.ts";

const FILES_MAX = 500;
const FILE_BYTES_MAX = 64 * 1024;
const CHECK_MS = 1000;

interface Kept {
  /** Undefined: there is no such file, or it cannot be read. */
  readonly page: { readonly stamp: Stamp; readonly bytes: Buffer } | undefined;
  checkedMs: number;
}

export class ErrorFiles {
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly kept = new Map<string, Kept>();

  constructor(disk: Disk, clock: Clock) {
    this.disk = disk;
    this.clock = clock;
  }

  /** Undefined where there is none that could be shown. */
  async read(path: string): Promise<Buffer | undefined> {
    const kept = this.kept.get(path);
    const nowMs = this.clock.steadyMs();
    if (kept !== undefined && (nowMs - kept.checkedMs < CHECK_MS || this.isAsBefore(kept, path))) {
      if (nowMs - kept.checkedMs >= CHECK_MS) kept.checkedMs = nowMs;
      return kept.page?.bytes;
    }
    const page = await this.load(path);
    if (this.kept.size >= FILES_MAX) this.kept.clear();
    this.kept.set(path, { page, checkedMs: nowMs });
    return page?.bytes;
  }

  private isAsBefore({ page }: Kept, path: string): boolean {
    const now = this.disk.lookNow(path);
    return page === undefined ? now === undefined : now !== undefined && isSame(page.stamp, now);
  }

  private async load(path: string): Promise<Kept["page"]> {
    let file: number | undefined;
    try {
      ({ file } = await this.disk.open(path));
      const look = this.disk.lookAtOpen(file);
      return look.kind === "file" ? await readWhole(this.disk, { file, stamp: kept(look) }, FILE_BYTES_MAX) : undefined;
    } catch {
      return undefined;
    } finally {
      if (file !== undefined) this.disk.close(file);
    }
  }
}
