// A server of SMTP in a process of its own that keeps nothing: it says yes to all, and tells when all that somebody
// waits for has come. It ends with whoever opened it.
import type { Socket } from "bun";
import { NUMBER_FIELD } from "./mail-message.ts";

export interface Arrived {
  /** Messages that were not awaited, or had come before. */
  readonly strays: number;
  readonly lastMs: number;
}

/** Those with these numbers are awaited from now on. */
export interface Numbers {
  readonly first: number;
  readonly count: number;
}
type Told = { readonly port: number } | Arrived;

export class MailSink implements AsyncDisposable {
  readonly port: number;
  private readonly child: Bun.Subprocess;
  private arrived: (it: Arrived) => void = () => {};

  private constructor(port: number, child: Bun.Subprocess) {
    this.port = port;
    this.child = child;
  }

  /** A silent one takes every connection and says nothing, as a host that is busy for ever. */
  static async open(manner: "taking" | "silent" = "taking"): Promise<MailSink> {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    let sink: MailSink | undefined;
    const child: Bun.Subprocess = Bun.spawn([process.execPath, import.meta.filename, manner], {
      stdio: ["ignore", "inherit", "inherit"],
      ipc: (it: Told) => ("port" in it ? resolve(it.port) : sink?.arrived(it)),
      onExit: (_, code) => reject(new Error(`the sink went away with ${code}`)),
    });
    sink = new MailSink(await promise, child);
    return sink;
  }

  /** When the last of them has come, as Date.now() tells it; each must come, and once. */
  async all(numbers: Numbers, withinMs: number): Promise<number> {
    const { promise, resolve, reject } = Promise.withResolvers<Arrived>();
    this.arrived = resolve;
    this.child.send(numbers);
    const late = () => reject(new Error(`not all of ${numbers.count} messages came within ${withinMs / 1000} s`));
    const timer = setTimeout(late, withinMs);
    const { strays, lastMs } = await promise.finally(() => clearTimeout(timer));
    if (strays > 0) throw new Error(`${strays} messages came that nobody waited for, or twice`);
    return lastMs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill();
    await this.child.exited;
  }
}

let awaited: Numbers = { first: 0, count: 0 };
let came = new Set<number>();
let strays = 0;

function count(text: Buffer): void {
  const at = text.indexOf(NUMBER_FIELD) + NUMBER_FIELD.length;
  const number = Number(text.toString("latin1", at, text.indexOf(13, at)));
  const { first, count } = awaited;
  if (number < first || number >= first + count || came.has(number)) strays++;
  else if (came.add(number).size === count) {
    const lastMs = Date.now();
    // What comes twice comes soon.
    setTimeout(() => process.send?.({ strays, lastMs } satisfies Told), SECOND_TIMES_MS);
  }
}

const SECOND_TIMES_MS = 300;

interface Talk {
  isText: boolean;
  /** Of a line or a text, what has come so far. */
  begun: Buffer;
}

const END = Buffer.from("\r\n.\r\n");
const replies: Readonly<Record<string, string>> = {
  EHLO: "250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SIZE 100000000\r\n",
  DATA: "354 Go on\r\n",
  QUIT: "221 Bye\r\n",
};

function take(socket: Socket<Talk>, bytes: Buffer): void {
  const talk = socket.data;
  let left = talk.begun.length === 0 ? bytes : Buffer.concat([talk.begun, bytes]);
  let answer = "";
  for (;;) {
    const mark = talk.isText ? END : "\n";
    const end = left.indexOf(mark, talk.isText ? Math.max(0, talk.begun.length - END.length) : 0);
    if (end < 0) break;
    talk.begun = NOTHING;
    if (talk.isText) {
      count(left.subarray(0, end));
      talk.isText = false;
      answer += "250 Taken\r\n";
    } else {
      const verb = left.toString("latin1", 0, 4).toUpperCase();
      talk.isText = verb === "DATA";
      answer += replies[verb] ?? "250 Yes\r\n";
    }
    left = left.subarray(end + mark.length);
  }
  // Copied, as the bytes that came are only lent.
  talk.begun = Buffer.from(left);
  if (answer !== "") socket.write(answer);
  if (answer.endsWith("221 Bye\r\n")) socket.end();
}

const NOTHING = Buffer.alloc(0);

if (import.meta.main) {
  process.on("disconnect", () => process.exit());
  process.on("message", (numbers: Numbers) => {
    [awaited, came, strays] = [numbers, new Set(), 0];
  });
  const isSilent = process.argv[2] === "silent";
  const { port } = Bun.listen<Talk>({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open(socket) {
        socket.data = { isText: false, begun: NOTHING };
        if (!isSilent) socket.write("220 sink\r\n");
      },
      data: (socket, bytes) => void (isSilent || take(socket, bytes)),
    },
  });
  process.send?.({ port });
}
