// A client that is near the wire: says bytes, hears text, goes over to TLS when it likes, and notes how its connection
// ends. It never answers by itself. Only for tests.
import { connect, type Socket, type TcpNetConnectOpts } from "node:net";
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from "node:tls";

export type Ending = "closed" | "reset";

export class Peer implements Disposable {
  /** What carries the clear text. */
  socket: Socket;
  /** What was heard and not yet taken. */
  heard = "";
  ending: Ending | undefined;
  private failure: string | undefined;
  private readonly wakes = new Set<() => void>();

  private constructor(socket: Socket) {
    this.socket = socket;
    this.listen(socket);
  }

  /** Connected; nothing is heard yet. */
  static async open(port: number, options: Partial<TcpNetConnectOpts> = {}): Promise<Peer> {
    const socket = connect({ port, host: "127.0.0.1", ...options });
    const peer = new Peer(socket);
    await settled(socket, "connect");
    return peer;
  }

  /** On a port that begins with TLS. */
  static async openSecure(
    port: number,
    tls: ConnectionOptions = {},
    options: Partial<TcpNetConnectOpts> = {},
  ): Promise<Peer> {
    const peer = await Peer.open(port, options);
    await peer.secure(tls);
    return peer;
  }

  /** The client's half of the handshake; nothing is verified. */
  async secure(tls: ConnectionOptions = {}): Promise<TLSSocket> {
    const carrier = this.socket.removeAllListeners("data").removeAllListeners("close");
    const secured = connectTls({ rejectUnauthorized: false, ...tls, socket: carrier });
    // What ends below in the middle of a handshake is not told above.
    carrier.once("close", () => secured.destroy());
    this.socket = secured;
    this.listen(secured);
    await settled(secured, "secureConnect");
    return secured;
  }

  get shown(): string {
    return String((this.socket as TLSSocket).getPeerCertificate().fingerprint256);
  }

  say(text: string): void {
    this.socket.write(text, "latin1");
  }

  /** All up to the end of `text`, which is then forgotten; throws when the connection ends without it. */
  async hear(text: string): Promise<string> {
    for (;;) {
      const at = this.heard.indexOf(text);
      if (at >= 0) {
        const said = this.heard.slice(0, at + text.length);
        this.heard = this.heard.slice(said.length);
        return said;
      }
      if (this.ending !== undefined)
        throw new Error(`${this.ending} (${this.failure}) after ${JSON.stringify(this.heard)}, without ${text}`);
      await this.something();
    }
  }

  /** The next characters, so many of them. */
  async hearMuch(count: number): Promise<string> {
    while (this.heard.length < count) {
      if (this.ending !== undefined)
        throw new Error(`${this.ending} (${this.failure}) after ${this.heard.length} bytes`);
      await this.something();
    }
    const said = this.heard.slice(0, count);
    this.heard = this.heard.slice(count);
    return said;
  }

  /** The next line, without its end. */
  async line(): Promise<string> {
    return (await this.hear("\r\n")).trimEnd();
  }

  async ask(line: string): Promise<string> {
    this.say(`${line}\r\n`);
    return this.line();
  }

  /** Waits until it has ended, whoever ended it; how, and what was heard before. */
  async ended(): Promise<{ readonly ending: Ending; readonly heard: string }> {
    for (;;) {
      if (this.ending !== undefined) return { ending: this.ending, heard: this.heard };
      await this.something();
    }
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  private listen(socket: Socket): void {
    socket.on("data", (chunk: Buffer) => {
      this.heard += chunk.toString("latin1");
      this.wake();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      this.failure = error.code ?? error.message;
    });
    socket.on("close", () => {
      this.ending = this.failure === undefined ? "closed" : "reset";
      this.wake();
    });
  }

  private something(): Promise<void> {
    return new Promise((resolve) => this.wakes.add(resolve));
  }

  private wake(): void {
    for (const wake of this.wakes) wake();
    this.wakes.clear();
  }
}

function settled(socket: Socket, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once(event, () => resolve());
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`closed before ${event}`)));
  });
}
