// The codings in which a content is sent, in the order in which they are liked: one row each.
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import type { Coding } from "../../../proto/http/content/accept-encoding.ts";

export interface CodingRow {
  readonly coding: Coding;
  /** What stands behind the name of a file for its form in this coding. */
  readonly ending: string;
  /** Undefined where only what lies there compressed is sent: not every browser reads it. */
  readonly compress?: (bytes: Buffer) => Promise<Buffer>;
}

const [gzipped, brotlied] = [promisify(gzip), promisify(brotliCompress)];

/** About as dense as gzip at its best, in a fraction of the time that brotli takes at its own. */
const BROTLI_QUALITY = 5;

export const codingTable: readonly CodingRow[] = [
  {
    coding: "br",
    ending: ".br",
    compress: (bytes) =>
      brotlied(bytes, {
        params: {
          [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
          [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
        },
      }),
  },
  { coding: "zstd", ending: ".zst" },
  { coding: "gzip", ending: ".gz", compress: (bytes) => gzipped(bytes, { level: 6 }) },
];

export const rowOf = (coding: Coding): CodingRow | undefined => codingTable.find((it) => it.coding === coding);
