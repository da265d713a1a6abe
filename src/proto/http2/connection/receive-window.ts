// How much a client may still send, of one body or of all, RFC 9113 §5.2, §6.9 done. What was taken is allowed again in large parts, so
// that a client is not told of every byte.

export class ReceiveWindow {
  private bytesMax: number;
  /** What the client may send. */
  private left: number;
  /** What was taken, and the client has not been told. */
  private owed = 0;

  /** As the client knows it from the beginning. */
  constructor(bytes: number) {
    this.left = bytes;
    this.bytesMax = bytes;
  }

  get size(): number {
    return this.bytesMax;
  }

  /** False: the client has sent more than it may. */
  came(bytes: number): boolean {
    this.left -= bytes;
    return this.left >= 0;
  }

  /** So many bytes are wanted again. What the client is to be told now; 0 for nothing. */
  taken(bytes: number): number {
    this.owed += bytes;
    return this.owed * 2 >= this.bytesMax ? this.tell() : 0;
  }

  /** It becomes larger, and the client is told all. */
  grow(bytesMax: number): number {
    this.owed += bytesMax - this.bytesMax;
    this.bytesMax = bytesMax;
    return this.tell();
  }

  private tell(): number {
    const { owed } = this;
    this.left += owed;
    this.owed = 0;
    return owed;
  }
}
