// The first message of a TLS handshake, read before any of it is answered: which host the client wants, what it can
// speak, how new it is. Pure; it decides nothing, keeps nothing, and takes no byte away.

export interface ClientHello {
  /** The host name asked for, RFC 6066 §3, in lower case; undefined when none was named or it is no host name. */
  readonly serverName: string | undefined;
  /** What it offers to speak, RFC 7301 §3.1. */
  readonly protocols: readonly string[];
  /** The newest version it can: 0x0304 is TLS 1.3. */
  readonly versionMax: number;
}

export type HelloReading =
  | { readonly is: "hello"; readonly hello: ClientHello }
  /** So far it can become one. */
  | { readonly is: "incomplete" }
  /** Somebody speaks something else: HTTP to an HTTPS port, SMTP to port 465. */
  | { readonly is: "not-tls" }
  | { readonly is: "malformed" };

/** No client's first message is longer, post-quantum key shares included; what the engine takes is 16 KiB too. */
export const HELLO_BYTES_MAX = 16 * 1024;

const RECORD_HANDSHAKE = 22;
const MESSAGE_CLIENT_HELLO = 1;
const RECORD_HEADER_BYTES = 5;
const MESSAGE_HEADER_BYTES = 4;
const extensions = { serverName: 0, protocols: 16, versions: 43 } as const;
const incomplete = { is: "incomplete" } as const;
const malformed = { is: "malformed" } as const;

export function readClientHello(bytes: Buffer): HelloReading {
  if (bytes.length > 0 && bytes[0] !== RECORD_HANDSHAKE) return { is: "not-tls" };
  const gathered = gather(bytes);
  if (gathered === "malformed") return malformed;
  const { message, whole } = gathered;
  if (message.length > 0 && message[0] !== MESSAGE_CLIENT_HELLO) return malformed;
  if (message.length < MESSAGE_HEADER_BYTES) return tooLong(bytes, whole);
  const length = message.readUIntBE(1, 3);
  if (length > HELLO_BYTES_MAX) return malformed;
  if (message.length < MESSAGE_HEADER_BYTES + length) return tooLong(bytes, whole);
  const hello = parse(new Cursor(message.subarray(MESSAGE_HEADER_BYTES, MESSAGE_HEADER_BYTES + length)));
  return hello === undefined ? malformed : { is: "hello", hello };
}

const tooLong = (bytes: Buffer, whole: boolean): HelloReading =>
  bytes.length > HELLO_BYTES_MAX + RECORD_HEADER_BYTES || !whole ? malformed : incomplete;

/** The handshake bytes out of the records that carry them: a message may be cut over several, RFC 8446 §5.1. */
function gather(bytes: Buffer): { readonly message: Buffer; readonly whole: boolean } | "malformed" {
  const pieces: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes[at] !== RECORD_HANDSHAKE) return { message: Buffer.concat(pieces), whole: false };
    if (bytes.length > at + 1 && bytes[at + 1] !== 3) return "malformed";
    if (bytes.length < at + RECORD_HEADER_BYTES) break;
    const length = bytes.readUInt16BE(at + 3);
    if (length === 0 || length > HELLO_BYTES_MAX) return "malformed";
    const start = at + RECORD_HEADER_BYTES;
    pieces.push(bytes.subarray(start, start + length));
    at = start + length;
  }
  const [only] = pieces;
  return { message: pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces), whole: true };
}

/** RFC 8446 §4.1.2, and RFC 5246 §7.4.1.2, where the extensions may be missing. */
function parse(cursor: Cursor): ClientHello | undefined {
  const legacyVersion = cursor.number(2);
  cursor.skip(32);
  cursor.vector(1);
  cursor.vector(2);
  cursor.vector(1);
  let serverName: string | undefined;
  let protocols: readonly string[] = [];
  let versionMax = legacyVersion;
  const list = cursor.left === 0 ? undefined : cursor.vector(2);
  while (list !== undefined && list.left > 0 && !list.failed) {
    const kind = list.number(2);
    const body = list.vector(2);
    if (kind === extensions.serverName) serverName = readServerName(body);
    else if (kind === extensions.protocols) protocols = readProtocols(body);
    else if (kind === extensions.versions) versionMax = readVersions(body);
    if (body.failed) return undefined;
  }
  return cursor.failed || list?.failed === true ? undefined : { serverName, protocols, versionMax };
}

/** Letters, digits, hyphens, dots and underscores, as names in DNS have them; anything else matches nothing here. */
const HOST_NAME = /^[a-z0-9_]([a-z0-9._-]{0,251}[a-z0-9_])?$/;

function readServerName(body: Cursor): string | undefined {
  const names = body.vector(2);
  while (names.left > 0 && !names.failed) {
    const kind = names.number(1);
    const name = names.vector(2).text().toLowerCase();
    if (kind === 0) return HOST_NAME.test(name) ? name : undefined;
  }
  return undefined;
}

function readProtocols(body: Cursor): readonly string[] {
  const list = body.vector(2);
  const found: string[] = [];
  while (list.left > 0 && !list.failed) found.push(list.vector(1).text());
  return found;
}

/** The greatest that is TLS: clients also offer numbers that mean nothing, so that servers learn to skip them, RFC 8701. */
function readVersions(body: Cursor): number {
  const list = body.vector(1);
  let most = 0;
  while (list.left > 0 && !list.failed) {
    const version = list.number(2);
    if (version <= 0x0304 && version > most) most = version;
  }
  return most;
}

/** Reads onwards and never past the end: where there is too little, `failed` says so and the rest reads as nothing. */
class Cursor {
  failed = false;
  private readonly bytes: Buffer;
  private at: number;
  private readonly end: number;

  constructor(bytes: Buffer, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get left(): number {
    return this.end - this.at;
  }

  number(bytes: 1 | 2): number {
    const at = this.advance(bytes);
    if (at === undefined) return 0;
    const first = this.bytes[at] ?? 0;
    return bytes === 1 ? first : first * 256 + (this.bytes[at + 1] ?? 0);
  }

  skip(bytes: number): void {
    this.advance(bytes);
  }

  /** What a length of so many bytes announces. */
  vector(lengthBytes: 1 | 2): Cursor {
    const length = this.number(lengthBytes);
    const at = this.advance(length);
    return at === undefined ? new Cursor(this.bytes, 0, 0) : new Cursor(this.bytes, at, at + length);
  }

  text(): string {
    return this.bytes.toString("latin1", this.at, this.end);
  }

  /** Where it stood. */
  private advance(bytes: number): number | undefined {
    const { at } = this;
    if (this.failed || bytes > this.left) {
      this.failed = true;
      return undefined;
    }
    this.at += bytes;
    return at;
  }
}
