// Waits until something happens in a folder: as the system tells it, and by a slow look of its own where the system
// does not. It may wake for nothing; it never sleeps through a change for longer than that look.
import { type FSWatcher, watch } from "node:fs";

export class FolderWatch {
  private readonly folder: string;
  private readonly lookEveryMs: number;
  private readonly signal: AbortSignal;
  private watcher: FSWatcher | undefined;
  private changed = false;
  private wake = (): void => {};

  constructor(folder: string, lookEveryMs: number, signal: AbortSignal) {
    this.folder = folder;
    this.lookEveryMs = lookEveryMs;
    this.signal = signal;
    signal.addEventListener("abort", this.notice);
    this.listen();
  }

  /** Returns at once when something happened since the last call. */
  async change(): Promise<void> {
    this.listen();
    if (!this.changed && !this.signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.wake = resolve;
      // Not the Clock's timer: whoever follows a log wants the process to stay for it.
      const timer = setTimeout(resolve, this.lookEveryMs);
      await promise;
      clearTimeout(timer);
    }
    this.changed = false;
  }

  close(): void {
    this.signal.removeEventListener("abort", this.notice);
    this.watcher?.close();
  }

  private readonly notice = (): void => {
    this.changed = true;
    this.wake();
  };

  /** The folder may not be there yet, or the system may be out of watches: then the slow look has to do. */
  private listen(): void {
    if (this.watcher !== undefined) return;
    try {
      this.watcher = watch(this.folder, this.notice);
      this.watcher.on("error", () => {
        this.watcher?.close();
        this.watcher = undefined;
      });
    } catch {
      this.watcher = undefined;
    }
  }
}
