// What questions about bad mail are answered with. Types only.
import type { BadmailEntry } from "../../spool/badmail/badmail-folder.ts";

export interface BadmailList {
  readonly folder: string;
  /** The newest first. */
  readonly entries: readonly BadmailEntry[];
  readonly messages: number;
  readonly sizeBytes: number;
}

export interface BadmailDetails extends BadmailEntry {
  readonly reason: string;
  readonly beginning: string;
}
