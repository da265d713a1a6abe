// Memory for messages while they come in: blocks that are used again, out of a bounded store that all of them share. Fresh
// memory for each message costs the system several times what copying its bytes costs.

const BLOCK_BYTES = 8 * 1024;
/** So many blocks are kept when nobody needs them. */
const SPARE_BLOCKS_MAX = 512;

/** What all messages that are being received have in memory together. */
export class Memory {
  private readonly blocksMax: number;
  private lent = 0;
  private readonly spare: Uint8Array[] = [];

  constructor(bytesMax: number) {
    this.blocksMax = Math.floor(bytesMax / BLOCK_BYTES);
  }

  hasRoomFor(blocks: number): boolean {
    return this.lent + blocks <= this.blocksMax;
  }

  take(): Uint8Array {
    this.lent++;
    return this.spare.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
  }

  give(blocks: readonly Uint8Array[]): void {
    this.lent -= blocks.length;
    this.spare.push(...blocks.slice(0, SPARE_BLOCKS_MAX - this.spare.length));
  }
}

/** The bytes of one message. */
export class HeldBytes {
  private readonly memory: Memory;
  private blocks: Uint8Array[] = [];
  private length = 0;

  constructor(memory: Memory) {
    this.memory = memory;
  }

  /** Copies the piece; false where there is no room for it. */
  add(piece: Uint8Array): boolean {
    const wanted = Math.ceil((this.length + piece.length) / BLOCK_BYTES) - this.blocks.length;
    if (wanted > 0 && !this.memory.hasRoomFor(wanted)) return false;
    for (let from = 0; from < piece.length; ) {
      const used = this.length % BLOCK_BYTES;
      if (used === 0) this.blocks.push(this.memory.take());
      const part = piece.subarray(from, from + BLOCK_BYTES - used);
      this.blocks.at(-1)?.set(part, used);
      from += part.length;
      this.length += part.length;
    }
    return true;
  }

  /** All of them in their order, until they are given up. */
  pieces(): readonly Uint8Array[] {
    return this.blocks.map((it, index) => it.subarray(0, this.length - index * BLOCK_BYTES));
  }

  /** Nobody needs them any more. */
  giveUp(): void {
    this.memory.give(this.blocks);
    this.blocks = [];
    this.length = 0;
  }
}
