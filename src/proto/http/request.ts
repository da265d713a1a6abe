// What a request is to whoever answers it, in whichever version of HTTP it came. Interfaces only; nothing of it is worked
// out before somebody asks for it.

export type HttpVersion = "HTTP/1.0" | "HTTP/1.1" | "HTTP/2.0" | "HTTP/3.0";

/** One character per byte (Latin-1), here and in all that a request says, so that no byte is lost. */
export type Field = readonly [name: string, value: string];

export interface Request {
  readonly version: HttpVersion;
  /** As it was said, as methods are case-sensitive. "" where the request was refused before it was known. */
  readonly method: string;
  /** As it was said: for the log, and for whoever wants it raw. */
  readonly target: string;
  /** Path and query as they were said: "/a%20b?c". "*" for an OPTIONS of the whole server, host and port for CONNECT. */
  readonly path: string;
  /** In lower case and without a port, an address of IPv6 in its brackets; "" where none was named. */
  readonly host: string;
  readonly port: number | undefined;
  /** A bit for each row of `knownFields` that is there; undefined where nobody has looked. */
  readonly known?: number;
  /** What a field says, whatever the case of its name; what was said in several lines as one list, RFC 9110 §5.2. */
  header(name: string): string | undefined;
  /** All fields in the order and with the names in which they came. */
  headers(): readonly Field[];
  /** To which protocol the client would change; undefined where it may not be followed. RFC 9110 §7.8. */
  readonly upgrade: string | undefined;
  /** What the client sent of it before its body, for the log. */
  readonly headBytes: number;
  /** Undefined where there is none: most requests. */
  readonly body: RequestBody | undefined;
}

export interface RequestBody {
  /** Undefined where it is told by its end only. */
  readonly length: number | undefined;
  /** So much of it has been read, with all that frames it. */
  readonly readBytes: number;
  /**
   * Has it brought: until then nothing of it is read, and a client that waits for "100 Continue" goes on waiting. Once at
   * most. A body beyond `bytesMax` is refused, and the request with it.
   */
  receive(receiver: BodyReceiver, bytesMax: number): void;
}

export interface BodyReceiver {
  /** Takes a piece. Nothing more is read from the client while it promises; it may not fail. */
  take(piece: Buffer): void | Promise<void>;
  /** It was whole. */
  end(trailers: readonly Field[]): void;
  /**
   * It will never be: the client is gone or was refused, or the answer went out before. Called instead of `end`, perhaps while
   * a piece is still being taken.
   */
  lost(): void;
}
