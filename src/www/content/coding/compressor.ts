// Compresses what is worth it, away from the thread that answers, and only a few at a time: whoever comes when all hands are full
// is sent the content as it is.
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Coding } from "../../../proto/http/content/accept-encoding.ts";
import { Turns } from "../turns.ts";

/** In the order in which they are liked: both are read by every browser. */
export const madeCodings: readonly Coding[] = ["br", "gzip"];

/** What is larger takes too long for whoever waits. */
export const COMPRESSED_FROM_BYTES_MAX = 4 * 1024 * 1024;

const AT_A_TIME_MAX = 2;
const [gzipped, brotlied] = [promisify(gzip), promisify(brotliCompress)];

/** About as dense as gzip at its best, in a fraction of the time that brotli takes at its own. */
const BROTLI_QUALITY = 5;

const ways: Readonly<Partial<Record<Coding, (bytes: Buffer) => Promise<Buffer>>>> = {
  gzip: (bytes) => gzipped(bytes, { level: 6 }),
  br: (bytes) =>
    brotlied(bytes, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
      },
    }),
};

export class Compressor {
  private readonly turns = new Turns(AT_A_TIME_MAX);

  /** "busy" where nobody has time for it, "vain" where nothing is gained. */
  async compress(coding: Coding, bytes: Buffer): Promise<Buffer | "busy" | "vain"> {
    const way = ways[coding];
    if (way === undefined) return "vain";
    const made = await this.turns.take(() => way(bytes));
    if (made === undefined) return "busy";
    return made.length < bytes.length ? made : "vain";
  }
}
