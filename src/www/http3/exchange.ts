// One request of HTTP/3 and its answer, on a stream of its own: has it asked of the limits, answered, counted and logged. It knows no
// path and no file: the site answers.
import type { QuicStream } from "node:quic";
import type { Welcome } from "../../account/login.ts";
import type { QuicConnection, Secured } from "../../net/connection.ts";
import { isLoopback } from "../../net/ip-address.ts";
import type { Deadlines } from "../../net/line/deadlines.ts";
import { type Answer, discard } from "../../proto/http/answer/answer.ts";
import { hasNoContent } from "../../proto/http/answer/write-answer.ts";
import type { Shared } from "../../proto/http/connection/door.ts";
import { type Refusal, refusals } from "../../proto/http/refusal.ts";
import type { StreamRequest } from "../../proto/http2/request/stream-request.ts";
import type { Asker } from "../content/asker.ts";
import type { AnsweringSite } from "../engine/answering-site.ts";
import { siteRefusals } from "../engine/refusals.ts";
import { lateAt, progressBytes } from "../engine/session-limits.ts";
import { tellRequest } from "../engine/tell-request.ts";
import { answerFields } from "./answer-fields.ts";
import { type BodyOwner, IncomingBody } from "./incoming-body.ts";
import { KEPT_BYTES_MAX, sayBody } from "./outgoing-body.ts";
import { readHead, type Said } from "./read-head.ts";
import { tried } from "./tried.ts";

/** The connection, as its requests see it. */
export interface ExchangeWorld {
  readonly connection: QuicConnection;
  readonly shared: Pick<Shared, "date" | "limits">;
  readonly deadlines: Deadlines;
  /** Who answers for the host; undefined where nobody does. */
  turnTo(host: string): AnsweringSite | undefined;
  /** Where the connection is. */
  readonly site: AnsweringSite;
  /** The stream is over. `answer` is undefined where none has left. */
  over(exchange: Exchange, answer: Answer | undefined, refusal: Refusal | undefined): void;
}

/** RFC 9114 §8.1 */
const NO_ERROR = 0x100n;
const REQUEST_CANCELLED = 0x10cn;

/** What a stream of the runtime has besides its type. */
type Stoppable = QuicStream & { stopSending(code: bigint): void };

/** Their bodies mean nothing, so that none is waited for that is not announced. RFC 9110 §9.3.1, §9.3.2, §9.3.7 partly. */
const bodyless: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "CONNECT", "TRACE"]);

export class Exchange implements Asker, BodyOwner {
  user: Welcome | undefined;
  /** At the site that is asked: the connection may be at another one when it is answered. */
  visit: QuicConnection["visit"];
  private readonly stream: QuicStream;
  private readonly world: ExchangeWorld;
  private site: AnsweringSite;
  private request: StreamRequest | undefined;
  private body: IncomingBody | undefined;
  private refusal: Refusal | undefined;
  /** What is being said, or was. */
  private answer: Answer | undefined;
  private saidBytes = 0;
  private broughtBytes = 0;
  private readonly refused = Promise.withResolvers<Refusal>();
  /** The next piece of its body is being made. */
  private isMaking = false;
  private isWhole = false;
  private isOver = false;
  private readonly startedAtMs: number;
  private sinceMs: number;
  private readonly atWallMs: number;

  constructor(stream: QuicStream, world: ExchangeWorld) {
    this.stream = stream;
    this.world = world;
    this.site = world.site;
    this.visit = world.connection.visit;
    this.startedAtMs = this.sinceMs = world.deadlines.nowMs;
    this.atWallMs = world.deadlines.clock.wallMs();
  }

  begin(): void {
    const { stream } = this;
    stream.onerror = ignored;
    // The client sends no more of its request, or wants no more of the answer; behind a whole one that changes nothing.
    stream.onreset = () => this.isWhole || this.reset();
    stream.closed.then(this.closed, this.closed);
    // It ended before anybody took it.
    if (stream.destroyed) return;
    stream.onheaders = (said) => this.heard(said);
    if (stream.headers !== undefined) this.heard(stream.headers);
  }

  /** Ends what has been going on for too long. */
  check(nowMs: number): void {
    const { startedAtMs, sinceMs, site, awaits, saidBytes } = this;
    // How much of it the client has is not known: as much as can be may wait.
    const unreadBytes = Math.min(saidBytes, KEPT_BYTES_MAX);
    const standing = { awaits, sinceMs, startedAtMs, unreadBytes, lastRequest: false };
    if (nowMs < lateAt(standing, { ...site.limits, sessionMs: null })) return;
    if (awaits === "body") this.body?.refuse(refusals.bodyLate);
    else this.reset();
  }

  /** Nothing more can be said or heard. */
  readonly closed = (): void => {
    if (this.isOver) return;
    this.isOver = true;
    this.body?.lose();
    if (this.request !== undefined) this.tell(this.request);
    this.world.over(this, this.answer, this.refusal);
  };

  bodyWanted(): void {
    this.sinceMs = this.world.deadlines.nowMs;
    if (this.request?.expectsContinue === true) tried(() => this.stream.sendInformationalHeaders({ ":status": "100" }));
  }

  bodyBrought(bytes: number): void {
    this.broughtBytes += bytes;
    if (this.broughtBytes < progressBytes(this.site.limits)) return;
    this.broughtBytes = 0;
    this.sinceMs = this.world.deadlines.nowMs;
  }

  bodyRefused(refusal: Refusal): void {
    this.refused.resolve(refusal);
  }

  // What is asked of the client.

  get address(): string {
    return this.world.connection.peer.address;
  }

  get isLocal(): boolean {
    return isLoopback(this.address);
  }

  get secured(): Secured | undefined {
    return this.world.connection.secured;
  }

  traceId(): string {
    return this.world.connection.trace;
  }

  cut(): void {
    this.world.connection.cut();
  }

  private get awaits(): "head" | "body" | "answer" | "peer" {
    if (this.request === undefined) return "head";
    if (this.answer !== undefined) return this.isMaking ? "answer" : "peer";
    return this.body?.isReading === true ? "body" : "answer";
  }

  private heard(said: Said): void {
    if (this.request !== undefined || this.isOver) return;
    const { shared, deadlines } = this.world;
    shared.date.set(deadlines.clock.wallMs());
    const request = readHead(said, shared.limits.head);
    this.request = request;
    if (request.refusal === undefined) this.body = request.body = this.bodyOf(request);
    void this.respond(request);
  }

  private bodyOf({ contentLength, method }: StreamRequest): IncomingBody | undefined {
    if (contentLength === 0 || (contentLength < 0 && bodyless.has(method))) return undefined;
    return new IncomingBody(this.stream, contentLength < 0 ? undefined : contentLength, this);
  }

  private async respond(request: StreamRequest): Promise<void> {
    const answer = await this.find(request);
    if (this.isOver || this.stream.destroyed) return discard(answer);
    this.body?.lose();
    await this.say(request, answer);
  }

  private async find(request: StreamRequest): Promise<Answer> {
    const { world } = this;
    if (request.refusal !== undefined) return this.refuse(request.refusal);
    const site = world.turnTo(request.host);
    if (site === undefined) return this.refuse(siteRefusals.misdirected);
    this.site = site;
    this.visit = world.connection.visit;
    if (this.visit.request() !== undefined) return this.refuse(siteRefusals.tooManyRequests);
    const answered = site.answer(request, this);
    if (this.body === undefined) return answered;
    const first = await Promise.race([answered, this.refused.promise]);
    if (!("because" in first)) return first;
    void Promise.resolve(answered).then(discard);
    return this.refuse(first);
  }

  private refuse(refusal: Refusal): Answer {
    this.refusal = refusal;
    return this.site.refuse(refusal, true);
  }

  private async say(request: StreamRequest, answer: Answer): Promise<void> {
    const { stream, world } = this;
    const { body } = answer;
    this.answer = answer;
    this.said(0);
    const fields = answerFields(answer, world.shared.date.text);
    const terminal = hasNoContent(request, answer) || body === undefined || body.length === 0;
    const sent = tried(() => stream.sendHeaders(fields, { terminal })) === true;
    if (sent) for (const [name, value] of Object.entries(fields)) this.saidBytes += name.length + value.length + 4;
    if (!sent || terminal) discard(answer);
    else if ((await sayBody(stream, body, this)) !== "whole") return;
    this.isWhole = sent;
    // What is still to come of the request is for nobody. RFC 9114 §4.1
    tried(() => (stream as Stoppable).stopSending(NO_ERROR));
  }

  making(isMaking: boolean): void {
    this.isMaking = isMaking;
    this.sinceMs = this.world.deadlines.nowMs;
  }

  /** Of the answer. */
  said(bytes: number): void {
    this.saidBytes += bytes;
    this.sinceMs = this.world.deadlines.nowMs;
  }

  private reset(): void {
    tried(() => this.stream.destroy(undefined, { code: REQUEST_CANCELLED }));
  }

  private tell(request: StreamRequest): void {
    const { answer, site, user, refusal, world, isWhole: whole, saidBytes: bytesSent } = this;
    const timeTakenMs = world.deadlines.nowMs - this.startedAtMs;
    const atMs = this.atWallMs + timeTakenMs;
    tellRequest({ request, site, user, refusal }, world.connection, { atMs, timeTakenMs, bytesSent, answer, whole });
  }
}

const ignored = (): void => {};
