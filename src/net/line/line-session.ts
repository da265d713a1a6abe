// Drives a line protocol over one connection: greeting, then one answer for each line, in order, with blocks between
// them. Knows no protocol: what a line means, and what is wrong with it, is for the dialogue to say.
import type { Socket } from "node:net";
import type { BlockVerdict, Endless } from "../../base/block-reader.ts";
import { LineReader } from "../../base/line-reader.ts";
import type { Connection } from "../connection.ts";
import type { Deadlines, Watched } from "./deadlines.ts";
import type { Answer, IncomingBlock, LineDialogue, OutgoingBlock } from "./line-dialogue.ts";
import { limitOf, type Phase } from "./line-limits.ts";
import { sendBlock } from "./line-sending.ts";
import { listenTo, type SocketListener, stopListening } from "./line-socket.ts";
import { LineWriter } from "./line-writer.ts";

/** What is kept of a client that sends on while an answer is being made; beyond it nothing is read from the socket. */
const HELD_BYTES_MAX = 64 * 1024;

/** What a session needs of its connection. */
export type Securable = Pick<Connection, "secure" | "secured">;

export class LineSession implements Watched, SocketListener {
  /** Only what `work` is called for can bring a limit nearer while the session is ready. */
  quietUntilMs = 0;
  private readonly connection: Securable;
  private readonly deadlines: Deadlines;
  private dialogue: LineDialogue;
  private socket: Socket;
  private reader: LineReader;
  private writer: LineWriter;
  private phase: Phase = "ready";
  private block: IncomingBlock | undefined;
  /** What the block has brought since the session was last active. */
  private blockBytes = 0;
  private finishing: "no" | "now" | "soon" = "no";
  private inputEnded = false;
  private readonly startedAtMs: number;
  private activeAtMs: number;

  constructor(socket: Socket, connection: Securable, dialogue: LineDialogue, deadlines: Deadlines) {
    this.connection = connection;
    this.deadlines = deadlines;
    this.dialogue = dialogue;
    this.socket = socket;
    this.reader = new LineReader(dialogue.lineBytesMax);
    this.writer = new LineWriter(socket, deadlines.clock);
    this.startedAtMs = deadlines.clock.steadyMs();
    this.activeAtMs = this.startedAtMs;
    listenTo(socket, this);
    deadlines.add(this);
    this.writer.say(dialogue.greeting);
    this.writer.flush();
  }

  /** Ends it with the words for a service that stops, once what is under way has been answered. */
  finish(): void {
    if (this.finishing !== "no" || this.left) return;
    this.finishing = this.dialogue.finish?.() ?? "now";
    if (this.finishing === "soon") this.active();
    this.work();
  }

  heard(chunk: Buffer): void {
    if (this.left) return;
    this.reader.push(chunk);
    this.work();
  }

  drained(): void {
    this.writer.drained();
    this.active();
    this.work();
  }

  inputOver(): void {
    this.inputEnded = true;
    this.work();
  }

  closed(): void {
    if (this.phase === "ready") this.loseBlock();
    this.phase = "gone";
    this.writer.drained();
    this.deadlines.remove(this);
    this.dialogue.ended?.();
  }

  check(nowMs: number): void {
    const { atMs, by } = limitOf(
      {
        phase: this.phase,
        inBlock: this.block !== undefined,
        lastQuestion: this.finishing === "soon",
        unreadSinceMs: this.writer.unreadSinceMs,
        activeAtMs: this.activeAtMs,
        startedAtMs: this.startedAtMs,
      },
      this.dialogue.limits,
    );
    if (nowMs < atMs) this.quietUntilMs = this.phase === "ready" ? atMs : 0;
    else if (by === "cut") this.socket.destroy();
    else this.leave(this.dialogue.farewells[by]);
  }

  /** The last words are said, or nobody is there to hear any. */
  private get left(): boolean {
    return this.phase === "leaving" || this.phase === "gone";
  }

  private get free(): boolean {
    return this.phase === "ready" && this.writer.blockedAtMs === undefined;
  }

  private active(): void {
    this.activeAtMs = this.deadlines.clock.steadyMs();
    this.blockBytes = 0;
  }

  /** Does what can be done now; whatever may have changed that calls it. */
  private work(): void {
    this.quietUntilMs = 0;
    while (this.free && this.step());
    if (this.free) {
      if (this.finishing === "now" && this.block === undefined) return this.leave(this.dialogue.farewells.stopping);
      if (this.inputEnded) return this.leave("");
      this.writer.flush();
    }
    this.steer();
  }

  /** Answers a line, or takes in what there is of a block; false when there is neither. */
  private step(): boolean {
    if (this.block !== undefined) return this.reader.heldBytes > 0 && this.feed(this.block);
    const line = this.finishing === "now" ? undefined : this.reader.next();
    if (line === undefined) return false;
    const answer = this.dialogue.answer(line);
    this.active();
    this.answer(answer);
    return true;
  }

  /** The peer is not read from while it does not read itself, or has more to say than can be kept. */
  private steer(): void {
    if (this.left || this.phase === "securing") return;
    const full = !this.free && (this.phase === "ready" || this.reader.heldBytes > HELD_BYTES_MAX);
    if (full === this.socket.isPaused()) return;
    if (full) this.socket.pause();
    else this.socket.resume();
  }

  /** Goes on at once with what is there, and later with what is promised; until then the input waits. */
  private after<T>(value: T | Promise<T>, goOn: (value: T) => void): void {
    if (!(value instanceof Promise)) return goOn(value);
    this.phase = "waiting";
    this.writer.flushSoon();
    void value.then((it) => {
      if (this.phase === "waiting") {
        this.phase = "ready";
        this.active();
      }
      goOn(it);
      this.work();
    });
  }

  private answer(answer: Answer | Promise<Answer>): void {
    this.after(answer, (it) => this.act(it));
  }

  private act(answer: Answer): void {
    if (!this.left) this.writer.say(answer.reply);
    if ("receive" in answer) this.receive(answer.receive);
    else if ("send" in answer) this.send(answer.send);
    else if (this.left) return;
    else if ("secure" in answer) void this.secure();
    else if ("become" in answer) this.become(answer.become);
    else if (answer.close === true) this.leave("");
  }

  private receive(block: IncomingBlock): void {
    if (this.left) return block.receiver.lost();
    this.block = block;
    // With nothing, where nothing has come: a counted block may be empty.
    this.feed(block);
  }

  private feed(block: IncomingBlock): true {
    const chunk = this.reader.takeRest();
    this.blockBytes += chunk.length;
    if (this.blockBytes >= this.dialogue.limits.blockBytesMin) this.active();
    const { piece, over } = block.reader.push(chunk);
    if (over !== undefined) this.reader.push(over.rest);
    this.after(piece.length > 0 ? block.receiver.take(piece) : undefined, () => {
      if (this.left) this.loseBlock();
      else if (over !== undefined) this.endBlock(block, over.verdict);
    });
    return true;
  }

  private endBlock({ receiver }: IncomingBlock, verdict: BlockVerdict | Endless): void {
    if (verdict.kind === "endless") return this.leave(this.dialogue.farewells.endless);
    this.block = undefined;
    this.answer(receiver.end(verdict));
  }

  private loseBlock(): void {
    const { block } = this;
    this.block = undefined;
    block?.receiver.lost();
  }

  /** A block that broke off must not look whole: the session breaks off with it. */
  private send(block: OutgoingBlock): void {
    if (!this.left) this.phase = "sending";
    void sendBlock(block, this.writer).then((outcome) => {
      if (this.phase !== "sending") return;
      if (outcome !== "sent") return this.socket.destroy();
      this.phase = "ready";
      this.active();
      this.work();
    });
  }

  private become(dialogue: LineDialogue): void {
    const rest = this.reader.takeRest();
    this.dialogue = dialogue;
    this.reader = new LineReader(dialogue.lineBytesMax);
    this.reader.push(rest);
  }

  /**
   * What came in clear behind the command is dropped unread, as whoever sits between client and server could have put it
   * there (RFC 3207 §4.2, RFC 4642 §2.2.2); an honest client sends nothing until the handshake is done.
   */
  private async secure(): Promise<void> {
    this.phase = "securing";
    this.writer.flush();
    if (this.writer.blockedAtMs !== undefined) await this.writer.room();
    if (this.socket.destroyed) return;
    const droppedBytes = this.reader.heldBytes + stopListening(this.socket);
    this.reader = new LineReader(this.dialogue.lineBytesMax);
    const secured = await this.connection.secure(this.socket);
    if (!secured.ok || secured.value.destroyed) return this.closed();
    const facts = this.connection.secured;
    if (facts === undefined) throw new Error("a handshake that settled nothing");
    this.socket = secured.value;
    this.writer = new LineWriter(this.socket, this.deadlines.clock);
    this.phase = "ready";
    listenTo(this.socket, this);
    this.active();
    this.dialogue.secured?.(facts, droppedBytes);
    this.work();
  }

  private leave(lastWords: string): void {
    if (this.phase === "ready") this.loseBlock();
    this.phase = "leaving";
    this.active();
    this.writer.end(lastWords);
    // What still comes is thrown away; unread, it would make the kernel answer with a reset.
    this.socket.resume();
  }
}
