// The one writer of the event log: every occurrence goes through the flood guard to the screens and to the files.
// Only the supervisor holds one, or a command that works while the server is down.
import type { Clock } from "../base/clock.ts";
import { type Occurrence, type Report, reporter } from "./event.ts";
import { FileSink, type FileSinkLimits } from "./file-sink.ts";
import { FloodGuard, type FloodLimits, floodLimits } from "./flood-guard.ts";
import type { LogDisk } from "./log-disk.ts";
import type { Sink } from "./sink.ts";

export interface EventLogOptions {
  /** Besides the files: the screen, or the system's journal. */
  readonly sinks?: readonly Sink[];
  readonly limits?: Partial<FileSinkLimits & FloodLimits>;
  readonly disk?: LogDisk;
}

export class EventLog implements Sink {
  private readonly clock: Clock;
  private readonly guard: FloodGuard;
  private readonly file: FileSink;

  /** `folder` is the home's `logs/`; it is made with the first event. */
  constructor(folder: string, clock: Clock, { sinks = [], limits = {}, disk }: EventLogOptions = {}) {
    this.clock = clock;
    this.file = new FileSink(folder, clock, this.reportFor("server"), limits, disk);
    const send = (it: Occurrence): void => {
      for (const sink of sinks) sink.write(it);
      this.file.write(it);
    };
    this.guard = new FloodGuard(clock, send, { ...floodLimits, ...limits });
  }

  /** How a room of this process reports; other processes send their occurrences to `write`. */
  reportFor(service: string): Report {
    return reporter(
      service,
      () => this.clock.wallMs(),
      (it) => this.write(it),
    );
  }

  write(it: Occurrence): void {
    this.guard.write(it);
  }

  flush(): void {
    this.file.flush();
  }

  /** Everything that can be kept is kept; later events reach the screens only. */
  close(): void {
    this.guard.close();
    this.file.close();
  }
}
