// Sends a block behind a reply, as fast as the peer reads and no faster. It ends no session: what the peer got of a
// block that broke off must not look whole, and the session sees to that.
import { DotStuffer } from "../../base/dot-stuffer.ts";
import type { OutgoingBlock } from "./line-dialogue.ts";
import { type LineWriter, WRITE_BYTES } from "./line-writer.ts";

/** The pieces come to their end, or are told to (`return`), in all cases. */
export async function sendBlock(block: OutgoingBlock, writer: LineWriter): Promise<"sent" | "broken" | "gone"> {
  const stuffer = block.form === "dotted" ? new DotStuffer() : undefined;
  for await (const piece of block.pieces) {
    if (piece === "broken") return "broken";
    // So many at a time, that a peer which reads slowly is seen to read.
    for (let from = 0; from < piece.length; from += WRITE_BYTES) {
      if (writer.gone) return "gone";
      const part = piece.subarray(from, from + WRITE_BYTES);
      writer.send(stuffer?.stuff(part) ?? part);
      if (writer.blockedAtMs !== undefined) await writer.room();
    }
    writer.flushSoon();
  }
  if (stuffer !== undefined) writer.say(stuffer.end());
  return "sent";
}
