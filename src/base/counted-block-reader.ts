// Reads a block whose size was told before: a chunk of BDAT, RFC 3030 §2, or a body with a Content-Length. Any byte is
// content; whether so many are welcome is decided by who reads what told the size, since a refused block comes all the same.
import { type BlockCut, type BlockReader, type Complete, nothing } from "./block-reader.ts";

export class CountedBlockReader implements BlockReader<Complete> {
  private readonly bytes: number;
  private missing: number;

  constructor(bytes: number) {
    if (!Number.isSafeInteger(bytes) || bytes < 0) throw new Error(`a block of ${bytes} bytes`);
    this.bytes = bytes;
    this.missing = bytes;
  }

  push(chunk: Buffer): BlockCut<Complete> {
    if (chunk.length < this.missing) {
      this.missing -= chunk.length;
      return { piece: chunk };
    }
    const verdict = { kind: "complete", bytes: this.bytes } as const;
    const rest = this.missing < chunk.length ? chunk.subarray(this.missing) : nothing;
    return { piece: chunk.subarray(0, this.missing), over: { verdict, rest } };
  }
}
