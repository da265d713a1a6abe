// What a service sees of its access log: a place for records. When and where they are written is none of its business.
import type { AccessRecord } from "./record.ts";

export interface AccessLog {
  /** False where nothing is written: a service may spare itself the record. May change at any time. */
  readonly on: boolean;
  /** Takes what it needs of the record at once, so that the same object may be filled anew; never throws, never waits. */
  write(record: AccessRecord): void;
}

/** For whoever has no log. */
export const noAccessLog: AccessLog = { on: false, write() {} };
