// Stands between a client and a server and passes on only so many bytes of the client: what happens then is for the test.
// It knows what TLS records are, to cut between two and within one. Only for tests.
import { connect, createServer, type Server, type Socket } from "node:net";

/** What becomes of a connection once the last byte that is passed on has gone. */
export type Manner = "close" | "reset" | "stall";

export class Relay implements AsyncDisposable {
  /** All that clients have sent, of the first connection. */
  sent: Buffer = Buffer.alloc(0);
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();

  private constructor(to: number, bytesMax: number, manner: Manner) {
    this.server = createServer((client) => {
      const upstream = connect({ port: to, host: "127.0.0.1" });
      let left = bytesMax;
      for (const it of [client, upstream]) {
        this.sockets.add(it);
        it.on("error", () => {});
        it.on("close", () => {
          this.sockets.delete(it);
          (it === client ? upstream : client).destroy();
        });
      }
      upstream.on("data", (chunk) => void client.write(chunk));
      client.on("data", (chunk: Buffer) => {
        this.sent = Buffer.concat([this.sent, chunk]);
        const piece = chunk.subarray(0, left);
        left -= piece.length;
        upstream.write(piece, () => {
          if (left > 0 || manner === "stall") return;
          if (manner === "reset") upstream.resetAndDestroy();
          else upstream.destroy();
        });
      });
    });
  }

  /** Passes on `bytesMax` bytes of each client to this port, and then does as it is told. */
  static async open(to: number, bytesMax = Number.POSITIVE_INFINITY, manner: Manner = "stall"): Promise<Relay> {
    const relay = new Relay(to, bytesMax, manner);
    await new Promise<void>((resolve) => relay.server.listen(0, "127.0.0.1", resolve));
    return relay;
  }

  get port(): number {
    return (this.server.address() as { readonly port: number }).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const it of this.sockets) it.destroy();
    this.server.close();
  }
}

/** The places to cut: behind each record, and in the header and in the middle of each. */
export function cutsIn(sent: Buffer, from = 0): readonly number[] {
  const cuts: number[] = [from];
  for (let at = from; at + 5 <= sent.length; ) {
    const length = 5 + sent.readUInt16BE(at + 3);
    cuts.push(at + 3, at + 5 + Math.floor((length - 5) / 2), at + length);
    at += length;
  }
  return cuts;
}
