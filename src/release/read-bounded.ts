// Small files whole, and never more of them than is sensible: what lies on a disk may be anything.
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** undefined when there is none. Whatever is no plain file, or larger, is an error as one of the system. */
export function readBounded(path: string, bytesMax: number): Buffer | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw Object.assign(new Error(`${path} is no file`), { code: "EINVAL" });
    if (stat.size > bytesMax)
      throw Object.assign(new Error(`${path} is larger than ${bytesMax} bytes`), { code: "EFBIG" });
    const bytes = Buffer.alloc(stat.size);
    let at = 0;
    for (let got = 1; got > 0 && at < bytes.length; at += got) got = readSync(fd, bytes, at, bytes.length - at, at);
    return bytes.subarray(0, at);
  } finally {
    closeSync(fd);
  }
}
