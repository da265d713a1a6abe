// Reads a chunked body, RFC 9112 §7.1 done: CRLF alone ends lines, sizes are hex digits alone, extensions are bounded and
// let pass unread. Whoever forgives more here can be made to see a request that nobody sent.
import { type BlockCut, nothing } from "../../../base/block-reader.ts";
import { CR, hexValues, LF, valueBytes } from "../byte-kinds.ts";
import type { FieldLimits } from "../head/field-lines.ts";
import { type Refusal, refusals } from "../refusal.ts";
import type { Field } from "../request.ts";
import type { BodyReader, BodyVerdict } from "./body-reader.ts";
import { TrailerReader } from "./trailers.ts";

export interface ChunkLimits {
  /** Extensions of all chunks together: nobody uses them but to make work. RFC 9112 §7.1.1. */
  readonly extensionBytesMax: number;
  readonly trailers: FieldLimits;
}

export const usualChunkLimits: ChunkLimits = {
  extensionBytesMax: 4096,
  trailers: { fieldBytesMax: 8192, fieldsMax: 50 },
};

/** More digits say nothing but zeros. */
const SIZE_DIGITS_MAX = 16;
const SEMICOLON = 59;

/** What is expected next. */
type Place = "size" | "extension" | "line-lf" | "content" | "end-cr" | "end-lf" | "trailers";

export class ChunkedBodyReader implements BodyReader {
  private readonly limits: ChunkLimits;
  private readonly bytesMax: number;
  private readonly trailers: TrailerReader;
  private place: Place = "size";
  private size = 0;
  private sizeDigits = 0;
  /** Of the chunk under way. */
  private missing = 0;
  private contentBytes = 0;
  private extensionBytes = 0;
  private piece: Piece = new Piece();

  /** `bytesMax` is for the content of all chunks together. */
  constructor(limits: ChunkLimits, bytesMax: number) {
    this.limits = limits;
    this.bytesMax = bytesMax;
    this.trailers = new TrailerReader(limits.trailers);
  }

  push(chunk: Buffer): BlockCut<BodyVerdict> {
    this.piece = new Piece();
    let at = 0;
    while (at < chunk.length) {
      if (this.place === "trailers") return this.readTrailers(chunk.subarray(at));
      const next = this.place === "content" ? this.readContent(chunk, at) : this.readFraming(chunk[at] ?? 0, at);
      if (typeof next !== "number") return this.refused(next);
      at = next;
    }
    return { piece: this.piece.bytes };
  }

  private readContent(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.missing);
    this.piece.add(chunk, at, end);
    this.missing -= end - at;
    if (this.missing === 0) this.place = "end-cr";
    return end;
  }

  /** Looks at a byte between contents; the position behind it. */
  private readFraming(byte: number, at: number): number | Refusal {
    switch (this.place) {
      case "size":
        return this.readSize(byte) ?? at + 1;
      case "extension":
        if (byte === CR) this.place = "line-lf";
        else if (valueBytes[byte] !== 1) return byte === LF ? refusals.chunkLine : refusals.chunkExtension;
        else if (++this.extensionBytes > this.limits.extensionBytesMax) return refusals.chunkExtensionTooLong;
        return at + 1;
      case "line-lf":
        if (byte !== LF) return refusals.chunkLine;
        return this.beginChunk() ?? at + 1;
      case "end-cr":
        if (byte !== CR) return refusals.chunkEnd;
        this.place = "end-lf";
        return at + 1;
      default:
        if (byte !== LF) return refusals.chunkEnd;
        this.place = "size";
        this.size = 0;
        this.sizeDigits = 0;
        return at + 1;
    }
  }

  private readSize(byte: number): Refusal | undefined {
    const digit = hexValues[byte] ?? -1;
    if (digit >= 0) {
      this.size = this.size * 16 + digit;
      if (++this.sizeDigits > SIZE_DIGITS_MAX || !Number.isSafeInteger(this.size)) return refusals.chunkSizeTooLarge;
      return undefined;
    }
    if (this.sizeDigits === 0) return refusals.chunkSize;
    if (byte === CR) this.place = "line-lf";
    else if (byte === SEMICOLON) this.place = "extension";
    else return byte === LF ? refusals.chunkLine : refusals.chunkSize;
    return undefined;
  }

  private beginChunk(): Refusal | undefined {
    this.contentBytes += this.size;
    if (this.contentBytes > this.bytesMax) return refusals.bodyTooLarge;
    this.missing = this.size;
    this.place = this.size === 0 ? "trailers" : "content";
    return undefined;
  }

  private readTrailers(chunk: Buffer): BlockCut<BodyVerdict> {
    const told = this.trailers.push(chunk);
    const piece = this.piece.bytes;
    if (told === undefined) return { piece };
    if (!("used" in told)) return this.refused(told);
    const verdict = { kind: "complete", bytes: this.contentBytes, ...withTrailers(told.trailers) } as const;
    return { piece, over: { verdict, rest: chunk.subarray(told.used) } };
  }

  /** What came of it before is of no use to anybody. */
  private refused(refusal: Refusal): BlockCut<BodyVerdict> {
    return { piece: nothing, over: { verdict: { kind: "refused", refusal }, rest: nothing } };
  }
}

const withTrailers = (trailers: readonly Field[]) => (trailers.length > 0 ? { trailers } : {});

/** The content that one push brings: a view while it comes from one chunk, copied together where it comes from several. */
class Piece {
  bytes: Buffer = nothing;
  private copy: Buffer | undefined;

  add(chunk: Buffer, from: number, to: number): void {
    if (this.bytes.length === 0) {
      this.bytes = chunk.subarray(from, to);
      return;
    }
    const used = this.bytes.length;
    // Nothing more than what is left of the input can follow.
    if (this.copy === undefined) {
      this.copy = Buffer.allocUnsafe(used + chunk.length - from);
      this.bytes.copy(this.copy);
    }
    chunk.copy(this.copy, used, from, to);
    this.bytes = this.copy.subarray(0, used + to - from);
  }
}
