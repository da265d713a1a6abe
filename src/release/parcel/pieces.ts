// Bytes that come in pieces, from a file or out of an archive that somebody else has made: what is wrong with them is a
// value, so that nobody has to catch anything.
import { closeSync, constants, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import type { Readable } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";

/** undefined at the end; it is asked again only after the piece before is used. */
export interface Pieces {
  next(): Promise<Result<Uint8Array | undefined, string>>;
}

const PIECE_BYTES = 1024 * 1024;

/** A plain file; whoever has taken all pieces, or wants no more, closes it. */
export function piecesOfFile(path: string): Pieces & { close(): void } {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  return {
    close: () => closeSync(fd),
    async next() {
      try {
        if (!fstatSync(fd).isFile()) return bad("it is no file");
        const got = readSync(fd, piece, 0, PIECE_BYTES, null);
        return good(got === 0 ? undefined : piece.subarray(0, got));
      } catch (error) {
        return bad(messageOf(error));
      }
    },
  };
}

/** A package file, unpacked by what its first bytes say it is. */
export function piecesOfPackage(path: string, head: Uint8Array): Pieces & { close(): void } {
  const file = createReadStream(path, { highWaterMark: PIECE_BYTES });
  const unpack = unpackers.find(({ begins }) => begins.every((it, index) => head[index] === it))?.make();
  const stream: Readable = unpack === undefined ? file : file.on("error", (it) => unpack.destroy(it)).pipe(unpack);
  const iterator = stream[Symbol.asyncIterator]();
  return {
    close: () => {
      stream.destroy();
      file.destroy();
    },
    async next() {
      try {
        const { done, value } = await iterator.next();
        return good(done === true ? undefined : (value as Uint8Array));
      } catch (error) {
        return bad(messageOf(error));
      }
    },
  };
}

const unpackers = [
  { begins: [0x28, 0xb5, 0x2f, 0xfd], make: createZstdDecompress },
  { begins: [0x1f, 0x8b], make: createGunzip },
] as const;
