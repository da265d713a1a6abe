// A dialogue that is watched: each request is asked of the limits of the site, each answer is counted, timed and written
// into the access log. It changes nothing of what is said, but for ending a session that asks too much.

import type { Clock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { Line } from "../base/line-reader.ts";
import type { WallTimes } from "../base/wall-times.ts";
import { type Report, traced } from "../event/event.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import type { Connection, Secured } from "../net/connection.ts";
import { netEvents } from "../net/events.ts";
import type {
  Answer,
  BlockReceiver,
  Farewells,
  LineDialogue,
  LineLimits,
  OutgoingBlock,
} from "../net/line/line-dialogue.ts";
import { siteCells } from "../net/metrics/metrics.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import { ObservedRequest } from "./observed-request.ts";
import type { Protocol } from "./protocol.ts";

/** A dialogue that says who has logged in on its connection. */
export interface Observed extends LineDialogue {
  readonly user?: { readonly account: string } | undefined;
}

/** What all sessions of a site share. */
export interface Observer {
  /** Node path of the site, for events. */
  readonly path: string;
  readonly protocol: Protocol;
  readonly log: AccessLog;
  readonly metrics: SiteMetrics;
  readonly clock: Clock;
  /** Of the same clock. */
  readonly wall: WallTimes;
  readonly report: Report;
}

/** The client answers these with a secret: 334 in SMTP, 383 in NNTP, and 331 and 381 behind a verb that says so. */
const ASKS_FOR_SECRET: ReadonlySet<number> = new Set([331, 334, 381, 383]);

export class ObservedDialogue implements LineDialogue {
  private readonly inner: Observed;
  private readonly connection: Connection;
  private readonly observer: Observer;
  /** Under way; an idle session has none. */
  private request: ObservedRequest | undefined;

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
    const begins = this.request === undefined;
    this.request ??= new ObservedRequest(protocol, log);
    this.request.hear("text" in line ? line.text : "", clock.steadyMs());
    const refused = begins ? this.connection.visit.request() : undefined;
    if (refused !== undefined) return this.told({ reply: protocol.tooMuch, close: true });
    if (line.kind !== "line") this.connection.visit.failure("protocol-error");
    return this.when(this.inner.answer(line));
  }

  secured(facts: Secured, droppedBytes: number): void {
    const { report, path } = this.observer;
    const { address } = this.connection.peer;
    if (droppedBytes > 0)
      traced(report, this.connection.trace)(netEvents.clearTextBehindTls, about("site", path), {
        address,
        bytes: droppedBytes,
      });
    this.inner.secured?.(facts, droppedBytes);
  }

  finish(): "now" | "soon" {
    return this.inner.finish?.() ?? "now";
  }

  ended(): void {
    this.inner.ended?.();
  }

  private when(answer: Answer | Promise<Answer>): Answer | Promise<Answer> {
    return answer instanceof Promise ? answer.then((it) => this.told(it)) : this.told(answer);
  }

  /** Where a block belongs to the request, it goes on until that is over. */
  private told(answer: Answer): Answer {
    const { request } = this;
    if (request === undefined) return answer;
    const status = this.observer.protocol.statusOf(answer.reply);
    request.answered(status, answer.reply.length);
    if ("receive" in answer) {
      const { reader, receiver } = answer.receive;
      return { reply: answer.reply, receive: { reader, receiver: this.watched(receiver, request) } };
    }
    if (ASKS_FOR_SECRET.has(status)) {
      this.request = request.forSecret();
      this.write(request, this.observer.clock.steadyMs());
      return answer;
    }
    this.request = undefined;
    if ("send" in answer) {
      const { form, pieces } = answer.send;
      return { reply: answer.reply, send: { form, pieces: this.counted(pieces, request) } };
    }
    const turnedAway = this.over(request, "as it was answered");
    const spoken = !("secure" in answer || "become" in answer);
    return turnedAway && spoken ? { reply: answer.reply, close: true } : answer;
  }

  private watched(inner: BlockReceiver, request: ObservedRequest): BlockReceiver {
    return {
      take(piece) {
        request.bytesReceived += piece.length;
        return inner.take(piece);
      },
      end: (verdict) => {
        request.startedAtMs = this.observer.clock.steadyMs();
        return this.when(inner.end(verdict));
      },
      lost: () => {
        this.request = undefined;
        this.over(request, "broken off");
        inner.lost();
      },
    };
  }

  private async *counted(pieces: OutgoingBlock["pieces"], request: ObservedRequest): AsyncGenerator<Buffer | "broken"> {
    let whole = false;
    try {
      for await (const piece of pieces) {
        if (piece !== "broken") request.bytesSent += piece.length;
        yield piece;
        if (piece === "broken") return;
      }
      whole = true;
    } finally {
      this.over(request, whole ? "as it was answered" : "broken off");
    }
  }

  /** True when the peer is turned away from now on. */
  private over(request: ObservedRequest, how: "as it was answered" | "broken off"): boolean {
    const { protocol, metrics, clock } = this.observer;
    const nowMs = clock.steadyMs();
    this.write(request, nowMs);
    const outcome = how === "broken off" ? "aborted" : protocol.outcomeOf(request.status);
    metrics.add(siteCells.requests[outcome]);
    metrics.observe(siteCells.requestSeconds, (nowMs - request.startedAtMs) / 1000);
    const failure = protocol.failureOf(request.verb, request.status);
    return failure !== undefined && this.connection.visit.failure(failure) !== undefined;
  }

  private write(request: ObservedRequest, nowMs: number): void {
    request.write(this.connection, this.inner.user?.account ?? "", nowMs, this.observer.wall);
  }
}
