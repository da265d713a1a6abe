// Memory for messages while they come in: blocks that are used again, out of a bounded store that all of them share, and
// that the thread of the spool reads where they are. Fresh memory for each message, and every copy, costs the system more
// than what is done with the bytes.
import type { HeldPiece } from "./entry.ts";

const BLOCK_BYTES = 8 * 1024;
const BLOCKS_OF_SLAB = 128;
/** So many blocks are kept when nobody needs them: one burst shall not cost its memory for ever. */
const SPARE_BLOCKS = 4 * BLOCKS_OF_SLAB;

/** Memory as it is asked of the system, and the blocks of it that are free. */
type Slab = HeldPiece[];

/** What all messages that are being received have in memory together. */
export class Memory {
  private readonly blocksMax: number;
  private readonly givenBack: (slab: SharedArrayBuffer) => void;
  private readonly slabs = new Map<SharedArrayBuffer, Slab>();
  private lent = 0;

  /** `givenBack` hears of what goes back to the system, once nobody refers to it. */
  constructor(bytesMax: number, givenBack: (slab: SharedArrayBuffer) => void = () => {}) {
    this.blocksMax = Math.floor(bytesMax / BLOCK_BYTES);
    this.givenBack = givenBack;
  }

  hasRoomFor(blocks: number): boolean {
    return this.lent + blocks <= this.blocksMax;
  }

  /** Of the oldest that has one, so that the youngest come free. */
  take(): HeldPiece {
    this.lent++;
    for (const slab of this.slabs.values()) {
      const block = slab.pop();
      if (block !== undefined) return block;
    }
    const buffer = new SharedArrayBuffer(BLOCKS_OF_SLAB * BLOCK_BYTES);
    const block = (_: unknown, index: number) => new Uint8Array(buffer, index * BLOCK_BYTES, BLOCK_BYTES);
    const [first = block(0, 0), ...free] = Array.from({ length: BLOCKS_OF_SLAB }, block);
    this.slabs.set(buffer, free.reverse());
    return first;
  }

  give(blocks: readonly HeldPiece[]): void {
    this.lent -= blocks.length;
    for (const block of blocks) {
      const slab = this.slabs.get(block.buffer);
      slab?.push(block);
      if (slab?.length !== BLOCKS_OF_SLAB || this.spare < SPARE_BLOCKS + BLOCKS_OF_SLAB) continue;
      this.slabs.delete(block.buffer);
      this.givenBack(block.buffer);
    }
  }

  private get spare(): number {
    return this.slabs.size * BLOCKS_OF_SLAB - this.lent;
  }
}

/** The bytes of one message. */
export class HeldBytes {
  private readonly memory: Memory;
  private blocks: HeldPiece[] = [];
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
  pieces(): readonly HeldPiece[] {
    return this.blocks.map((it, index) => it.subarray(0, this.length - index * BLOCK_BYTES));
  }

  /** Nobody needs them any more. */
  giveUp(): void {
    this.memory.give(this.blocks);
    this.blocks = [];
    this.length = 0;
  }
}
