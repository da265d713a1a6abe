// What a service sees of its access log: a place for records. When and where they are written is none of its business.
import type { AccessRecord } from "./record.ts";

export interface AccessLog {
  /** False where nothing is written: a service may spare itself the record. May change at any time. */
  readonly on: boolean;
  /** Never throws and never waits. The record is the log's from then on: the next line wants another one. */
  write(record: AccessRecord): void;
}

/** For whoever has no log. */
export const noAccessLog: AccessLog = { on: false, write() {} };
