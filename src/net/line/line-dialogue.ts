// What a line protocol says to its session: an answer for each line, and what is to come after it. Interfaces only; a
// dialogue holds no socket, and one object may serve all sessions when it keeps nothing of any of them.
import type { BlockReader, BlockVerdict } from "../../base/block-reader.ts";
import type { Line } from "../../base/line-reader.ts";
import type { Secured } from "../connection.ts";

export interface LineDialogue {
  /** The first words. */
  readonly greeting: string;
  readonly lineBytesMax: number;
  readonly limits: LineLimits;
  readonly farewells: Farewells;
  /** Asked for one line at a time: the next is not looked at, and not asked for, until this one is answered. */
  answer(line: Line): Answer | Promise<Answer>;
  /**
   * The handshake that it asked for is done, and nothing the client said in clear may count any more (RFC 3207 §4.2).
   * `droppedBytes` came in clear behind the command and were never read: what an attacker puts in between, or a broken client.
   */
  secured?(facts: Secured, droppedBytes: number): void;
  /**
   * Told that the session is to end. "soon": the peer may go on as long as it does not pause; the dialogue says which answer
   * is the last one, and closes. Without this the session ends as soon as what is under way is answered.
   */
  finish?(): "now" | "soon";
  /** The session is over, however it came to it. Called once, and last but for an answer that was still being made. */
  ended?(): void;
}

/** What a session may take; a peer that reaches one hears the farewell of that name, if it still listens. */
export interface LineLimits {
  /** Without a whole line for so long: a peer that drips bytes is as idle as one that sends none. */
  readonly idleMs: number;
  /** For the session as a whole; null for no limit. */
  readonly sessionMs: number | null;
  /** A block goes on as long as it brings `blockBytesMin` within each `blockMs`. */
  readonly blockMs: number;
  readonly blockBytesMin: number;
  /** How long the peer may take to read what is written, which is at most some 64 KiB at a time. */
  readonly unreadMs: number;
}

export const usualLimits: LineLimits = {
  idleMs: 600_000,
  sessionMs: null,
  blockMs: 60_000,
  blockBytesMin: 1024,
  unreadMs: 300_000,
};

/** The last words, by what ends the session. */
export interface Farewells {
  readonly idle: string;
  /** A block comes too slowly. */
  readonly slow: string;
  /** The whole session has lasted too long. */
  readonly overtime: string;
  /** A block went on far beyond what is accepted. */
  readonly endless: string;
  readonly stopping: string;
}

/** In all answers and pieces: `reply` has one character per byte, as in `Line`; all lines of it, with their endings. */
export type Answer = Spoken | Receiving | Sending | Securing | Becoming;

export interface Spoken {
  readonly reply: string;
  /** Ends the session once the reply is on its way. */
  readonly close?: boolean;
}

/** A block comes next: the answer to the command is the answer of the receiver. */
export interface Receiving {
  readonly reply: string;
  readonly receive: IncomingBlock;
}

/** A block goes out behind the reply. */
export interface Sending {
  readonly reply: string;
  readonly send: OutgoingBlock;
}

/** The handshake comes next, on this connection. */
export interface Securing {
  readonly reply: string;
  readonly secure: true;
}

/**
 * Another dialogue answers from here on, as after HOST of RFC 7151. It is not asked for its greeting, and it alone is told
 * when the session is over.
 */
export interface Becoming {
  readonly reply: string;
  readonly become: LineDialogue;
}

export interface IncomingBlock {
  readonly reader: BlockReader;
  readonly receiver: BlockReceiver;
}

export interface BlockReceiver {
  /** Keeps a piece. Nothing more is read from the peer while it promises; what goes wrong is said in `end`. */
  take(piece: Buffer): void | Promise<void>;
  /** The block has come to its end: only a complete one may be accepted. */
  end(verdict: BlockVerdict): Answer | Promise<Answer>;
  /** It never will; what was taken can be thrown away. Called instead of `end`, and not while a `take` is waited for. */
  lost(): void;
}

export interface OutgoingBlock {
  /** Asked for the next piece when the peer has read. "broken": there is no more, and the peer must not take half for whole. */
  readonly pieces: AsyncIterable<Buffer | "broken">;
  /** Dotted: stuffed, and ended by a dot on a line of its own. Raw: as it is. */
  readonly form: "dotted" | "raw";
}
