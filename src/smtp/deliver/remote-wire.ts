// A connection to another server as bytes and replies: it writes, hears, and goes over to TLS, each within a time. It reads
// all the while it writes, as RFC 2920 §3.1 asks, and knows nothing of what is said.
import type { Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { fromConnection, fromServer, type Heard, notUnderstood } from "../../proto/smtp/client/talk.ts";
import { outcomeOf } from "../../proto/smtp/reply.ts";
import { ReplyReader } from "../../proto/smtp/reply-reader.ts";
import { spellDuration } from "../../schema/kinds/measure.ts";
import { alertWords } from "./alert-words.ts";

/** Replies that nobody has asked for; more than that is no conversation. */
const UNHEARD_BYTES_MAX = 256 * 1024;

export class RemoteWire {
  private socket: Socket;
  private readonly clock: Clock;
  private reader = new ReplyReader();
  private unheardBytes = 0;
  /** Why nothing more will come. */
  private over: string | undefined;
  /** Told when something has come, or the connection is over. */
  private changed: (() => void) | undefined;
  private drained: (() => void) | undefined;
  private waiting: Heard | undefined;

  constructor(socket: Socket, clock: Clock) {
    this.socket = socket;
    this.clock = clock;
    this.adopt(socket);
  }

  get isOver(): boolean {
    return this.over !== undefined;
  }

  /** Whether the server has said something that nobody has heard yet. */
  get hasSpoken(): boolean {
    this.waiting ??= this.take();
    return this.waiting !== undefined;
  }

  async hear(timeoutMs: number): Promise<Heard> {
    const endMs = this.clock.steadyMs() + timeoutMs;
    for (;;) {
      if (this.hasSpoken) {
        const heard = this.waiting;
        this.waiting = undefined;
        this.unheardBytes = 0;
        if (heard !== undefined) return heard;
      }
      if (this.over !== undefined) return fromConnection(this.over);
      const leftMs = endMs - this.clock.steadyMs();
      if (leftMs <= 0) this.end(`No answer came within ${spellDuration(timeoutMs)}`);
      else await this.change(leftMs);
    }
  }

  /** Resolves when the other side takes more, or will never: what is so then, `hear` tells. */
  async write(bytes: string | Uint8Array, timeoutMs: number): Promise<void> {
    if (this.over !== undefined || this.socket.write(bytes)) return;
    const drained = Promise.withResolvers<void>();
    this.drained = drained.resolve;
    const cancel = this.clock.after(timeoutMs, () =>
      this.end(`The server took nothing of the message for ${spellDuration(timeoutMs)}`),
    );
    await drained.promise;
    cancel();
  }

  /** `begin` makes the socket for the clear text of it, or says why there is none; what came in clear is thrown away. */
  async secure(begin: (socket: Socket) => Promise<Socket | string>): Promise<string | undefined> {
    const plain = this.socket;
    plain.removeAllListeners("data");
    this.reader = new ReplyReader();
    this.waiting = undefined;
    const made = await begin(plain);
    if (typeof made === "string") {
      this.end(made);
      return made;
    }
    this.adopt(made);
    return undefined;
  }

  /** A refusal may come before the end of a message, and is heard; another answer then is a lie, and is not. */
  endUnlessRefused(because: string): void {
    if (this.waiting !== undefined && outcomeOf(this.waiting.reply) !== "never") this.waiting = undefined;
    this.end(because);
  }

  /** Nothing more is said or heard. */
  end(because: string): void {
    this.lost(because);
    this.socket.destroy();
  }

  private adopt(socket: Socket): void {
    this.socket = socket;
    const isOurs = () => this.socket === socket;
    socket.on("data", (bytes: Buffer) => {
      if (!isOurs()) return;
      this.unheardBytes += bytes.length;
      if (this.unheardBytes > UNHEARD_BYTES_MAX) return this.end("The server sends without being asked");
      this.reader.push(bytes);
      this.changed?.();
    });
    socket.on("drain", () => this.drained?.());
    socket.on("end", () => isOurs() && this.lost("The server closed the connection"));
    socket.on("error", (error: NodeJS.ErrnoException) => isOurs() && this.lost(brokenWords(error)));
    socket.on("close", () => isOurs() && this.lost("The connection was closed"));
  }

  private lost(because: string): void {
    this.over ??= because;
    this.changed?.();
    this.drained?.();
  }

  private take(): Heard | undefined {
    const reply = this.reader.next();
    if (reply === undefined) return undefined;
    if (!("is" in reply)) return fromServer(reply);
    const heard = notUnderstood(reply);
    this.end(heard.reply.lines.join(" "));
    return heard;
  }

  private async change(timeoutMs: number): Promise<void> {
    const changed = Promise.withResolvers<void>();
    this.changed = changed.resolve;
    const cancel = this.clock.after(timeoutMs, changed.resolve);
    await changed.promise;
    cancel();
    this.changed = undefined;
  }
}

const brokenWords = (error: NodeJS.ErrnoException): string =>
  error.code === "ECONNRESET" || error.code === "EPIPE"
    ? "The server broke the connection"
    : `The connection broke: ${alertWords(error) ?? error.code ?? error.message}`;
