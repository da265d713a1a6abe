// The blocks of a ustar archive around plain files, the same for the same content: no owner, no time of its own. Pure.
import type { FileMode } from "../manifest/manifest.ts";
import { BLOCK_BYTES, isChecksum } from "./tar-reader.ts";

const NAME_BYTES = 100;
const PREFIX_BYTES = 155;

/** What stands before the bytes of a file. Paths are those of a manifest, which always fit. */
export function tarHeader(path: string, size: number, mode: FileMode): Uint8Array {
  const block = Buffer.alloc(BLOCK_BYTES);
  const [prefix, name] = splitPath(path);
  block.write(name, 0);
  block.write(`0000${mode}\0`, 100);
  block.write("0000000\0", 108); // owner
  block.write("0000000\0", 116); // group
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136); // time
  block.write("0", 156);
  block.write("ustar\0", 257);
  block.write("00", 263);
  block.write(prefix, 345);
  const sum = block.reduce((total, it, at) => total + (isChecksum(at) ? 0x20 : it), 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

/** What stands behind the bytes of a file. */
export const tarFilling = (size: number): Uint8Array =>
  new Uint8Array((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);

export const tarEnd = (): Uint8Array => new Uint8Array(2 * BLOCK_BYTES);

function splitPath(path: string): readonly [string, string] {
  if (Buffer.byteLength(path) <= NAME_BYTES) return ["", path];
  for (let at = path.indexOf("/"); at > 0; at = path.indexOf("/", at + 1)) {
    const [prefix, name] = [path.slice(0, at), path.slice(at + 1)];
    if (Buffer.byteLength(name) <= NAME_BYTES && Buffer.byteLength(prefix) <= PREFIX_BYTES) return [prefix, name];
  }
  throw new Error(`${path} does not fit into an archive`);
}
