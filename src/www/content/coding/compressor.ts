// Compresses what is worth it, away from the thread that answers, and only a few at a time: whoever comes when all hands are full
// is sent the content as it is.
import type { Coding } from "../../../proto/http/content/accept-encoding.ts";
import { Turns } from "../turns.ts";
import { rowOf } from "./coding-table.ts";

/** What is larger takes too long for whoever waits. */
export const COMPRESSED_FROM_BYTES_MAX = 4 * 1024 * 1024;

const AT_A_TIME_MAX = 2;

export class Compressor {
  private readonly turns = new Turns(AT_A_TIME_MAX);

  /** "busy" where nobody has time for it, "vain" where nothing is gained. */
  async compress(coding: Coding, bytes: Buffer): Promise<Buffer | "busy" | "vain"> {
    const compress = rowOf(coding)?.compress;
    if (compress === undefined) return "vain";
    const made = await this.turns.take(() => compress(bytes));
    if (made === undefined) return "busy";
    return made.length < bytes.length ? made : "vain";
  }
}
