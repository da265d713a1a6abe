// What a service sees of its access log: a place for records. When and where they are written is none of its business.
import type { FieldSource } from "./fields.ts";
import { type AccessRecord, accessRecord } from "./record.ts";

export interface AccessLog {
  /** False where nothing is written: a service may spare itself the record. May change at any time. */
  readonly on: boolean;
  /** The slots that are written down: a service may spare itself all others. May change too. */
  readonly wants: ReadonlySet<FieldSource>;
  /** An empty one, to be filled and written. It may have been a line before. */
  record(): AccessRecord;
  /** Never throws and never waits. The record is the log's from then on: whoever looks at it finds another line. */
  write(record: AccessRecord): void;
}

/** Of a log that is off. */
export const noSlots: ReadonlySet<FieldSource> = new Set();

/** For whoever has no log. */
export const noAccessLog: AccessLog = { on: false, wants: noSlots, record: accessRecord, write() {} };
