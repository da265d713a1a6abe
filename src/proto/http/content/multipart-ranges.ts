// Several ranges in one answer, RFC 9110 §14.6, §15.3.7.2 done: what stands before each part and behind all of them. Pure; the
// boundary is told by whoever has chance at hand, and must not be guessed, as it may not stand in the content.
import { type ByteRange, contentRange, rangeBytes } from "./byte-ranges.ts";

export interface MultipartRanges {
  /** The Content-Type of the answer. */
  readonly type: string;
  /** Of all that is sent. */
  readonly length: number;
  readonly parts: readonly { readonly head: string; readonly range: ByteRange }[];
  readonly end: string;
}

/** `type` is that of the content; a boundary is at most 70 letters and digits. */
export function multipartRanges(
  ranges: readonly ByteRange[],
  { type, size, boundary }: { readonly type: string; readonly size: number; readonly boundary: string },
): MultipartRanges {
  if (!/^[0-9A-Za-z]{1,70}$/.test(boundary)) throw new Error(`a boundary ${JSON.stringify(boundary)}`);
  const parts = ranges.map((range) => ({
    head: `\r\n--${boundary}\r\nContent-Type: ${type}\r\nContent-Range: ${contentRange(range, size)}\r\n\r\n`,
    range,
  }));
  const end = `\r\n--${boundary}--\r\n`;
  const length = parts.reduce((sum, { head, range }) => sum + head.length + rangeBytes(range), end.length);
  return { type: `multipart/byteranges; boundary=${boundary}`, length, parts, end };
}
