// A client of HTTP/3 that says what a test wants, also what no client should say. Only for tests.
import type { QuicSession, QuicStream } from "node:quic";
import { loadQuic } from "../../net/quic/load-quic.ts";

type Said = NodeJS.Dict<string | string[]>;

/** The connection, or the stream, ended before there was an answer; or the status, fields and body of it. */
export interface Heard {
  readonly status: string;
  readonly fields: Said;
  readonly body: string;
  readonly trailers: Said;
  /** The body broke off. */
  readonly isBroken: boolean;
}

export const plain: Said = { ":method": "GET", ":scheme": "https", ":authority": "a.example", ":path": "/" };

export class Http3Client implements Disposable {
  readonly session: QuicSession;
  readonly closed: Promise<string>;
  private constructor(session: QuicSession) {
    this.session = session;
    session.onerror = () => {};
    this.closed = session.closed.then(
      () => "closed",
      (error: { readonly errorCode?: bigint }) => `closed with ${error.errorCode}`,
    );
  }

  static async open(port: number, servername = "a.example"): Promise<Http3Client> {
    const { connect } = await loadQuic();
    const session = await connect(`127.0.0.1:${port}`, {
      alpn: "h3",
      servername,
      verifyPeer: "manual",
      reuseEndpoint: false,
    });
    const client = new Http3Client(session);
    await session.opened;
    return client;
  }

  /** A request without a body, or with all of it. */
  async ask(more: Said = {}, body?: string): Promise<Heard> {
    const asked = await this.begin(more, body === undefined);
    if (body !== undefined) {
      asked.stream.writer.writeSync(Buffer.from(body));
      asked.stream.writer.endSync();
    }
    return asked.heard;
  }

  /** A request that is not over yet. */
  async begin(
    more: Said = {},
    terminal = false,
  ): Promise<{ readonly stream: QuicStream; readonly heard: Promise<Heard> }> {
    const stream = await this.session.createBidirectionalStream();
    stream.onerror = () => {};
    const heard = hear(stream);
    stream.sendHeaders({ ...plain, ...more }, { terminal });
    return { stream, heard };
  }

  [Symbol.dispose](): void {
    this.session.destroy();
  }
}

async function hear(stream: QuicStream): Promise<Heard> {
  const head = Promise.withResolvers<Said>();
  let trailers: Said = {};
  let isBroken = false;
  stream.onheaders = (said) => head.resolve(said);
  stream.ontrailers = (said) => {
    trailers = said;
  };
  stream.onreset = () => {
    isBroken = true;
  };
  const closed = stream.closed.catch(() => {}).then(() => head.resolve({}));
  const fields = await head.promise;
  const pieces: Uint8Array[] = [];
  try {
    for await (const some of stream) pieces.push(...some);
  } catch {
    isBroken = true;
  }
  await closed;
  const body = Buffer.concat(pieces).toString("latin1");
  return { status: String(fields[":status"]), fields, body, trailers, isBroken };
}
