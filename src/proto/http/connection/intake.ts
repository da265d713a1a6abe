// The body of the request that is under way: whether somebody wants it, and who takes it. It reads nothing by itself; the
// connection feeds it what the client sends.
import { nothing } from "../../../base/block-reader.ts";
import { CountedBlockReader } from "../../../base/counted-block-reader.ts";
import type { BodyReader, BodyVerdict } from "../body/body-reader.ts";
import { ChunkedBodyReader, type ChunkLimits } from "../body/chunked-body-reader.ts";
import type { RequestHead } from "../head/request-head.ts";
import { type Refusal, refusals } from "../refusal.ts";
import type { BodyReceiver, RequestBody } from "../request.ts";

export interface IntakeOwner {
  /** More of the body can be taken than before. */
  bodyWanted(): void;
  bodyRefused(refusal: Refusal): void;
}

type State =
  /** Nobody has asked for it: what has come of it stays where it is. */
  | "unasked"
  | "reading"
  /** The receiver has promised to take a piece. */
  | "busy"
  | "over";

export class Intake implements RequestBody {
  readonly length: number | undefined;
  state: State = "unasked";
  readBytes = 0;
  private readonly chunks: ChunkLimits;
  private readonly owner: IntakeOwner;
  private reader: BodyReader | undefined;
  private receiver: BodyReceiver | undefined;
  /** The end has come, while the receiver was busy with what came before. */
  private verdict: BodyVerdict | undefined;

  constructor({ chunked, contentLength }: RequestHead, chunks: ChunkLimits, owner: IntakeOwner) {
    this.length = chunked ? undefined : contentLength;
    this.chunks = chunks;
    this.owner = owner;
  }

  /** Nothing of it has been looked at. */
  get isUntouched(): boolean {
    return this.readBytes === 0;
  }

  /** Known to be more than so many bytes from its end. */
  isLongerThan(bytes: number): boolean {
    return this.length !== undefined && this.length - this.readBytes > bytes;
  }

  receive(receiver: BodyReceiver, bytesMax: number): void {
    if (this.state === "over") return receiver.lost();
    if (this.state !== "unasked") throw new Error("a body is received once");
    this.receiver = receiver;
    this.open(bytesMax);
    if (this.isLongerThan(bytesMax)) this.owner.bodyRefused(refusals.bodyTooLarge);
    else this.owner.bodyWanted();
  }

  /** What is left of it is read for nobody. */
  drain(): void {
    this.dismiss();
    if (this.verdict !== undefined) this.state = "over";
    else if (this.state === "unasked") this.open(Number.POSITIVE_INFINITY);
    else this.state = "reading";
  }

  /** It will never be whole. */
  lose(): void {
    this.state = "over";
    this.dismiss();
  }

  /** Gives on what has come, and gives back what does not belong to the body. */
  feed(chunk: Buffer): Buffer {
    if (this.reader === undefined) throw new Error("a body that nobody asked for");
    const { piece, over } = this.reader.push(chunk);
    const rest = over?.rest ?? nothing;
    this.readBytes += chunk.length - rest.length;
    this.verdict = over?.verdict;
    const taken = piece.length > 0 ? this.receiver?.take(piece) : undefined;
    if (taken instanceof Promise) this.wait(taken);
    else this.judge();
    return rest;
  }

  private wait(taken: Promise<void>): void {
    this.state = "busy";
    void taken.then(() => {
      if (this.state !== "busy") return;
      this.state = "reading";
      this.judge();
      this.owner.bodyWanted();
    });
  }

  private judge(): void {
    const { verdict } = this;
    if (verdict === undefined) return;
    if (verdict.kind === "refused") return this.owner.bodyRefused(verdict.refusal);
    const { receiver } = this;
    this.state = "over";
    this.receiver = undefined;
    receiver?.end(verdict.trailers ?? []);
  }

  private open(bytesMax: number): void {
    this.state = "reading";
    this.reader =
      this.length === undefined ? new ChunkedBodyReader(this.chunks, bytesMax) : new CountedBlockReader(this.length);
  }

  private dismiss(): void {
    const { receiver } = this;
    this.receiver = undefined;
    receiver?.lost();
  }
}
