// Memory in which pieces of files are read on their way out, in two sizes: what is no longer needed serves the next file, up to
// so many, and what is beyond is let go.

/** A client that is slow, or has only begun, costs little; one that keeps up gets large pieces, which are cheaper. */
export const pieceBytes = { small: 64 * 1024, large: 256 * 1024 } as const;
export type PieceSize = keyof typeof pieceBytes;

const KEPT_MAX = 16;

export class PiecePool {
  private readonly free = { small: [] as Buffer[], large: [] as Buffer[] };

  take(size: PieceSize): Buffer {
    return this.free[size].pop() ?? Buffer.allocUnsafeSlow(pieceBytes[size]);
  }

  give(buffer: Buffer): void {
    const kept = this.free[buffer.length === pieceBytes.large ? "large" : "small"];
    if (kept.length < KEPT_MAX) kept.push(buffer);
  }
}
