// What a service sees of its access log: a place for records. When and where they are written is none of its business.
import { type AccessRecord, accessRecord } from "./record.ts";

export interface AccessLog {
  /** False where nothing is written: a service may spare itself the record. May change at any time. */
  readonly on: boolean;
  /** An empty one, to be filled and written. It may have been a line before. */
  record(): AccessRecord;
  /** Never throws and never waits. The record is the log's from then on: whoever looks at it finds another line. */
  write(record: AccessRecord): void;
}

/** For whoever has no log. */
export const noAccessLog: AccessLog = { on: false, record: accessRecord, write() {} };
