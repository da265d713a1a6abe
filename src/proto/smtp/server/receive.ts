// How the text of a message comes in: whole behind DATA, or in chunks behind BDAT. Pure; what is taken goes on piece by
// piece, and nothing is queued but a text that came to its end without a flaw.
import { isAscii } from "node:buffer";
import { CountedBlockReader } from "../../../base/counted-block-reader.ts";
import { DottedBlockReader } from "../../../base/dotted-block-reader.ts";
import type { Reply } from "../reply.ts";
import { TextCheck } from "../text-check.ts";
import type { ChunkArgument } from "./arguments.ts";
import { type Content, type ContentFacts, type Envelope, isReply, type Soon } from "./ports.ts";
import { replies } from "./replies.ts";
import { whenDone } from "./soon.ts";
import type { Chunks, Ready, Receiver, State, Step, World } from "./state.ts";

/** What may still come, and what is said when more does. */
export interface Room {
  readonly bytes: number;
  readonly over: Reply;
}

/** RFC 1870 §6.1 done, RFC 1870 §6.3 done. IIS ended a session that brought too much, so that its client opens another. */
export function roomIn({ rules: { name, limits }, tally }: World): Room {
  const message = limits.messageBytesMax ?? Number.MAX_SAFE_INTEGER;
  const isFirst = tally.messages === 0 || limits.sessionBytesMax === null;
  const session = isFirst ? message : Math.max(limits.sessionBytesMax - tally.bytes, 0);
  return session < message
    ? { bytes: session, over: replies.sessionTooLarge(name) }
    : { bytes: message, over: replies.tooLarge(message) };
}

/** Nobody waits for the end of what goes on so far beyond the room. Stuffed, a text can be twice as long. */
const endlessBytes = ({ bytes }: Room): number => Math.min(2 * bytes + 2 ** 20, Number.MAX_SAFE_INTEGER);

const receiving: State = { at: "receiving" };
export const readyAfter = ({ hello, account }: Envelope): Ready => ({ at: "ready", account, hello });

/** RFC 5321 §4.1.1.4 done, RFC 5321 §4.5.2 done. */
export function receiveText(envelope: Envelope, content: Content, world: World): Step {
  const room = roomIn(world);
  const ready = readyAfter(envelope);
  let eightBit = false;
  const refuse = (reply: Reply): Step => {
    content.drop();
    return { state: ready, reply };
  };
  const receiver: Receiver = {
    take(piece) {
      eightBit ||= !isAscii(piece);
      return content.take(piece);
    },
    end(verdict) {
      switch (verdict.kind) {
        case "complete":
          return commit(content, { bytes: verdict.bytes, eightBit }, ready);
        case "flawed":
          return refuse(replies.flawed(verdict.flaw, verdict.line));
        case "too-large":
          return refuse(room.over);
        default:
          return verdict satisfies never;
      }
    },
    lost: () => content.drop(),
  };
  const reader = new DottedBlockReader({
    bytesMax: room.bytes,
    endlessBytes: endlessBytes(room),
    lineEnds: world.rules.leniency.bareLf ? "mend" : "refuse",
  });
  return { state: receiving, reply: replies.sendMessage, receive: { reader, receiver } };
}

export const firstChunk = (envelope: Envelope, content: Content): Chunks => ({
  at: "chunks",
  account: envelope.account,
  envelope,
  content,
  bytes: 0,
  check: new TextCheck(),
});

/** RFC 3030 §2 done. A chunk has its size before it, and its answer behind it. */
export function receiveChunk(chunks: Chunks, { bytes, last }: ChunkArgument, world: World): Step {
  const { envelope, content, check } = chunks;
  const room = roomIn(world);
  const ready = readyAfter(envelope);
  const total = chunks.bytes + bytes;
  if (total > room.bytes) {
    content.drop();
    return discardChunk(bytes, ready, room.over, world);
  }
  const isText = envelope.parameters.body !== "BINARYMIME";
  const receiver: Receiver = {
    take(piece) {
      check.push(piece);
      return isText && check.flaw !== undefined ? undefined : content.take(piece);
    },
    end() {
      const flaw = last ? check.end() : check.flaw;
      if (isText && flaw !== undefined) {
        content.drop();
        return { state: ready, reply: replies.flawed(flaw.flaw, flaw.line) };
      }
      if (!last) return { state: { ...chunks, bytes: total }, reply: replies.chunkTaken(bytes) };
      return commit(content, { bytes: total, eightBit: check.eightBit }, ready);
    },
    lost: () => content.drop(),
  };
  const reader = new CountedBlockReader(bytes);
  return { state: receiving, reply: undefined, receive: { reader, receiver } };
}

/** RFC 3030 §2: a refused chunk comes all the same, and must not be read as commands. */
export function discardChunk(bytes: number, state: State, reply: Reply, world: World): Step {
  if (bytes > endlessBytes(roomIn(world))) return { state, reply, close: true };
  const receiver: Receiver = { take() {}, end: () => ({ state, reply }), lost() {} };
  return { state: receiving, reply: undefined, receive: { reader: new CountedBlockReader(bytes), receiver } };
}

/** RFC 5321 §4.2.5 done: 250 makes the message ours, so it is said when it is durable, and not before. */
const commit = (content: Content, facts: ContentFacts, ready: Ready): Soon<Step> =>
  whenDone(
    content.commit(facts),
    (it): Step =>
      isReply(it)
        ? { state: ready, reply: it }
        : { state: ready, reply: replies.queued(it.queued), queuedBytes: facts.bytes },
  );
