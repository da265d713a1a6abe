// The next server for the mail of a test: a small SMTP server that takes all it is given and knows it again. Only for
// tests; it says no more of the protocol than a relay needs.
import { createServer, type Server, type Socket } from "node:net";

export class SmartHost implements AsyncDisposable {
  /** Whole messages as they came. */
  readonly taken: string[] = [];
  readonly port: number;
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;

  constructor(port: number) {
    this.port = port;
  }

  async open(): Promise<void> {
    const server = createServer((socket) => this.serve(socket));
    this.server = server;
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", resolve);
    });
  }

  async close(): Promise<void> {
    for (const it of this.sockets) it.destroy();
    await new Promise((resolve) => this.server?.close(resolve) ?? resolve(undefined));
    this.server = undefined;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => this.sockets.delete(socket));
    socket.write("220 next.example\r\n");
    let text = "";
    let inData = false;
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      for (;;) {
        const mark = inData ? "\r\n.\r\n" : "\r\n";
        const at = text.indexOf(mark);
        if (at < 0) return;
        const piece = text.slice(0, at);
        text = text.slice(at + mark.length);
        if (inData) this.taken.push(piece);
        inData = !inData && /^DATA$/i.test(piece);
        socket.write(inData ? "354 Go on\r\n" : /^QUIT/i.test(piece) ? "221 Bye\r\n" : "250 Done\r\n");
      }
    });
  }
}
