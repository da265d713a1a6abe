// A release that lies complete in its place: how it is started, and which formats of the data it reads and writes.
// Types only; who finds one has verified it whole.

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
