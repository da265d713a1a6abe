// Files that are open, each shared by all who send of it, and kept open a little for those who come next: parts of one large file are
// asked for in a row. One is closed when nobody sends of it and nobody did for some seconds, or another needs its place.
import type { Clock } from "../../../base/clock.ts";
import type { Disk } from "./disk.ts";
import type { Opened } from "./open-inside.ts";

const KEPT_MAX = 128;
/** A file that was deleted takes up its place on disk for so long. */
const SWEEP_MS = 5000;

export class OpenFiles {
  private readonly disk: Disk;
  private readonly clock: Clock;
  private readonly kept = new Set<OpenFile>();

  constructor(disk: Disk, clock: Clock) {
    this.disk = disk;
    this.clock = clock;
  }

  /** `forget` is called when it is kept no longer, so that nobody comes for it. */
  keep(opened: Opened, forget: () => void): OpenFile {
    if (this.kept.size === 0) this.clock.after(SWEEP_MS, () => this.sweep());
    const file = new OpenFile(this.disk, opened, () => {
      this.kept.delete(file);
      forget();
    });
    this.kept.add(file);
    for (const oldest of this.kept) {
      if (this.kept.size <= KEPT_MAX) break;
      oldest.drop();
    }
    return file;
  }

  private sweep(): void {
    for (const file of this.kept)
      if (file.wasUsed) file.wasUsed = false;
      else file.drop();
    if (this.kept.size > 0) this.clock.after(SWEEP_MS, () => this.sweep());
  }
}

export class OpenFile {
  readonly opened: Opened;
  wasUsed = true;
  private readonly disk: Disk;
  private readonly forget: () => void;
  private users = 0;
  private isKept = true;

  constructor(disk: Disk, opened: Opened, forget: () => void) {
    this.disk = disk;
    this.opened = opened;
    this.forget = forget;
  }

  /** What comes back is called once, when nothing more is read. */
  use(): () => void {
    this.users++;
    this.wasUsed = true;
    return () => {
      this.users--;
      this.closeUnused();
    };
  }

  /** It is kept no longer; who sends of it may go on. */
  drop(): void {
    if (!this.isKept) return;
    this.isKept = false;
    this.forget();
    this.closeUnused();
  }

  private closeUnused(): void {
    if (!this.isKept && this.users === 0) this.disk.close(this.opened.file);
  }
}
