// A release that lies on this machine, whole and proved, as those see it who start it. Data only.

/** The format that a release writes, and those that it can read. */
export interface FormatRange {
  readonly writes: number;
  readonly reads: readonly number[];
}

export interface InstalledRelease {
  readonly version: string;
  readonly folder: string;
  /** The command line that starts it, to which words are added. */
  readonly command: readonly string[];
  readonly formats: { readonly metabase: FormatRange; readonly spool: FormatRange };
}
