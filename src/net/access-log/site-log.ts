// The access log as one site sees it: whether its lines go to files of its own or to those that it shares with others, each
// says whose it is. It stays with the site through every change of where they go.
import { type AccessLog, noSlots } from "./access-log.ts";
import type { FieldSource } from "./fields.ts";
import type { LogWriter } from "./log-writer.ts";
import { type AccessRecord, takeRecord } from "./record.ts";

export class SiteLog implements AccessLog {
  /** Undefined while the log is off. */
  writer: LogWriter | undefined;
  private readonly siteName: string;

  /** As its folder of logs is called. */
  constructor(siteName: string) {
    this.siteName = siteName;
  }

  get on(): boolean {
    return this.writer !== undefined;
  }

  get wants(): ReadonlySet<FieldSource> {
    return this.writer?.wants ?? noSlots;
  }

  record(): AccessRecord {
    const it = takeRecord();
    it.siteName = this.siteName;
    return it;
  }

  write(record: AccessRecord): void {
    this.writer?.write(record);
  }
}
