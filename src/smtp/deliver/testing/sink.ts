// A mail server for tests that takes what it is given, or behaves as badly as it is told: each command may be answered
// with anything, hang, or break. It listens on this machine only and remembers every message.
import { createServer, type Server, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import { DottedBlockReader } from "../../../base/dotted-block-reader.ts";
import type { TestCertificate } from "../../../net/testing/certificates.ts";

export interface SunkMessage {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
  /** The number of the connection it came on, from 1. */
  readonly connection: number;
  readonly secure: boolean;
  /** In the certificate that the client has shown. */
  readonly clientName: string | undefined;
}

/**
 * What a command does instead of what is usual: a reply with its lines, "hang", "close", "stall" (a text may begin, and is
 * not read), or undefined for the usual.
 */
export type Behaviour = (line: string, nth: number) => string | undefined;

export interface SinkOptions {
  readonly behave?: Behaviour;
  readonly extensions?: readonly string[];
  readonly certificate?: TestCertificate;
  /** Nobody is let in whose certificate is not from this one, as PEM. */
  readonly clientAuthority?: string;
  /** TLS from the first byte. */
  readonly tlsAtOnce?: boolean;
  /** Says that TLS may begin, and breaks off when it does. */
  readonly breaksHandshake?: boolean;
}

export interface Sink extends AsyncDisposable {
  readonly port: number;
  readonly messages: readonly SunkMessage[];
  /** Every command, without the texts. */
  readonly lines: readonly string[];
  connections(): number;
  openConnections(): number;
  /** Resolves when as many messages have come. */
  received(count: number): Promise<readonly SunkMessage[]>;
  /** Resolves when a command that begins so has come. */
  said(start: string): Promise<void>;
}

export async function openSink(options: SinkOptions = {}): Promise<Sink> {
  const state: State = { messages: [], lines: [], connections: 0, waiting: [], listening: [], sockets: new Set() };
  const server: Server = createServer((socket) => serve(socket, options, state));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : 0,
    messages: state.messages,
    lines: state.lines,
    connections: () => state.connections,
    openConnections: () => state.sockets.size,
    received: (count) =>
      new Promise((resolve) => {
        if (state.messages.length >= count) return resolve(state.messages);
        state.waiting.push({ count, resolve: () => resolve(state.messages) });
      }),
    said: (start) =>
      new Promise((resolve) => {
        if (state.lines.some((it) => it.startsWith(start))) resolve();
        else state.listening.push((line) => line.startsWith(start) && resolve());
      }),
    async [Symbol.asyncDispose]() {
      for (const it of state.sockets) it.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

interface State {
  readonly messages: SunkMessage[];
  readonly lines: string[];
  connections: number;
  waiting: { readonly count: number; readonly resolve: () => void }[];
  readonly listening: ((line: string) => unknown)[];
  readonly sockets: Set<Socket>;
}

function serve(plain: Socket, options: SinkOptions, state: State): void {
  const number = ++state.connections;
  state.sockets.add(plain);
  plain.on("close", () => state.sockets.delete(plain));
  plain.on("error", () => {});
  const secured = (socket: Socket): TLSSocket => {
    const { chain, key } = options.certificate ?? { chain: "", key: "" };
    const { clientAuthority } = options;
    const asks = clientAuthority !== undefined;
    const ca = asks ? { ca: clientAuthority } : {};
    const secureContext = createSecureContext({ cert: chain, key, ...ca });
    const tls = new TLSSocket(socket, { isServer: true, requestCert: asks, rejectUnauthorized: asks, secureContext });
    tls.on("error", () => plain.destroy());
    return tls;
  };
  if (options.tlsAtOnce === true) talk(secured(plain), true, true);
  else talk(plain, false, true);

  function talk(socket: Socket, isSecure: boolean, greets: boolean): void {
    const say = (reply: string) => socket.write(`${reply}\r\n`);
    let rest = "";
    let block: DottedBlockReader | undefined;
    let pieces: Buffer[] = [];
    let from = "";
    let to: string[] = [];
    let hasSender = false;
    let nth = 0;
    let isOver = false;
    const behave = (line: string, usual: string): string | undefined => {
      const what = options.behave?.(line, nth++) ?? usual;
      if (what === "close") socket.destroy();
      if (what === "stall") {
        say("354 Go on");
        socket.pause();
      }
      if (what === "close" || what === "hang" || what === "stall") {
        isOver = true;
        return undefined;
      }
      if (what !== "") say(what);
      return what;
    };
    const ends = () => {
      const answer = behave(".", "250 2.0.0 Taken");
      if (answer?.startsWith("250") !== true) return;
      const text = Buffer.concat(pieces).toString("latin1");
      const clientName = socket instanceof TLSSocket ? socket.getPeerCertificate()?.subject?.CN : undefined;
      state.messages.push({ from, to, text, connection: number, secure: isSecure, clientName: [clientName].flat()[0] });
      state.waiting = state.waiting.filter((it) => {
        if (state.messages.length < it.count) return true;
        it.resolve();
        return false;
      });
    };
    const take = (line: string): void => {
      state.lines.push(line);
      for (const it of state.listening) it(line);
      const verb = line.split(/[ :]/)[0]?.toUpperCase() ?? "";
      const extensions = [
        "PIPELINING",
        "8BITMIME",
        ...(options.certificate !== undefined && !isSecure ? ["STARTTLS"] : []),
        ...(options.extensions ?? []),
      ];
      switch (verb) {
        case "EHLO":
          return void behave(
            line,
            ["sink.example", ...extensions]
              .map((it, at, all) => `250${at + 1 < all.length ? "-" : " "}${it}`)
              .join("\r\n"),
          );
        case "STARTTLS": {
          if (behave(line, "220 2.0.0 Begin")?.startsWith("220") !== true) return;
          socket.removeAllListeners("data");
          isOver = true;
          if (options.breaksHandshake === true) return void socket.once("data", () => socket.destroy());
          return talk(secured(socket), true, false);
        }
        case "MAIL": {
          const answer = behave(line, "250 2.1.0 OK");
          hasSender = answer?.startsWith("250") === true;
          from = /<(.*)>/.exec(line)?.[1] ?? "";
          to = [];
          return;
        }
        case "RCPT": {
          const answer = hasSender ? behave(line, "250 2.1.5 OK") : behave(line, "503 5.5.1 Send MAIL first");
          if (hasSender && answer?.startsWith("250") === true) to.push(/<([^>]*)>/.exec(line)?.[1] ?? "");
          return;
        }
        case "DATA": {
          const answer = behave(line, to.length > 0 ? "354 Go on" : "554 5.5.1 No recipients");
          if (answer?.startsWith("354") !== true) return;
          block = new DottedBlockReader({ bytesMax: 2 ** 30, endlessBytes: 2 ** 31, lineEnds: "refuse" });
          pieces = [];
          return;
        }
        case "QUIT":
          behave(line, "221 2.0.0 Bye");
          return void socket.end();
        default:
          return void behave(line, "250 2.0.0 OK");
      }
    };
    const data = (bytes: Buffer): void => {
      let left = bytes;
      while (left.length > 0 && !isOver) {
        if (block !== undefined) {
          const { piece, over } = block.push(left);
          pieces.push(Buffer.from(piece));
          if (over === undefined) return;
          block = undefined;
          left = over.rest;
          ends();
          continue;
        }
        const end = left.indexOf(10);
        rest += left.toString("latin1", 0, end < 0 ? left.length : end);
        if (end < 0) return;
        left = left.subarray(end + 1);
        const line = rest.replace(/\r$/, "");
        rest = "";
        take(line);
      }
    };
    socket.on("data", data);
    if (greets) behave("", "220 sink.example ESMTP");
  }
}
