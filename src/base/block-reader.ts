// What reads a block that stands between the lines of a session: a message behind DATA or POST, a chunk behind BDAT,
// the body of a request. Interfaces only; each way to mark the end of a block is a reader of its own.

/** How a block that came to its end is to be judged. Only of a complete one may anything be accepted. */
export type BlockVerdict =
  | Complete
  | { readonly kind: "flawed"; readonly flaw: BlockFlaw; readonly line: number }
  | { readonly kind: "too-large" };

export interface Complete {
  readonly kind: "complete";
  readonly bytes: number;
}

/** What two programs may read in two ways, and what lets one message pass for two (SMTP smuggling). */
export type BlockFlaw = "bare-lf" | "bare-cr" | "nul";

/** It went on beyond all that is worth reading for its end: what follows can never be known from it. */
export interface Endless {
  readonly kind: "endless";
}

export interface BlockCut<Verdict = BlockVerdict | Endless> {
  /** Content, to be kept until the verdict; mostly a view of what was pushed. Nothing more comes once the block is lost. */
  readonly piece: Buffer;
  /** Once the block is over; `rest` is the input that follows it. */
  readonly over?: { readonly verdict: Verdict; readonly rest: Buffer };
}

export interface BlockReader<Verdict = BlockVerdict | Endless> {
  /** Takes what arrived, which may be nothing. Not called again when the block is over. */
  push(chunk: Buffer): BlockCut<Verdict>;
}

export const nothing: Buffer = Buffer.alloc(0);
