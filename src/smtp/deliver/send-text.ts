// Sends the body of a message over a wire: read from the spool in pieces, dots stuffed, one write for each piece, and the
// end of it with the last one. It holds one piece at a time, however large the message.
import { DotStuffer } from "../../base/dot-stuffer.ts";
import type { Body } from "../../spool/spool.ts";
import type { RemoteWire } from "./remote-wire.ts";

const PIECE_BYTES = 256 * 1024;

/** What became of it: only "all" may have been taken by the other side. */
export type TextSent = "all" | "broken" | "unreadable" | "answered-early";

export async function sendText(
  wire: RemoteWire,
  body: Body,
  form: "dotted" | "raw",
  timeoutMs: number,
): Promise<TextSent> {
  const stuffer = form === "dotted" ? new DotStuffer() : undefined;
  let at = 0;
  do {
    const read = await body.read(at, PIECE_BYTES);
    if (!read.ok || (read.value.length === 0 && at < body.sizeBytes)) return "unreadable";
    at += read.value.length;
    const piece = Buffer.from(read.value.buffer, read.value.byteOffset, read.value.byteLength);
    const isLast = at >= body.sizeBytes;
    const stuffed = stuffer?.stuff(piece) ?? piece;
    // Whoever says yes before the end of a message has not seen it.
    if (wire.hasSpoken) return "answered-early";
    await wire.write(
      isLast && stuffer !== undefined ? Buffer.concat([stuffed, Buffer.from(stuffer.end())]) : stuffed,
      timeoutMs,
    );
    if (wire.isOver && !isLast) return "broken";
  } while (at < body.sizeBytes);
  return "all";
}
