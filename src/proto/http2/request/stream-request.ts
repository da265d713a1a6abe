// The request of a stream, put together of its fields: which of them the engine reads itself, and what is wrong with it. All else is
// told when it is asked for.

import { knownFieldOf } from "../../http/head/known-fields.ts";
import type { HeadLimits } from "../../http/head/parse-head.ts";
import { type Refusal, refusals } from "../../http/refusal.ts";
import type { Field, HttpVersion, Request, RequestBody } from "../../http/request.ts";
import type { FieldSink } from "../hpack/block-reader.ts";
import type { Authority, PseudoName } from "./field-name.ts";
import type { HeaderField } from "./header-field.ts";
import { malformed } from "./malformed.ts";

const HOST = knownFieldOf("host");
const CONTENT_LENGTH = knownFieldOf("content-length");
const EXPECT = knownFieldOf("expect");
/** What a request line of HTTP/1 has beside its method and its target. */
const LINE_BYTES = " ".length + " HTTP/1.1\r\n".length;

/** Both say the same with the same fields: RFC 9114 §4.2, §4.3. */
export type StreamVersion = Extract<HttpVersion, "HTTP/2.0" | "HTTP/3.0">;

export class StreamRequest implements Request, FieldSink {
  readonly version: StreamVersion;
  method = "";
  path = "";
  /** What is wrong with it; then only what was read before the flaw is told. */
  refusal: Refusal | undefined;
  /** A bit for each row of `knownFields` that is there. */
  known = 0;
  /** -1: there is none. */
  contentLength = -1;
  expectsContinue = false;
  body: RequestBody | undefined;
  readonly upgrade = undefined;
  readonly headBytes: number;
  private readonly limits: HeadLimits;
  private readonly fields: HeaderField[] = [];
  private fieldBytes = 0;
  private scheme = "";
  private authority: HeaderField | undefined;

  constructor(limits: HeadLimits, headBytes: number, version: StreamVersion = "HTTP/2.0") {
    this.version = version;
    this.limits = limits;
    this.headBytes = headBytes;
  }

  get target(): string {
    return this.path;
  }

  get host(): string {
    return this.named?.host ?? "";
  }

  get port(): number | undefined {
    return this.named?.port;
  }

  take(field: HeaderField): void {
    if (this.refusal !== undefined) return;
    const { pseudo, row } = field.name;
    if (pseudo === undefined) this.refusal = this.takeField(field, row);
    else this.refusal = this.fields.length > 0 ? malformed.pseudoLate : this.takePseudo(field, pseudo);
  }

  /** All fields have come. */
  complete(hasBody: boolean): void {
    this.refusal ??= this.flaw(hasBody);
  }

  header(name: string): string | undefined {
    const lower = name.toLowerCase();
    const row = knownFieldOf(lower);
    if (row !== undefined && (this.known & (1 << row)) === 0) return row === HOST ? this.authority?.value : undefined;
    let found: string | undefined;
    for (const { name, value } of this.fields) {
      if (name.text !== lower) continue;
      // RFC 9113 §8.2.3 done
      found = found === undefined ? value : `${found}${lower === "cookie" ? "; " : ", "}${value}`;
    }
    return found;
  }

  /** RFC 9113 §8.3.1 done: who knows HTTP/1 alone looks for the host among them. */
  headers(): readonly Field[] {
    const fields = this.fields.map(({ name, value }) => [name.text, value] as const);
    const isHostSaid = HOST !== undefined && (this.known & (1 << HOST)) !== 0;
    return isHostSaid || this.authority === undefined ? fields : [["host", this.authority.value], ...fields];
  }

  private get named(): Authority | undefined {
    return this.authority?.refusal === undefined ? this.authority?.authority : undefined;
  }

  private takePseudo(field: HeaderField, pseudo: PseudoName): Refusal | undefined {
    const { value, refusal } = field;
    if (this.isSaid(pseudo)) return malformed.pseudoTwice;
    if (refusal !== undefined) return refusal;
    if (pseudo === ":method") this.method = value;
    else if (pseudo === ":path") this.path = value;
    else if (pseudo === ":scheme") this.scheme = value;
    else this.authority = field;
    return this.method.length + this.path.length + LINE_BYTES > this.limits.requestLineBytesMax
      ? refusals.requestLineTooLong
      : undefined;
  }

  private isSaid(pseudo: PseudoName): boolean {
    if (pseudo === ":method") return this.method !== "";
    if (pseudo === ":path") return this.path !== "";
    return pseudo === ":scheme" ? this.scheme !== "" : this.authority !== undefined;
  }

  private takeField(field: HeaderField, row: number): Refusal | undefined {
    const { fieldBytesMax, fieldsMax } = this.limits;
    this.fieldBytes += field.lineBytes;
    if (this.fieldBytes > fieldBytesMax) return refusals.fieldsTooLong;
    if (this.fields.length === fieldsMax) return refusals.fieldsTooMany;
    if (field.refusal !== undefined) return field.refusal;
    this.fields.push(field);
    if (row < 0) return undefined;
    const isAgain = (this.known & (1 << row)) !== 0;
    this.known |= 1 << row;
    if (row === HOST) return isAgain ? refusals.hostTwice : this.takeHost(field);
    if (row === CONTENT_LENGTH) return isAgain ? refusals.contentLengthTwice : this.takeLength(field.value);
    if (row === EXPECT) return this.takeExpectation(field.value);
    return undefined;
  }

  /** RFC 9113 §8.3.1 done: both may be said, and then have to be the same. */
  private takeHost(field: HeaderField): Refusal | undefined {
    if (this.authority !== undefined && this.authority.value.toLowerCase() !== field.value.toLowerCase())
      return malformed.hostsDisagree;
    this.authority ??= field;
    return undefined;
  }

  private takeLength(value: string): Refusal | undefined {
    if (!/^\d+$/.test(value)) return refusals.contentLength;
    this.contentLength = Number(value);
    return Number.isSafeInteger(this.contentLength) ? undefined : refusals.contentLengthTooLarge;
  }

  private takeExpectation(value: string): Refusal | undefined {
    this.expectsContinue = value.toLowerCase() === "100-continue";
    return this.expectsContinue ? undefined : refusals.expectation;
  }

  /** RFC 9113 §8.1.1, §8.3.1, §8.5 done: what only all fields together tell. */
  private flaw(hasBody: boolean): Refusal | undefined {
    const { method, path, scheme } = this;
    if (method === "CONNECT") return this.flawOfConnect(hasBody);
    if (method === "" || path === "" || scheme === "") return malformed.pseudoMissing;
    if (path === "*" && method !== "OPTIONS") return refusals.targetForm;
    if (this.host === "") return malformed.hostMissing;
    return !hasBody && this.contentLength > 0 ? malformed.bodyLength : undefined;
  }

  private flawOfConnect(hasBody: boolean): Refusal | undefined {
    if (this.path !== "" || this.scheme !== "") return malformed.pseudoOfConnect;
    if (this.host === "" || this.port === undefined) return refusals.targetForm;
    this.path = this.authority?.value ?? "";
    return hasBody && this.contentLength > 0 ? refusals.connectBody : undefined;
  }
}
