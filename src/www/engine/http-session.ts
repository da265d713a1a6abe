// Drives HTTP/1 over one socket: brings the engine what arrives and the client what is said, watches the clock, and has each
// request asked of the limits, counted and logged. It knows no path and no file: the site answers.
import type { Welcome } from "../../account/login.ts";
import type { Clock } from "../../base/clock.ts";
import type { Carrier } from "../../net/carrier.ts";
import type { Connection, Secured } from "../../net/connection.ts";
import { isLoopback } from "../../net/ip-address.ts";
import type { Deadlines, Watched } from "../../net/line/deadlines.ts";
import { listenTo, type SocketListener } from "../../net/line/line-socket.ts";
import { siteCells } from "../../net/metrics/metrics.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Door, HttpService, Shared } from "../../proto/http/connection/door.ts";
import { type Awaited, HttpConnection } from "../../proto/http/connection/http-connection.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Asker } from "../content/asker.ts";
import { writeLine } from "./access-line.ts";
import { type AnsweringSite, isAnsweringSite } from "./answering-site.ts";
import { failureOf, outcomeOf } from "./outcome.ts";
import { siteRefusals } from "./refusals.ts";
import { lateAt, progressBytes } from "./session-limits.ts";

const nothing = Buffer.alloc(0);

export class HttpSession implements Watched, SocketListener, Door, HttpService, Asker {
  quietUntilMs = 0;
  user: Welcome | undefined;
  private readonly socket: Carrier;
  private readonly connection: Connection;
  private readonly shared: Shared;
  private readonly deadlines: Deadlines;
  private readonly http: HttpConnection;
  /** Who answers: where the connection came in, and then whose host was named last. */
  private site: AnsweringSite;
  private awaited: Awaited = "request";
  private readonly startedAtMs: number;
  private sinceMs: number;
  /** What a body has brought since then. */
  private broughtBytes = 0;
  private answers = 0;
  private finishing = false;
  /** The request under way, when its last bytes came, and why it is refused. */
  private asked: Request | undefined;
  private askedAtMs = 0;
  /** When something came last, by both clocks: each look at a clock costs as much as a third of a line of the log. */
  private heardAtMs = 0;
  private heardAtWallMs = 0;
  private refusal: Refusal | undefined;

  constructor(socket: Carrier, connection: Connection, site: AnsweringSite, shared: Shared, deadlines: Deadlines) {
    this.socket = socket;
    this.connection = connection;
    this.site = site;
    this.shared = shared;
    this.deadlines = deadlines;
    this.startedAtMs = deadlines.nowMs;
    this.sinceMs = this.startedAtMs;
    this.http = new HttpConnection(this, shared, this);
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
      if (this.answers > 0) this.http.late();
      else this.sinceMs = this.deadlines.nowMs;
    }
    this.moved();
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
    this.sinceMs = this.deadlines.nowMs;
    this.http.drained();
    this.moved();
  }

  inputOver(): void {
    this.http.inputOver();
    this.moved();
  }

  closed(): void {
    this.deadlines.remove(this);
    this.http.closed();
    if (this.asked !== undefined) this.over(this.asked, undefined, 0, false);
  }

  check(nowMs: number): void {
    // What is promised comes without a word from the socket.
    this.moved();
    const { awaited } = this;
    const lateAtMs = lateAt(
      {
        awaits: awaited,
        sinceMs: this.sinceMs,
        startedAtMs: this.startedAtMs,
        unreadBytes: this.socket.writableLength,
        lastRequest: this.finishing,
      },
      this.site.limits,
    );
    if (nowMs >= lateAtMs) this.late(awaited);
    else if (awaited !== "answer") this.quietUntilMs = lateAtMs;
  }

  // What the engine asks of the way to the client.

  write(bytes: Buffer): boolean {
    const { socket } = this;
    // A socket takes over what the system does not take at once; but behind that it keeps what it is given, as it is.
    const roomy = socket.write(socket.writableLength === 0 ? bytes : Buffer.from(bytes));
    if (socket.writableLength === 0) return true;
    this.sinceMs = this.deadlines.nowMs;
    // Of little that waits it does not tell when it has left.
    if (roomy) socket.write(nothing, () => this.drained());
    return false;
  }

  read(wanted: boolean): void {
    if (wanted) this.socket.resume();
    else this.socket.pause();
  }

  end(): void {
    this.socket.end();
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
    this.begin(request);
    if (!this.turnTo(request.host)) {
      const { secured } = this.connection;
      return this.refuse(secured === undefined ? siteRefusals.nobody : siteRefusals.misdirected, request);
    }
    if (this.connection.visit.request() !== undefined) return this.refuse(siteRefusals.tooManyRequests, request);
    return this.site.answer(request, this);
  }

  refuse(refusal: Refusal, request: Request): Answer {
    if (this.asked === undefined) this.begin(request);
    this.refusal = refusal;
    return this.site.refuse(refusal);
  }

  answered(request: Request, answer: Answer, bytes: number, whole: boolean): void {
    this.over(request, answer, bytes, whole);
    const failure = failureOf(answer, this.refusal);
    if (failure !== undefined && this.connection.visit.failure(failure) !== undefined) this.http.finish();
    this.asked = undefined;
    this.refusal = undefined;
    this.answers++;
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

  private begin(request: Request): void {
    this.asked = request;
    this.user = undefined;
    this.askedAtMs = this.heardAtMs;
  }

  /** Each request may name another host; without one it is for the site at which the connection is. */
  private turnTo(host: string): boolean {
    if (host === "") return true;
    const site = this.connection.moveTo(host);
    if (site === undefined || !isAnsweringSite(site)) return false;
    this.site = site;
    return true;
  }

  private over(request: Request, answer: Answer | undefined, bytesSent: number, whole: boolean): void {
    const { site } = this;
    const nowMs = this.deadlines.nowMs;
    const timeTakenMs = nowMs - this.askedAtMs;
    this.sinceMs = nowMs;
    this.quietUntilMs = 0;
    site.metrics.add(siteCells.requests[answer !== undefined && whole ? outcomeOf(answer.status) : "aborted"]);
    site.metrics.observe(siteCells.requestSeconds, timeTakenMs / 1000);
    if (!site.log.on) return;
    const because = this.refusal?.because ?? "";
    const userName = this.user?.account ?? "";
    const atMs = this.heardAtWallMs + nowMs - this.heardAtMs;
    writeLine(site.log, this.connection, request, { atMs, timeTakenMs, bytesSent, answer, because, userName });
  }

  /** A body that goes on lives on, however long it takes. */
  private brought(bytes: number): void {
    this.broughtBytes += bytes;
    if (this.broughtBytes < progressBytes(this.site.limits)) return;
    this.broughtBytes = 0;
    this.sinceMs = this.deadlines.nowMs;
  }

  /** Something may have changed: what is waited for, and until when. */
  private moved(): void {
    const { awaits } = this.http;
    this.quietUntilMs = 0;
    if (awaits === this.awaited) return;
    this.awaited = awaits;
    this.broughtBytes = 0;
    this.sinceMs = this.deadlines.nowMs;
  }

  private late(awaited: Awaited): void {
    if (awaited !== "request" && awaited !== "head" && awaited !== "body") return void this.socket.destroy();
    this.http.late();
    this.moved();
  }
}
