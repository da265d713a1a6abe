// A message on its way into the books, with its body: as bytes that are held in memory, or where it lies in a file.
import type { NewMessage } from "./message.ts";

export interface Entry {
  readonly id: string;
  readonly receivedMs: number;
  readonly sizeBytes: number;
  readonly body: EntryBody;
  readonly message: NewMessage;
}

export type EntryBody =
  | { readonly is: "held"; readonly pieces: readonly HeldPiece[] }
  | ({ readonly is: "file" } & Place);

/** A larger one is received into a file of its own. */
export const HELD_BYTES_MAX = 256 * 1024;

/** Memory that a process and the thread of its spool share. */
export type HeldPiece = Uint8Array<SharedArrayBuffer>;

/** Where a body lies outside the books. */
export interface Place {
  /** Name of the file, without what all of them end with. */
  readonly file: string;
  /** Its first byte there. */
  readonly start: number;
}
