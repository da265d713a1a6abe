// The event log on disk: lines are queued, grouped and handed to the log file. Whatever the disk does the server goes
// on: lines wait within a bound, and what could not be kept is counted and told. Written means given to the system,
// so that the end of the process loses nothing; nobody here waits for the platter.
import type { Clock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { Occurrence, Report } from "./event.ts";
import { logEvents } from "./events.ts";
import { diskReason, type LogDisk, nodeDisk } from "./log-disk.ts";
import { type FileLimits, GROUP_CHARACTERS, LogFile } from "./log-file.ts";
import { encodeOccurrence } from "./log-record.ts";
import type { Sink } from "./sink.ts";

export interface FileSinkLimits extends FileLimits {
  readonly flushAfterMs: number;
  /** What waits while the disk refuses; the second half is for errors only. */
  readonly queueCharactersMax: number;
}
export const fileSinkLimits: FileSinkLimits = {
  fileBytesMax: 16 * 1024 * 1024,
  filesKept: 8,
  flushAfterMs: 200,
  queueCharactersMax: 4 * 1024 * 1024,
};

const RETRY_FIRST_MS = 1000;
const RETRY_LONGEST_MS = 60_000;

interface Failure {
  readonly sinceMs: number;
  readonly delayMs: number;
  readonly retryAtMs: number;
}

const urgent = (it: Occurrence): boolean => it.level === "critical" || it.level === "error";

export class FileSink implements Sink {
  private readonly file: LogFile;
  private readonly clock: Clock;
  private readonly tell: Report;
  private readonly limits: FileSinkLimits;
  private readonly queue: string[] = [];
  private queueCharacters = 0;
  private dropped = 0;
  private failure: Failure | undefined;
  private writing = false;
  private closed = false;
  private cancelTimer: (() => void) | undefined;

  /** `tell` may come back as `write`: what the log says about itself is an event like any other. */
  constructor(
    folder: string,
    clock: Clock,
    tell: Report,
    limits: Partial<FileSinkLimits> = {},
    disk: LogDisk = nodeDisk,
  ) {
    this.clock = clock;
    this.tell = tell;
    this.limits = { ...fileSinkLimits, ...limits };
    this.file = new LogFile(folder, this.limits, disk, tell);
  }

  write(it: Occurrence): void {
    if (this.closed) return;
    const body = encodeOccurrence(it);
    const room = urgent(it) ? this.limits.queueCharactersMax : this.limits.queueCharactersMax / 2;
    if (this.queueCharacters + body.length > room) {
      this.dropped++;
      return;
    }
    this.queue.push(body);
    this.queueCharacters += body.length;
    if (urgent(it) || this.queueCharacters >= GROUP_CHARACTERS) this.flush();
    if (this.queue.length > 0) this.flushAfter(this.limits.flushAfterMs);
  }

  /** Writes what waits, unless the disk failed a moment ago. */
  flush(): void {
    if (this.failure === undefined || this.clock.steadyMs() >= this.failure.retryAtMs) this.attempt();
  }

  /** One last attempt; what cannot be kept is told to whoever still listens. */
  close(): void {
    if (this.closed) return;
    this.attempt();
    this.closed = true;
    this.stopTimer();
    this.file.close();
    const count = this.queue.length + this.dropped;
    if (count > 0) this.tell(logEvents.linesLost, about("file", this.file.path), { count });
  }

  private flushAfter(delayMs: number): void {
    this.cancelTimer ??= this.clock.after(delayMs, () => {
      this.cancelTimer = undefined;
      this.flush();
    });
  }

  private stopTimer(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
  }

  private attempt(): void {
    if (this.writing) return; // told on the way: it joins the queue
    this.writing = true;
    try {
      while (this.queue.length > 0) {
        const kept = this.queue.splice(0, this.file.append(this.queue));
        for (const body of kept) this.queueCharacters -= body.length;
        this.recovered();
      }
      this.stopTimer();
    } catch (error) {
      this.failed(error);
    }
    this.writing = false;
  }

  private recovered(): void {
    if (this.failure === undefined || this.queue.length > 0) return;
    const seconds = Math.round((this.clock.steadyMs() - this.failure.sinceMs) / 1000);
    const count = this.dropped;
    this.failure = undefined;
    this.dropped = 0;
    const subject = about("file", this.file.path);
    if (count > 0) this.tell(logEvents.eventsDropped, subject, { count, seconds });
    else this.tell(logEvents.writableAgain, subject, { seconds });
  }

  private failed(error: unknown): void {
    this.file.close();
    const nowMs = this.clock.steadyMs();
    const before = this.failure;
    const delayMs = before === undefined ? RETRY_FIRST_MS : Math.min(before.delayMs * 2, RETRY_LONGEST_MS);
    this.failure = { sinceMs: before?.sinceMs ?? nowMs, delayMs, retryAtMs: nowMs + delayMs };
    this.stopTimer();
    this.flushAfter(delayMs);
    if (before !== undefined) return;
    const { full, text: reason } = diskReason(error, this.file.path);
    this.tell(full ? logEvents.diskFull : logEvents.unwritable, about("file", this.file.path), { reason });
  }
}
