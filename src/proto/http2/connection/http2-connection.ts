// One connection of HTTP/2, RFC 9113 §3.4, §5.4, §6.8 done: how it begins, which frame is looked at when, and how it ends. Bytes and
// answers come in, bytes go out through the door. It knows no time: whoever has the clock says what is late.
import { discard } from "../../http/answer/answer.ts";
import type { Door, HttpService, Shared } from "../../http/connection/door.ts";
import type { Awaited, Engine, Patience } from "../../http/connection/engine.ts";
import { refusals } from "../../http/refusal.ts";
import { errorCodes, FRAME_HEAD_BYTES, flags, frameKinds, STREAM_MAX } from "../frame/frame-kinds.ts";
import { FrameReader } from "../frame/frame-reader.ts";
import {
  markedStream,
  writeGoAway,
  writeMark,
  writePingAck,
  writeSettings,
  writeSettingsAck,
} from "../frame/frame-writer.ts";
import { settingIds } from "../frame/settings.ts";
import { BlockReader } from "../hpack/block-reader.ts";
import { StreamRequest } from "../request/stream-request.ts";
import { TrailerFields } from "../request/trailer-fields.ts";
import { type Breach, breaches } from "./breaches.ts";
import { Exchanges, type ExchangesOwner } from "./exchanges.ts";
import { type FrameTaker, takeFrame } from "./frame-rows.ts";
import { OpenHead } from "./open-head.ts";
import type { StreamLimits } from "./stream-limits.ts";

type State =
  /** The client has not said what it speaks. */
  | "fresh"
  /** Its first frame has to be SETTINGS. */
  | "greeted"
  | "open"
  /** Nothing more is said: the connection ends when what was said has left. */
  | "leaving"
  /** It has ended for us; what the client still says is let pass. */
  | "lingering"
  | "gone";

/** How it comes to its end, where nothing is wrong: RFC 9113 §6.8. */
type Farewell =
  | "none"
  /** It is to end; the client has not been told. */
  | "wanted"
  /** The client knows that it should ask no more, and what it asked before it knew is on its way. */
  | "told"
  /** It knows which request was the last. */
  | "last";

export class Http2Connection implements Engine, FrameTaker, ExchangesOwner {
  readonly saysFarewell = true;
  private readonly service: HttpService;
  private readonly shared: Shared;
  private readonly limits: StreamLimits;
  private readonly door: Door;
  private readonly exchanges: Exchanges;
  private readonly frames = new FrameReader();
  private readonly blocks = new BlockReader();
  /** The head of a request that has come in part. */
  private opened: OpenHead | undefined;
  private state: State = "fresh";
  private farewell: Farewell = "none";
  private inputEnded = false;
  private strayBytes = 0;
  /** The client does not read what was said. */
  private blocked = false;
  private working = false;
  private isGreeted = false;

  constructor(service: HttpService, shared: Shared, limits: StreamLimits, door: Door) {
    this.service = service;
    this.shared = shared;
    this.limits = limits;
    this.door = door;
    this.exchanges = new Exchanges(service, shared, limits, this);
  }

  get awaits(): Awaited {
    if (this.isEnding) return "end";
    if (this.blocked) return "peer";
    if (this.opened !== undefined) return "head";
    if (this.exchanges.size > 0) return "answer";
    return this.frames.heldBytes > 0 ? "head" : "request";
  }

  get isHeard(): boolean {
    return !this.blocked && !this.shared.outbox.blocked;
  }

  heard(chunk: Buffer): void {
    if (this.state === "gone") return;
    if (this.state === "lingering") return this.linger(chunk.length);
    this.frames.push(chunk);
    this.work();
    this.frames.putAway();
  }

  inputOver(): void {
    this.inputEnded = true;
    this.work(() => this.exchanges.inputOver());
  }

  drained(): void {
    this.blocked = false;
    this.work();
  }

  closed(): void {
    this.state = "gone";
    this.exchanges.close();
  }

  /**
   * The client is told, and with it goes a mark that comes back when it knows: whatever it asked before that has come by then, and
   * nothing is lost.
   */
  finish(): void {
    if (this.farewell === "none") this.farewell = "wanted";
    this.work();
  }

  late(): void {
    if (this.awaits === "head") this.work(() => this.break(breaches.headLate, refusals.headLate.status));
    else this.work(() => this.sayLast());
  }

  look(nowMs: number, patience: Patience): void {
    if (this.exchanges.size > 0) this.work(() => this.exchanges.late(nowMs, patience));
  }

  /** Does what can be done now, and `first` before that; whatever may have changed that calls it. */
  work(first?: () => void): void {
    if (this.state === "gone") return;
    if (this.working) return first?.();
    const { outbox } = this.shared;
    this.working = true;
    outbox.begin(this.door);
    if (!this.isEnding) {
      this.greet();
      first?.();
      const breach = this.readFrames();
      // What was asked before is answered all the same.
      const another = this.exchanges.work();
      if (breach !== undefined) this.break(breach);
      else if (another !== undefined) this.break(another);
      this.takeLeave();
    }
    if (!outbox.end()) this.blocked = true;
    this.working = false;
    this.settle();
  }

  // What frames say.

  data(stream: number, piece: Buffer, frameBytes: number, endsStream: boolean): Breach | undefined {
    return this.exchanges.data(stream, piece, frameBytes, endsStream);
  }

  head(stream: number, part: Buffer, endsStream: boolean, endsBlock: boolean): Breach | undefined {
    if (stream % 2 === 0) return breaches.streamNumber;
    if (endsBlock) return this.headCame(stream, part, FRAME_HEAD_BYTES, endsStream);
    this.opened = new OpenHead(stream, endsStream, this.limits.blockFramesMax, this.blockBytesMax);
    return this.opened.add(part);
  }

  headGoesOn(stream: number, part: Buffer, endsBlock: boolean): Breach | undefined {
    const { opened } = this;
    if (opened === undefined) return breaches.continuation;
    const breach = opened.add(part);
    if (breach !== undefined || !endsBlock) return breach;
    this.opened = undefined;
    return this.headCame(stream, opened.block, opened.framingBytes, opened.endsStream);
  }

  reset(stream: number): Breach | undefined {
    return this.exchanges.resetCame(stream);
  }

  settings(bytes: Buffer): Breach | undefined {
    this.state = "open";
    const breach = this.exchanges.settings(bytes) ?? this.exchanges.patience.idleFrame();
    if (breach !== undefined) return breach;
    writeSettingsAck(this.shared.outbox);
    return this.exchanges.patience.reply(this.isHeard);
  }

  ping(bytes: Buffer): Breach | undefined {
    writePingAck(this.shared.outbox, bytes);
    return this.exchanges.patience.idleFrame() ?? this.exchanges.patience.reply(this.isHeard);
  }

  pingCameBack(bytes: Buffer): Breach | undefined {
    const stream = markedStream(bytes);
    if (stream === 0 && this.farewell === "told") this.sayLast();
    else if (stream !== undefined) this.exchanges.markCameBack(stream);
    return this.exchanges.patience.idleFrame();
  }

  /** The client goes, and asks nothing more. */
  goAway(): Breach | undefined {
    this.finish();
    return this.exchanges.patience.idleFrame();
  }

  window(stream: number, bytes: number): Breach | undefined {
    return this.exchanges.window(stream, bytes);
  }

  idle(): Breach | undefined {
    return this.exchanges.patience.idleFrame();
  }

  private get isEnding(): boolean {
    return this.state === "leaving" || this.state === "lingering" || this.state === "gone";
  }

  /** Compressed. Twice of what is taken, so that whoever sends a little too much hears so. */
  private get blockBytesMax(): number {
    const { fieldBytesMax, requestLineBytesMax } = this.shared.limits.head;
    return 2 * (fieldBytesMax + requestLineBytesMax);
  }

  private greet(): void {
    if (this.isGreeted) return;
    this.isGreeted = true;
    writeSettings(this.shared.outbox, [
      [settingIds.maxConcurrentStreams, this.limits.streamsMax],
      [settingIds.maxHeaderListSize, this.shared.limits.head.fieldBytesMax],
    ]);
    this.exchanges.open();
  }

  private readFrames(): Breach | undefined {
    const { frames } = this;
    if (this.state === "fresh") {
      const isPreface = frames.readPreface();
      if (isPreface !== true) return isPreface === false ? breaches.preface : undefined;
      this.state = "greeted";
    }
    while (!this.isEnding) {
      const came = frames.read();
      if (came === false) return undefined;
      const breach = came === "too-large" ? breaches.frameTooLarge : (this.misplaced() ?? takeFrame(this, frames));
      if (breach !== undefined) return breach;
    }
    return undefined;
  }

  /** RFC 9113 §3.4, §6.10 done: what comes first, and what nothing may stand between. */
  private misplaced(): Breach | undefined {
    const { frames, opened } = this;
    if (this.state === "greeted" && (frames.kind !== frameKinds.settings || frames.has(flags.ack)))
      return breaches.noSettings;
    if (opened === undefined) return undefined;
    return frames.kind === frameKinds.continuation && frames.stream === opened.stream
      ? undefined
      : breaches.blockBroken;
  }

  private headCame(id: number, block: Buffer, framingBytes: number, endsStream: boolean): Breach | undefined {
    const { exchanges, blocks } = this;
    const { head } = this.shared.limits;
    if (id > exchanges.last) {
      const request = new StreamRequest(head, block.length + framingBytes);
      if (!blocks.read(block, 0, block.length, request)) return breaches.compression;
      return exchanges.request(id, request, !endsStream);
    }
    const trailers = new TrailerFields(head);
    if (!blocks.read(block, 0, block.length, trailers)) return breaches.compression;
    return exchanges.trailers(id, trailers.all, endsStream);
  }

  /** The client breaks the protocol, and is told; what it asked is lost. */
  private break({ code, because }: Breach, status = 400): void {
    const { service, exchanges } = this;
    const { outbox, limits } = this.shared;
    const request = new StreamRequest(limits.head, 0);
    const answer = service.refuse({ status, substatus: 0, because, close: true }, request);
    discard(answer);
    exchanges.close();
    const before = outbox.total;
    writeGoAway(outbox, exchanges.lastTaken, code);
    this.state = "leaving";
    service.answered(request, answer, outbox.total - before, true);
  }

  /** No request is looked at behind the last one that has come. */
  private sayLast(): void {
    if (this.farewell === "last") return;
    this.farewell = "last";
    this.exchanges.isClosed = true;
    writeGoAway(this.shared.outbox, this.exchanges.lastTaken, errorCodes.none);
  }

  private takeLeave(): void {
    if (this.isEnding) return;
    if (this.inputEnded) this.sayLast();
    if (this.farewell === "wanted") {
      this.farewell = "told";
      writeGoAway(this.shared.outbox, STREAM_MAX, errorCodes.none);
      writeMark(this.shared.outbox, 0);
    }
    if (this.farewell === "last" && this.exchanges.size === 0) this.state = "leaving";
  }

  private settle(): void {
    if (this.state !== "leaving") return;
    this.state = "lingering";
    this.frames.forget();
    this.door.end(false);
  }

  private linger(bytes: number): void {
    this.strayBytes += bytes;
    if (this.strayBytes <= this.shared.limits.lingerBytesMax) return;
    this.state = "gone";
    this.door.cut();
  }
}
