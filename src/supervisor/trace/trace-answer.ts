// What a search for a trace answers: lines of access logs and events, as data for whoever shows them.
import type { LogRecord } from "../../event/log-record.ts";

export type TraceEntry =
  | {
      readonly from: "access";
      readonly trace: string;
      /** When it was over. Access logs know the second. */
      readonly atMs: number;
      readonly service: string;
      readonly site: string;
      readonly file: string;
      /** By the names of W3C. */
      readonly fields: Readonly<Record<string, string>>;
    }
  | { readonly from: "events"; readonly trace: string; readonly atMs: number; readonly event: LogRecord };

/** One part of a search. */
export interface TraceAnswer {
  readonly entries: readonly TraceEntry[];
  /** So much is searched by now, of so much. */
  readonly searchedBytes: number;
  readonly totalBytes: number;
  readonly files: number;
  /** Files that could not be read, with the reason. */
  readonly unread: readonly string[];
  /** Ask again with this; null when everything is searched. */
  readonly next: string | null;
}
