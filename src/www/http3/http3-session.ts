// Drives HTTP/3 over one QUIC connection: each stream is a request, and they do not wait for each other. What of QUIC and of HTTP/3 the
// runtime does stands in the README.
import type { QuicStream } from "node:quic";
import type { QuicConnection } from "../../net/connection.ts";
import type { Deadlines, Watched } from "../../net/line/deadlines.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import type { Shared } from "../../proto/http/connection/door.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import { type AnsweringSite, isAnsweringSite } from "../engine/answering-site.ts";
import { failureOf } from "../engine/outcome.ts";
import { lateAt } from "../engine/session-limits.ts";
import { Exchange, type ExchangeWorld } from "./exchange.ts";

/** How long a client that was asked to go may take for it when nothing is under way. */
const LINGER_MS = 1000;

export class Http3Session implements Watched, ExchangeWorld {
  readonly quietUntilMs = 0;
  readonly connection: QuicConnection;
  readonly shared: Shared;
  readonly deadlines: Deadlines;
  /** Who answers: where the connection came in, and then whose host was named last. */
  site: AnsweringSite;
  private readonly exchanges = new Set<Exchange>();
  private readonly startedAtMs: number;
  private sinceMs: number;
  private finishing = false;

  constructor(connection: QuicConnection, site: AnsweringSite, shared: Shared, deadlines: Deadlines) {
    this.connection = connection;
    this.site = site;
    this.shared = shared;
    this.deadlines = deadlines;
    this.startedAtMs = this.sinceMs = deadlines.nowMs;
    connection.onClose(() => this.closed());
    connection.onFinish(() => this.finish());
    connection.onStream((stream) => this.take(stream));
    deadlines.add(this);
  }

  check(nowMs: number): void {
    for (const it of this.exchanges) it.check(nowMs);
    const { startedAtMs, sinceMs, site } = this;
    const awaits = this.exchanges.size === 0 ? "request" : "answer";
    const lateAtMs = lateAt({ awaits, sinceMs, startedAtMs, unreadBytes: 0, lastRequest: false }, site.limits);
    if (nowMs >= lateAtMs) this.connection.cut();
    else if (this.finishing && awaits === "request" && nowMs >= sinceMs + LINGER_MS) this.connection.cut();
  }

  turnTo(host: string): AnsweringSite | undefined {
    const site = this.connection.moveTo(host);
    if (site === undefined || !isAnsweringSite(site)) return undefined;
    this.site = site;
    return site;
  }

  over(exchange: Exchange, answer: Answer | undefined, refusal: Refusal | undefined): void {
    this.exchanges.delete(exchange);
    this.sinceMs = this.deadlines.nowMs;
    if (answer === undefined) return;
    const failure = failureOf(answer, refusal);
    const isUnwanted = failure !== undefined && exchange.visit.failure(failure) !== undefined;
    // A refusal ends a connection of HTTP/1, where nobody knows what comes behind it; here that is another stream.
    if (isUnwanted || (refusal === undefined && answer.close === true)) this.finish();
  }

  private take(stream: QuicStream): void {
    const exchange = new Exchange(stream, this);
    this.exchanges.add(exchange);
    exchange.begin();
  }

  /** RFC 9114 §5.2: what is under way is answered, and what comes meanwhile. */
  private finish(): void {
    if (this.finishing) return;
    this.finishing = true;
    this.sinceMs = this.deadlines.nowMs;
    this.connection.goAway();
  }

  private closed(): void {
    this.deadlines.remove(this);
    for (const it of this.exchanges) it.closed();
  }
}
