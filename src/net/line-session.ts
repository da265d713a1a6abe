// Drives a line protocol over one socket: greeting, then one answer for each line, in order. Knows no protocol: what a
// line means, and what is wrong with it, is for `answer` to say.
import type { Socket } from "node:net";
import type { Clock } from "../base/clock.ts";
import { type Line, LineReader } from "../base/line-reader.ts";

export interface Answer {
  /** One character per byte, as in `Line`; all lines of it, with their endings. */
  readonly reply: string;
  /** Ends the session once the reply is on its way. */
  readonly close?: boolean;
}

export interface LineService {
  readonly greeting: string;
  readonly lineBytesMax: number;
  /** Without a whole line for so long, the session ends: one that drips bytes is as idle as one that sends none. */
  readonly idleTimeoutMs: number;
  /** Last words when the peer was idle for too long, and when the service stops. */
  readonly idleFarewell: string;
  readonly stopFarewell: string;
  answer(line: Line): Answer;
  /**
   * Told that the session is to end. "soon": the peer waits for an answer, or is about to ask; the next answer will say
   * that it is the last one, and closes. Without this the session ends at once, with `stopFarewell`.
   */
  finish?(): "now" | "soon";
}

/** Answers to pipelined lines leave together, up to so many bytes in one write. */
const WRITE_BYTES = 64 * 1024;
/** How long a peer has to close after our end: destroying at once could take the last reply from it. */
const LINGER_MS = 5000;

/** How long a session that is to end waits for the question that is on its way. */
const LAST_ANSWER_MS = 2000;

export class LineSession {
  private readonly socket: Socket;
  private readonly service: LineService;
  private readonly clock: Clock;
  private readonly reader: LineReader;
  /** The peer does not read: nothing is read from it either, so that answers cannot pile up. */
  private blocked = false;
  private inputEnded = false;
  private finishing = false;
  private ended = false;
  private activeAtMs: number;
  private cancelTimer: () => void;

  constructor(socket: Socket, service: LineService, clock: Clock) {
    this.socket = socket;
    this.service = service;
    this.clock = clock;
    this.reader = new LineReader(service.lineBytesMax);
    this.activeAtMs = clock.steadyMs();
    this.cancelTimer = clock.after(service.idleTimeoutMs, () => this.checkIdle());
    socket.on("data", (chunk: Buffer) => {
      if (this.ended) return;
      this.reader.push(chunk);
      this.work();
    });
    socket.on("drain", () => {
      this.blocked = false;
      this.activeAtMs = clock.steadyMs();
      if (this.ended) return;
      socket.resume();
      this.work();
    });
    socket.on("end", () => {
      this.inputEnded = true;
      if (!this.ended) this.work();
    });
    socket.once("close", () => {
      this.ended = true;
      this.cancelTimer();
    });
    this.write(service.greeting);
  }

  /** Ends it with the words for a service that stops; answers that are on their way go out before. */
  finish(): void {
    if (this.ended || this.finishing) return;
    this.finishing = this.service.finish?.() === "soon";
    if (!this.finishing) return this.end(this.service.stopFarewell);
    this.cancelTimer();
    this.cancelTimer = this.clock.after(LAST_ANSWER_MS, () => this.end(this.service.stopFarewell));
  }

  private work(): void {
    let replies = "";
    while (!this.blocked) {
      const line = this.reader.next();
      if (line === undefined) break;
      this.activeAtMs = this.clock.steadyMs();
      const { reply, close } = this.service.answer(line);
      replies += reply;
      if (close === true) return this.end(replies);
      if (replies.length < WRITE_BYTES) continue;
      this.write(replies);
      replies = "";
    }
    if (this.inputEnded && !this.blocked) return this.end(replies);
    if (replies !== "") this.write(replies);
  }

  private write(text: string): void {
    if (text === "" || this.socket.write(text, "latin1")) return;
    this.blocked = true;
    this.socket.pause();
  }

  private end(lastWords: string): void {
    if (this.ended) return;
    this.ended = true;
    this.cancelTimer();
    this.socket.end(lastWords, "latin1");
    // What still comes is thrown away; unread, it would make the kernel answer with a reset.
    this.socket.resume();
    this.cancelTimer = this.clock.after(LINGER_MS, () => this.socket.destroy());
  }

  private checkIdle(): void {
    const leftMs = this.service.idleTimeoutMs - (this.clock.steadyMs() - this.activeAtMs);
    if (leftMs > 0) this.cancelTimer = this.clock.after(leftMs, () => this.checkIdle());
    else if (this.blocked) this.socket.destroy();
    else this.end(this.service.idleFarewell);
  }
}
