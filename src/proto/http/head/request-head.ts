// The head of a request of HTTP/1, as it lies in what arrived: a few positions and facts, and all else when it is asked
// for. It reads nothing by itself; `parseHead` fills it in and hands it out.
import type { Refusal } from "../refusal.ts";
import type { Field, HttpVersion, Request, RequestBody } from "../request.ts";
import { portIn } from "./authority.ts";
import { allFields, findField } from "./find-field.ts";
import { knownFieldOf, knownFields } from "./known-fields.ts";

export class RequestHead implements Request {
  /** What it lies in; nobody may change these bytes while the request is under way. */
  readonly bytes: Buffer;
  /** Where the request line begins. */
  readonly at: number;
  /** What is wrong with it; then only what was read before the flaw is told. */
  refusal: Refusal | undefined;
  method = "";
  target = "";
  path = "";
  version: HttpVersion = "HTTP/1.1";
  fieldsAt = 0;
  /** Behind the last line that is sound. */
  fieldsEnd = 0;
  /** Behind the empty line: what follows is the body, or the next request. */
  end = 0;
  /** A bit for each row of `knownFields` that is there, and for each that is there again. */
  known = 0;
  repeated = 0;
  /** By row, where the value begins and where it ends. */
  readonly values = new Int32Array(2 * knownFields.length);
  hostAt = 0;
  hostEnd = 0;
  authorityEnd = 0;
  /** -1: there is none. */
  contentLength = -1;
  chunked = false;
  /** What Connection asks for. */
  saysClose = false;
  saysKeepAlive = false;
  saysUpgrade = false;
  expectsContinue = false;
  /** Put there by who drives the connection, where the head says that one comes. */
  body: RequestBody | undefined;

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  get host(): string {
    return this.bytes.toString("latin1", this.hostAt, this.hostEnd).toLowerCase();
  }

  get port(): number | undefined {
    return portIn(this.bytes, this.hostEnd + 1, this.authorityEnd) || undefined;
  }

  /** RFC 9112 §9.3 done: HTTP/1.0 has to ask for it. */
  get keepsAlive(): boolean {
    return !this.saysClose && (this.version === "HTTP/1.1" || this.saysKeepAlive);
  }

  get hasBody(): boolean {
    return this.chunked || this.contentLength > 0;
  }

  /** RFC 9110 §7.8 partly: with a body it is ignored, as the other protocol would begin behind it. */
  get upgrade(): string | undefined {
    if (!this.saysUpgrade || this.version === "HTTP/1.0" || this.hasBody) return undefined;
    return this.header("upgrade");
  }

  /** Of a refused one what was sound. */
  get headBytes(): number {
    return Math.max(this.end, this.fieldsEnd, this.at) - this.at;
  }

  header(name: string): string | undefined {
    const row = knownFieldOf(name); // one with capitals is found as all others are
    if (row !== undefined && (this.repeated & (1 << row)) === 0) {
      if ((this.known & (1 << row)) === 0) return undefined;
      return this.bytes.toString("latin1", this.values[2 * row], this.values[2 * row + 1]);
    }
    return findField(this.bytes, this.fieldsAt, this.fieldsEnd, name.toLowerCase());
  }

  headers(): readonly Field[] {
    return allFields(this.bytes, this.fieldsAt, this.fieldsEnd);
  }
}
