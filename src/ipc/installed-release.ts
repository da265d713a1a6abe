// A release that lies on this machine, whole and proved, as those see it who start it. Data only.
import type { Fault } from "../base/fault.ts";
import type { Result } from "../base/result.ts";

/** The format that a release writes, and those that it can read. */
export interface FormatRange {
  readonly writes: number;
  readonly reads: readonly number[];
}

/** Of the data that it keeps. */
export interface Formats {
  readonly metabase: FormatRange;
  readonly spool: FormatRange;
}

export interface InstalledRelease {
  readonly version: string;
  readonly folder: string;
  /** The command line that starts it, to which words are added. */
  readonly command: readonly string[];
  readonly formats: Formats;
}

/** Those that can take over from a running program. */
export interface Releases {
  /** Proved whole. */
  find(version: string): Result<InstalledRelease, Fault>;
  /** The next start of the server is of that release. */
  switchCurrent(version: string): Result<void, Fault>;
}
