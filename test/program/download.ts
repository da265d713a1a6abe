// A client that begins to read a large file, stops, and reads the rest when it is told: so that something can happen in
// between. Only for tests.
import { createHash } from "node:crypto";
import type { Ending, Peer } from "./peer.ts";

export interface Downloaded {
  readonly ending: Ending | "whole";
  readonly bytes: number;
  readonly sha256: string;
}

/** So much is read at once, while the rest waits at the server: more is in no buffer between. */
const FIRST_BYTES = 100_000;

export class Download implements Disposable {
  readonly promisedBytes: number;
  private readonly peer: Peer;
  private readonly hash = createHash("sha256");
  private bytes = 0;

  private constructor(peer: Peer, promisedBytes: number) {
    this.peer = peer;
    this.promisedBytes = promisedBytes;
  }

  /** Its first bytes have come. */
  static async begin(peer: Peer, request: string): Promise<Download> {
    peer.say(request);
    const head = await peer.hear("\r\n\r\n");
    if (!head.includes(" 200 ")) throw new Error(head);
    const download = new Download(peer, Number(/\r\nContent-Length: (\d+)\r\n/.exec(head)?.[1]));
    const first = await peer.hearMuch(FIRST_BYTES);
    peer.socket.pause().removeAllListeners("data");
    for (const text of [first, peer.heard]) download.take(Buffer.from(text, "latin1"));
    return download;
  }

  get isWhole(): boolean {
    return this.bytes >= this.promisedBytes;
  }

  /** Reads what is still to come, to the last byte or the end of the connection. */
  async rest(): Promise<Downloaded> {
    const { peer } = this;
    const ending = await new Promise<Downloaded["ending"]>((resolve) => {
      peer.socket.on("data", (chunk: Buffer) => {
        this.take(chunk);
        if (this.isWhole) resolve("whole");
      });
      peer.socket.resume();
      void peer.ended().then((it) => resolve(it.ending));
    });
    return { ending, bytes: this.bytes, sha256: this.hash.digest("hex") };
  }

  [Symbol.dispose](): void {
    this.peer[Symbol.dispose]();
  }

  private take(chunk: Buffer): void {
    this.bytes += chunk.length;
    this.hash.update(chunk);
  }
}

export const sha256Of = (bytes: Buffer): string => createHash("sha256").update(bytes).digest("hex");
