// Reads an archive of the ustar format (POSIX pax, "ustar Interchange Format") that may come from anybody. It knows plain
// files and nothing else: no links, no devices, no folders, no extensions. It writes nothing.
import { bad, good, type Result } from "../../base/result.ts";
import type { Pieces } from "./pieces.ts";

export const BLOCK_BYTES = 512;

export interface TarEntry {
  readonly path: string;
  readonly size: number;
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;

export class TarReader implements Pieces {
  private readonly source: Pieces;
  private rest: Uint8Array = new Uint8Array(0);
  /** Of the entry that is being read, and of what fills its last block. */
  private left = 0;
  private filling = 0;

  constructor(source: Pieces) {
    this.source = source;
  }

  /** The next file, after the one before was taken to its end; undefined at the end of the archive. */
  async entry(): Promise<Result<TarEntry | undefined, string>> {
    if (this.left > 0) throw new Error("the file before is not taken yet");
    const filled = await this.exactly(this.filling);
    if (!filled.ok) return filled;
    const block = await this.exactly(BLOCK_BYTES);
    if (!block.ok) return block;
    if (block.value.every((it) => it === 0)) return good(undefined);
    const entry = readHeader(block.value);
    if (!entry.ok) return entry;
    this.left = entry.value.size;
    this.filling = (BLOCK_BYTES - (entry.value.size % BLOCK_BYTES)) % BLOCK_BYTES;
    return entry;
  }

  /** A piece of the file that `entry` told of; undefined at its end. */
  async next(): Promise<Result<Uint8Array | undefined, string>> {
    if (this.left === 0) return good(undefined);
    if (this.rest.length === 0) {
      const more = await this.more();
      if (!more.ok) return more;
    }
    const piece = this.rest.subarray(0, this.left);
    this.rest = this.rest.subarray(piece.length);
    this.left -= piece.length;
    return good(piece);
  }

  /** Few bytes, kept by themselves. */
  private async exactly(count: number): Promise<Result<Uint8Array, string>> {
    const bytes = new Uint8Array(count);
    for (let at = 0; at < count; ) {
      if (this.rest.length === 0) {
        const more = await this.more();
        if (!more.ok) return more;
      }
      const piece = this.rest.subarray(0, count - at);
      bytes.set(piece, at);
      at += piece.length;
      this.rest = this.rest.subarray(piece.length);
    }
    return good(bytes);
  }

  private async more(): Promise<Result<void, string>> {
    const piece = await this.source.next();
    if (!piece.ok) return bad(`it cannot be read: ${piece.error}`);
    if (piece.value === undefined) return bad("it ends too early");
    this.rest = piece.value;
    return good(undefined);
  }
}

function readHeader(block: Uint8Array): Result<TarEntry, string> {
  const field = (at: number, length: number): Uint8Array => {
    const bytes = block.subarray(at, at + length);
    const end = bytes.indexOf(0);
    return end < 0 ? bytes : bytes.subarray(0, end);
  };
  const octal = (at: number, length: number): number | undefined => {
    const text = Buffer.from(field(at, length)).toString("latin1").trim();
    return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : undefined;
  };
  const sum = block.reduce((total, it, at) => total + (isChecksum(at) ? 0x20 : it), 0);
  if (octal(CHECKSUM_AT, CHECKSUM_BYTES) !== sum) return bad("it is no archive, or damaged");
  if (Buffer.from(block.subarray(257, 263)).toString("latin1") !== "ustar\0") return bad("it is no ustar archive");
  const type = block[156];
  let path: string;
  try {
    path = [field(345, 155), field(0, 100)].flatMap((it) => (it.length === 0 ? [] : [utf8.decode(it)])).join("/");
  } catch {
    return bad("a name in it is no text");
  }
  if (type !== 0x30 && type !== 0) return bad(`it holds what is no plain file: ${JSON.stringify(path)}`);
  const size = octal(124, 12);
  return size === undefined ? bad(`the size of ${JSON.stringify(path)} makes no sense`) : good({ path, size });
}

export const isChecksum = (at: number): boolean => at >= CHECKSUM_AT && at < CHECKSUM_AT + CHECKSUM_BYTES;
