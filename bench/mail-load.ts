// A client of SMTP in a process of its own: so many connections hand over one message after the other for so long, and
// each message has a number of its own, by which a sink knows it again. It ends with whoever ordered it.
import type { Socket } from "bun";
import { type MessageText, messageText, numbered } from "./mail-message.ts";

export interface LoadOrder {
  readonly port: number;
  readonly connections: number;
  /** Of a message. */
  readonly bytes: number;
  /** Says MAIL, RCPT and DATA at once, RFC 2920, instead of one after the other. */
  readonly pipelines: boolean;
  /** A connection for each message, instead of one for all. */
  readonly onceOnly?: boolean;
  /** It ends when either is reached. */
  readonly secondsMax?: number;
  readonly messagesMax?: number;
  /** The number of its first message; as many behind it are its own. */
  readonly firstNumber?: number;
}

export interface LoadDone {
  /** When it began, as Date.now() tells it. */
  readonly begunAtMs: number;
  readonly messages: number;
  /** Connections that ended before their time, and the last answer before one did. */
  readonly lost: number;
  readonly lastWords: string;
  readonly perSecond: number;
  /** From MAIL, or the connection if it is for this message alone, to the answer to the text. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}

export async function load(order: LoadOrder): Promise<LoadDone> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadDone>();
  const child = Bun.spawn([process.execPath, import.meta.filename, JSON.stringify(order)], {
    stdio: ["ignore", "inherit", "inherit"],
    ipc: resolve,
    onExit: (_, code) => reject(new Error(`the load went away with ${code}`)),
  });
  const done = await promise;
  await child.exited;
  if (done.lost > 0) throw new Error(`${done.lost} connections to port ${order.port} ended early: ${done.lastWords}`);
  return done;
}

/** What a connection waits for. */
type Stage = "greeting" | "hello" | "envelope" | "text" | "bye";

interface Talk {
  stage: Stage;
  /** Commands of the envelope that are still to be said, and answers to it that are still to come. */
  unsaid: readonly string[];
  unheard: number;
  heard: string;
  unsent: Buffer;
  begunMs: number;
  /** Of its message. */
  number: number;
}

const ENVELOPE = ["MAIL FROM:<machine@plant.example>\r\n", "RCPT TO:<person@far.example>\r\n", "DATA\r\n"] as const;
const NOTHING = Buffer.alloc(0);

class Load {
  private readonly order: LoadOrder;
  private readonly message: MessageText;
  private readonly latenciesMs: number[] = [];
  private readonly over = Promise.withResolvers<void>();
  private begunMs = 0;
  private lastMs = 0;
  private begun = 0;
  private lost = 0;
  private lastWords = "";
  private open = 0;

  constructor(order: LoadOrder) {
    this.order = order;
    this.message = messageText(order.bytes);
  }

  async run(): Promise<LoadDone> {
    const begunAtMs = Date.now();
    this.begunMs = performance.now();
    for (let index = 0; index < this.order.connections; index++) this.connect();
    await this.over.promise;
    const sorted = this.latenciesMs.toSorted((one, other) => one - other);
    return {
      begunAtMs,
      messages: sorted.length,
      lost: this.lost,
      lastWords: this.lastWords,
      perSecond: (sorted.length / (this.lastMs - this.begunMs)) * 1000,
      p50Ms: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
      p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN,
    };
  }

  private get isEnough(): boolean {
    const { secondsMax = Number.POSITIVE_INFINITY, messagesMax = Number.POSITIVE_INFINITY } = this.order;
    return this.begun >= messagesMax || performance.now() - this.begunMs >= secondsMax * 1000;
  }

  private connect(): void {
    const begunMs = performance.now();
    const data: Talk = { stage: "greeting", unsaid: [], unheard: 0, heard: "", unsent: NOTHING, begunMs, number: 0 };
    const ended = () => {
      this.open--;
      if (data.stage !== "bye") this.lost++;
      else if (!this.isEnough) this.connect();
      if (this.open === 0) this.over.resolve();
    };
    const socket = {
      data: (it: Socket<Talk>, bytes: Buffer) => this.hear(it, bytes.toString("latin1")),
      drain: (it: Socket<Talk>) => this.send(it, it.data.unsent),
      close: ended,
      error: () => {},
    };
    this.open++;
    Bun.connect({ hostname: "127.0.0.1", port: this.order.port, socket, data }).catch(ended);
  }

  private hear(socket: Socket<Talk>, bytes: string): void {
    const talk = socket.data;
    talk.heard += bytes;
    for (let end = talk.heard.indexOf("\n"); end >= 0; end = talk.heard.indexOf("\n")) {
      const line = talk.heard.slice(0, end);
      talk.heard = talk.heard.slice(end + 1);
      if (line[3] !== "-") this.answered(socket, line);
    }
  }

  private answered(socket: Socket<Talk>, line: string): void {
    const talk = socket.data;
    if (talk.stage === "bye") return void socket.end();
    if (!/^[23]/.test(line)) {
      this.lastWords = line;
      return void socket.end();
    }
    if (talk.stage === "greeting") {
      talk.stage = "hello";
      this.say(socket, "EHLO plant.example\r\n");
    } else if (talk.stage === "hello") this.begin(socket, talk.begunMs);
    else if (talk.stage === "envelope") {
      if (--talk.unheard === 0) this.sayText(socket);
      else this.sayNext(socket);
    } else {
      this.lastMs = performance.now();
      this.latenciesMs.push(this.lastMs - talk.begunMs);
      this.begin(socket, this.lastMs);
    }
  }

  private begin(socket: Socket<Talk>, begunMs: number): void {
    const talk = socket.data;
    if (this.isEnough || (this.order.onceOnly === true && talk.stage === "text")) {
      talk.stage = "bye";
      return this.say(socket, "QUIT\r\n");
    }
    talk.number = (this.order.firstNumber ?? 0) + this.begun++;
    talk.stage = "envelope";
    talk.begunMs = begunMs;
    talk.unheard = ENVELOPE.length;
    talk.unsaid = this.order.pipelines ? [ENVELOPE.join("")] : ENVELOPE;
    this.sayNext(socket);
  }

  private sayNext(socket: Socket<Talk>): void {
    const [next, ...later] = socket.data.unsaid;
    socket.data.unsaid = later;
    if (next !== undefined) this.say(socket, next);
  }

  private sayText(socket: Socket<Talk>): void {
    const text = numbered(this.message, socket.data.number);
    socket.data.stage = "text";
    this.send(socket, text);
  }

  private say(socket: Socket<Talk>, words: string): void {
    this.send(socket, Buffer.from(words));
  }

  /** What the socket does not take is sent when it drains. */
  private send(socket: Socket<Talk>, bytes: Buffer): void {
    const sent = bytes.length === 0 ? 0 : socket.write(bytes);
    socket.data.unsent = bytes.subarray(Math.max(0, sent));
  }
}

if (import.meta.main) {
  process.on("disconnect", () => process.exit());
  process.send?.(await new Load(JSON.parse(process.argv[2] ?? "")).run());
  process.disconnect?.();
}
