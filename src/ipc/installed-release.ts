// An installed release as those see it who start it: where it lies, how it is started, what it can read. Types only.

/** The formats on disk that a release reads, and the one that it writes. */
export interface FormatRange {
  readonly writes: number;
  readonly reads: readonly number[];
}

export interface InstalledRelease {
  readonly version: string;
  readonly folder: string;
  readonly command: readonly string[];
  readonly formats: { readonly metabase: FormatRange; readonly spool: FormatRange };
}
