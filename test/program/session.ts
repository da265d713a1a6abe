// A client's connection to a service: lines come and go. Its own side stays open after the server's end, until it is
// ended here: so a test decides how long a server has to wait. Only for tests.
import { connect, type Socket } from "node:net";

export class Session implements Disposable {
  private readonly socket: Socket;
  private text = "";
  private ended = false;
  private waiting = () => {};
  /** Of the connection, such as ECONNRESET. */
  failure: string | undefined;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.text += chunk.toString("latin1");
      this.waiting();
    });
    for (const name of ["end", "close"])
      socket.on(name, () => {
        this.ended = true;
        this.waiting();
      });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.failure = error.code ?? error.message;
    });
  }

  /** The session, or the code of the error, such as ECONNREFUSED. */
  static tryOpen(port: number, host = "127.0.0.1"): Promise<Session | string> {
    return new Promise((resolve) => {
      const socket = connect({ port, host, allowHalfOpen: true });
      const session = new Session(socket);
      socket.once("connect", () => resolve(session));
      socket.once("close", () => resolve(session.failure ?? "closed"));
    });
  }

  static async open(port: number, host?: string): Promise<Session> {
    const session = await Session.tryOpen(port, host);
    if (typeof session === "string") throw new Error(`cannot connect to ${port}: ${session}`);
    return session;
  }

  /** The next line without its end; "" when the server has ended. */
  async line(): Promise<string> {
    for (;;) {
      const end = this.text.indexOf("\n");
      if (end >= 0) {
        const line = this.text.slice(0, end).trimEnd();
        this.text = this.text.slice(end + 1);
        return line;
      }
      if (this.ended) return "";
      await new Promise<void>((resolve) => {
        this.waiting = resolve;
      });
    }
  }

  say(line: string): void {
    this.socket.write(`${line}\r\n`);
  }

  async ask(line: string): Promise<string> {
    this.say(line);
    return this.line();
  }

  end(): void {
    this.socket.end();
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }
}

/** What a server says first, or the code of the error where nobody answers. */
export async function greeting(port: number, host?: string): Promise<string> {
  const session = await Session.tryOpen(port, host);
  if (typeof session === "string") return session;
  const line = await session.line();
  session[Symbol.dispose]();
  return line;
}
