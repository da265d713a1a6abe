// The bytes of a message while they wait in memory: the pieces as they came, so that nothing is copied twice; only small
// ones are put together, as each costs something beside its bytes.

/** A smaller piece is copied, and so is one that would keep a much larger buffer alive. */
const PIECE_BYTES_MIN = 1024;
const BLOCK_BYTES = 4096;

export class HeldBytes {
  private readonly whole: Uint8Array[] = [];
  private block = nothing;
  private used = 0;

  /** What `add` would take of the memory. */
  costOf(piece: Uint8Array): number {
    if (isKept(piece)) return piece.buffer.byteLength;
    return piece.length <= this.block.length - this.used ? 0 : blockBytesFor(piece);
  }

  /** The piece belongs to them from then on. */
  add(piece: Uint8Array): void {
    if (isKept(piece)) {
      this.endBlock();
      this.whole.push(piece);
      return;
    }
    if (piece.length > this.block.length - this.used) {
      this.endBlock();
      this.block = Buffer.allocUnsafeSlow(blockBytesFor(piece));
    }
    this.block.set(piece, this.used);
    this.used += piece.length;
  }

  /** All of them, in their order. Nothing is added afterwards. */
  pieces(): readonly Uint8Array[] {
    this.endBlock();
    return this.whole;
  }

  private endBlock(): void {
    if (this.used > 0) this.whole.push(this.block.subarray(0, this.used));
    this.block = nothing;
    this.used = 0;
  }
}

const nothing: Uint8Array = new Uint8Array(0);

const isKept = ({ length, buffer }: Uint8Array): boolean =>
  length >= PIECE_BYTES_MIN && length * 2 >= buffer.byteLength;

const blockBytesFor = ({ length }: Uint8Array): number => Math.max(BLOCK_BYTES, length);
