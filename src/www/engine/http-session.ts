// Drives HTTP over one socket, in the version that both speak: brings the engine what arrives and the client what is said,
// watches the clock, and has each request asked of the limits, counted and logged. It knows no path and no file: the site
// answers.
import type { Clock } from "../../base/clock.ts";
import type { Carrier } from "../../net/carrier.ts";
import type { Connection, Secured } from "../../net/connection.ts";
import { isLoopback } from "../../net/ip-address.ts";
import type { Deadlines, Watched } from "../../net/line/deadlines.ts";
import { listenTo, type SocketListener } from "../../net/line/line-socket.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Door, HttpService, Shared } from "../../proto/http/connection/door.ts";
import type { Awaited, Engine } from "../../proto/http/connection/engine.ts";
import { HttpConnection } from "../../proto/http/connection/http-connection.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import { Http2Connection } from "../../proto/http2/connection/http2-connection.ts";
import type { StreamLimits } from "../../proto/http2/connection/stream-limits.ts";
import { type AnsweringSite, isAnsweringSite } from "./answering-site.ts";
import { AskedRequest, AskedRequests, type Client } from "./asked-requests.ts";
import { FirstWords, type Listening } from "./first-words.ts";
import { failureOf } from "./outcome.ts";
import { siteRefusals } from "./refusals.ts";
import { lateAt, progressBytes } from "./session-limits.ts";
import { tellRequest } from "./tell-request.ts";

const nothing = Buffer.alloc(0);
/** So much is said to one client before others have their turn, however fast it reads. */
const TURN_BYTES_MAX = 512 * 1024;
/** What a client may leave unread of a connection that nobody watches any more: the system keeps it for minutes. */
const UNREAD_BYTES_MAX = 16 * 1024;

/** What the connection is known to be; "unknown" where only its first words will tell. */
export type Spoken = "HTTP/1" | "HTTP/2" | "unknown";

export interface SessionShared extends Shared {
  readonly streams: StreamLimits;
}

export class HttpSession implements Watched, SocketListener, Listening, Door, HttpService, Client {
  quietUntilMs = 0;
  private readonly socket: Carrier;
  private readonly connection: Connection;
  private readonly shared: SessionShared;
  private readonly deadlines: Deadlines;
  private http: Engine;
  /** Who answers: where the connection came in, and then whose host was named last. */
  private site: AnsweringSite;
  private awaited: Awaited = "request";
  private readonly startedAtMs: number;
  private sinceMs: number;
  /** What a body has brought since then, and what was said and had not left at that time. */
  private broughtBytes = 0;
  private unreadBytes = 0;
  /** Said since others had their turn. */
  private turnBytes = 0;
  private answers = 0;
  private finishing = false;
  private readonly asked = new AskedRequests();
  /** When something came last, by both clocks: each look at a clock costs as much as a third of a line of the log. */
  private heardAtMs = 0;
  private heardAtWallMs = 0;

  constructor(
    socket: Carrier,
    connection: Connection,
    site: AnsweringSite,
    shared: SessionShared,
    deadlines: Deadlines,
    spoken: Spoken,
  ) {
    this.socket = socket;
    this.connection = connection;
    this.site = site;
    this.shared = shared;
    this.deadlines = deadlines;
    this.startedAtMs = deadlines.nowMs;
    this.sinceMs = this.startedAtMs;
    this.http = spoken === "unknown" ? new FirstWords(this) : this.engine(spoken);
    listenTo(socket, this);
    deadlines.add(this);
  }

  /**
   * Whoever is in the middle of something is answered and told that this was the last time, and so is a client that has
   * asked nothing yet: it connected to ask, and its request may be on the way.
   */
  finish(): void {
    this.http.finish();
    this.finishing = true;
    if (this.http.awaits === "request") {
      if (this.answers > 0 && !this.http.saysFarewell) this.http.late();
      else this.sinceMs = this.deadlines.nowMs;
    }
    this.moved();
  }

  decided(isHttp2: boolean, heard: Buffer): Engine {
    const engine = this.engine(isHttp2 ? "HTTP/2" : "HTTP/1");
    this.http = engine;
    if (this.finishing) engine.finish();
    if (heard.length > 0) engine.heard(heard);
    return engine;
  }

  // What the socket tells.

  heard(chunk: Buffer): void {
    this.heardAtMs = this.deadlines.nowMs;
    this.heardAtWallMs = this.clock.wallMs();
    this.shared.date.set(this.heardAtWallMs);
    if (this.http.awaits === "body") this.brought(chunk.length);
    this.http.heard(chunk);
    this.moved();
  }

  drained(): void {
    this.http.drained();
    this.waitAnew();
    this.moved();
  }

  inputOver(): void {
    this.http.inputOver();
    this.moved();
  }

  closed(): void {
    this.deadlines.remove(this);
    this.http.closed();
  }

  check(nowMs: number): void {
    const { limits } = this.site;
    this.http.look?.(nowMs, { idleMs: limits.idleMs, bytesMin: progressBytes(limits) });
    // What is promised comes without a word from the socket.
    this.moved();
    const { awaited } = this;
    const lateAtMs = lateAt(
      {
        awaits: awaited,
        sinceMs: this.sinceMs,
        startedAtMs: this.startedAtMs,
        unreadBytes: this.unreadBytes,
        lastRequest: this.finishing,
      },
      limits,
    );
    if (nowMs >= lateAtMs) this.late(awaited);
    else if (awaited !== "answer") this.quietUntilMs = lateAtMs;
  }

  // What the engine asks of the way to the client.

  write(bytes: Buffer, stays: boolean): boolean {
    if (!this.send(bytes, stays)) return false;
    this.turnBytes += bytes.length;
    if (this.turnBytes < TURN_BYTES_MAX) return true;
    this.turnBytes = 0;
    setImmediate(() => this.drained());
    return false;
  }

  /** False where not all has left: `drained` follows. */
  private send(bytes: Buffer, stays: boolean): boolean {
    const { socket } = this;
    if (stays && socket.lend !== undefined) return socket.lend(bytes);
    // A socket takes over what the system does not take at once; but behind that it keeps what it is given, as it is.
    const roomy = socket.write(socket.writableLength === 0 ? bytes : Buffer.from(bytes));
    if (socket.writableLength === 0) return true;
    // Of little that waits it does not tell when it has left.
    if (roomy) socket.write(nothing, () => this.drained());
    return false;
  }

  read(wanted: boolean): void {
    if (wanted) this.socket.resume();
    else this.socket.pause();
  }

  end(clientIsDone: boolean): void {
    const { socket } = this;
    const isOver = clientIsDone && socket.writableLength === 0 && socket.bytesWritten <= UNREAD_BYTES_MAX;
    if (isOver && socket.close !== undefined) return void socket.close();
    // Of what waits before its end a socket does not tell when it has left.
    if (socket.writableLength > 0) socket.write(nothing, () => this.drained());
    socket.end();
  }

  /** With a reset: to a client of HTTP/1.0 an end in order would make half an answer a whole one. */
  cut(): void {
    this.socket.resetAndDestroy();
  }

  handOver(): void {
    throw new Error("no answer of a site is for another protocol");
  }

  // What the engine asks of whoever answers.

  answer(request: Request): Answer | Promise<Answer> {
    const isForUs = this.turnTo(request.host);
    const asked = this.begin(request);
    if (!isForUs)
      return this.refuse(this.secured === undefined ? siteRefusals.nobody : siteRefusals.misdirected, request);
    if (asked.visit.request() !== undefined) return this.refuse(siteRefusals.tooManyRequests, request);
    return this.site.answer(request, asked);
  }

  refuse(refusal: Refusal, request: Request): Answer {
    const asked = this.asked.find(request) ?? this.begin(request);
    asked.refusal = refusal;
    return asked.site.refuse(refusal, this.secured !== undefined);
  }

  answered(request: Request, answer: Answer, bytes: number, whole: boolean): void {
    const asked = this.asked.take(request);
    this.over(asked, answer, bytes, whole);
    this.answers++;
    const failure = failureOf(answer, asked.refusal);
    if (failure !== undefined && asked.visit.failure(failure) !== undefined) this.http.finish();
  }

  unanswered(request: Request): void {
    this.over(this.asked.take(request), undefined, 0, false);
  }

  // What is asked of the client.

  get address(): string {
    return this.connection.peer.address;
  }

  get isLocal(): boolean {
    return isLoopback(this.address);
  }

  get secured(): Secured | undefined {
    return this.connection.secured;
  }

  traceId(): string {
    return this.connection.trace;
  }

  private get clock(): Clock {
    return this.deadlines.clock;
  }

  private engine(spoken: Exclude<Spoken, "unknown">): Engine {
    const { shared } = this;
    return spoken === "HTTP/2"
      ? new Http2Connection(this, shared, shared.streams, this)
      : new HttpConnection(this, shared, this);
  }

  private begin(request: Request): AskedRequest {
    const asked = new AskedRequest(request, this, this.site, this.connection.visit, this.heardAtMs);
    this.asked.add(asked);
    return asked;
  }

  /**
   * Each request may name another host. RFC 9112 §3.2: in HTTP/1.0 it may name none; then it is for whoever takes every host, or
   * hosts that nobody has, else for the site at which the connection is. Under TLS that one is meant: the handshake has named it.
   */
  private turnTo(host: string): boolean {
    if (host === "" && this.secured !== undefined) return true;
    const site = this.connection.moveTo(host);
    if (site === undefined || !isAnsweringSite(site)) return host === "";
    this.site = site;
    return true;
  }

  private over(asked: AskedRequest, answer: Answer | undefined, bytesSent: number, whole: boolean): void {
    const nowMs = this.deadlines.nowMs;
    const timeTakenMs = nowMs - asked.atMs;
    // For all else that it may wait for nothing has changed by that.
    if (this.awaited === "request") this.sinceMs = nowMs;
    this.quietUntilMs = 0;
    const atMs = this.heardAtWallMs + nowMs - this.heardAtMs;
    tellRequest(asked, this.connection, { atMs, timeTakenMs, bytesSent, answer, whole });
  }

  /** A body that goes on lives on, however long it takes. */
  private brought(bytes: number): void {
    this.broughtBytes += bytes;
    if (this.broughtBytes >= progressBytes(this.site.limits)) this.waitAnew();
  }

  /** Something may have changed: what is waited for, and until when. */
  private moved(): void {
    const { awaits } = this.http;
    this.quietUntilMs = 0;
    if (awaits === this.awaited) return;
    this.awaited = awaits;
    this.waitAnew();
  }

  private waitAnew(): void {
    this.sinceMs = this.deadlines.nowMs;
    this.broughtBytes = 0;
    this.unreadBytes = this.socket.writableLength;
  }

  private late(awaited: Awaited): void {
    if (awaited === "end" && this.socket.writableLength === 0) return void this.socket.destroy();
    // With a reset: the system would go on for a client who does not read, and keep what is unread for as long.
    if (awaited === "peer" || awaited === "answer" || awaited === "end") return this.cut();
    this.http.late();
    this.moved();
  }
}
