// A dialogue that is watched: each request is asked of the limits of the site, each answer is counted, timed and written
// into the access log. It changes nothing of what is said, but for ending a session that asks too much.

import type { Clock } from "../base/clock.ts";
import type { Line } from "../base/line-reader.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import { type AccessRecord, accessRecord } from "../net/access-log/record.ts";
import type { Connection, Secured } from "../net/connection.ts";
import type { Answer, Farewells, LineDialogue, LineLimits } from "../net/line-dialogue.ts";
import { siteCells } from "../net/metrics/metrics.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import { HIDDEN, type Protocol } from "./protocol.ts";

/** A dialogue that says who has logged in on its connection. */
export interface Observed extends LineDialogue {
  readonly user?: { readonly account: string } | undefined;
}

/** What all sessions of a site share. */
export interface Observer {
  readonly protocol: Protocol;
  readonly log: AccessLog;
  readonly metrics: SiteMetrics;
  readonly clock: Clock;
}

/** The client answers these with a secret: 334 in SMTP, 383 in NNTP, and 331 and 381 behind a verb that says so. */
const ASKS_FOR_SECRET: ReadonlySet<number> = new Set([331, 334, 381, 383]);
const SAYS_SO = /^(PASS|ACCT|AUTHINFO)( |$)/i;
const LINE_END_BYTES = 2;

export class ObservedDialogue implements LineDialogue {
  private readonly inner: Observed;
  private readonly connection: Connection;
  private readonly observer: Observer;
  /** What is under way: a request whose head is not whole, or a command that led to a secret. */
  private request: { verb: string; record: AccessRecord | undefined; bytes: number } | undefined;
  private secretComes = false;

  constructor(inner: Observed, connection: Connection, observer: Observer) {
    this.inner = inner;
    this.connection = connection;
    this.observer = observer;
  }

  get greeting(): string {
    return this.inner.greeting;
  }

  get lineBytesMax(): number {
    return this.inner.lineBytesMax;
  }

  get limits(): LineLimits {
    return this.inner.limits;
  }

  get farewells(): Farewells {
    return this.inner.farewells;
  }

  answer(line: Line): Answer | Promise<Answer> {
    const { protocol, clock, log } = this.observer;
    const startedAtMs = clock.steadyMs();
    const text = "text" in line ? line.text : "";
    const begins = this.request === undefined;
    this.request ??= { verb: protocol.verbOf(text), record: log.on ? accessRecord() : undefined, bytes: 0 };
    const { record } = this.request;
    this.request.bytes += text.length + LINE_END_BYTES;
    if (this.secretComes && !SAYS_SO.test(text)) {
      if (record !== undefined) record.uriQuery = HIDDEN;
    } else {
      if (this.secretComes) this.request.verb = protocol.verbOf(text);
      if (record !== undefined) protocol.tell(text, record);
    }
    const refused = begins ? this.connection.visit.request() : undefined;
    if (refused !== undefined) return this.told({ reply: protocol.tooMuch, close: true }, startedAtMs);
    if (line.kind !== "line") this.connection.visit.failure("protocol-error");
    const answer = this.inner.answer(line);
    return answer instanceof Promise ? answer.then((it) => this.told(it, startedAtMs)) : this.told(answer, startedAtMs);
  }

  secured(facts: Secured, droppedBytes: number): void {
    this.inner.secured?.(facts, droppedBytes);
  }

  finish(): "now" | "soon" {
    return this.inner.finish?.() ?? "now";
  }

  ended(): void {
    this.inner.ended?.();
  }

  /** Nothing was said yet where a request is not whole. */
  private told(answer: Answer, startedAtMs: number): Answer {
    const { request } = this;
    if (answer.reply === "" || request === undefined) return answer;
    const { protocol, metrics, clock, log } = this.observer;
    const status = protocol.statusOf(answer.reply);
    const tookMs = clock.steadyMs() - startedAtMs;
    if (request.record !== undefined) log.write(this.filled(request.record, request.bytes, answer, status, tookMs));
    this.secretComes = ASKS_FOR_SECRET.has(status);
    if (this.secretComes) {
      // The answer to a secret is one to the command that led to it.
      const { verb, record } = request;
      this.request = { verb, record: record && { ...accessRecord(), method: record.method }, bytes: 0 };
      return answer;
    }
    this.request = undefined;
    metrics.add(siteCells.requests[protocol.outcomeOf(status)]);
    metrics.observe(siteCells.requestSeconds, tookMs / 1000);
    const failure = protocol.failureOf(request.verb, status);
    const turnedAway = failure === undefined ? undefined : this.connection.visit.failure(failure);
    return turnedAway === undefined ? answer : { reply: answer.reply, close: true };
  }

  private filled(record: AccessRecord, bytes: number, answer: Answer, status: number, tookMs: number): AccessRecord {
    const { peer, local, trace } = this.connection;
    record.atMs = this.observer.clock.wallMs();
    record.clientAddress = peer.address;
    record.clientPort = peer.port;
    record.serverAddress = local.address;
    record.serverPort = local.port;
    record.userName = this.inner.user?.account ?? "";
    record.status = status;
    record.bytesSent = answer.reply.length;
    record.bytesReceived = bytes;
    record.timeTakenMs = tookMs;
    record.trace = trace;
    return record;
  }
}
