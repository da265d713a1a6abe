// One session of the web on a real socket, with a site that answers what a test says and a clock that it holds. Only for tests.
import { ManualClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import type { FailureKind } from "../../net/access/refusal-reasons.ts";
import type { FieldSource } from "../../net/access-log/fields.ts";
import { type AccessRecord, accessRecord } from "../../net/access-log/record.ts";
import type { Carrier } from "../../net/carrier.ts";
import type { Connection } from "../../net/connection.ts";
import { type Listening, listenInClear } from "../../net/front/listen.ts";
import { Deadlines } from "../../net/line/deadlines.ts";
import { siteCells, siteMetrics } from "../../net/metrics/metrics.ts";
import { MetricsBook } from "../../net/metrics/metrics-book.ts";
import { openListeningSocket } from "../../net/system/listening-socket.ts";
import { type Dialogue, openDialogue } from "../../net/testing/dialogue.ts";
import { fakeConnection } from "../../net/testing/fake-connection.ts";
import type { Answer } from "../../proto/http/answer/answer.ts";
import { DateStamp } from "../../proto/http/answer/date-stamp.ts";
import { Outbox } from "../../proto/http/answer/outbox.ts";
import { refusalAnswer } from "../../proto/http/answer/refusal-answer.ts";
import { usualConnectionLimits } from "../../proto/http/connection/usual-limits.ts";
import type { Refusal } from "../../proto/http/refusal.ts";
import type { Request } from "../../proto/http/request.ts";
import { usualStreamLimits } from "../../proto/http2/connection/stream-limits.ts";
import type { Asker } from "../content/asker.ts";
import type { AnsweringSite } from "../engine/answering-site.ts";
import { HttpSession, type Spoken } from "../engine/http-session.ts";

export type Reply = (request: Request, asker: Asker) => Answer | Promise<Answer>;

export const text = (body: string): Answer => ({ status: 200, substatus: 0, fields: [], body: Buffer.from(body) });

/** What the log would write; slots that it does not want stay empty. */
export class FakeSite implements AnsweringSite {
  readonly lines: AccessRecord[] = [];
  readonly limits = { idleMs: 60_000, headMs: 10_000, bytesPerSecondMin: 10, sessionMs: null };
  readonly log;
  readonly metrics;
  readonly answer: Reply;
  private readonly book = new MetricsBook(siteMetrics.end);

  constructor(answer: Reply, wants: readonly FieldSource[] = []) {
    this.answer = answer;
    this.log = {
      on: true,
      wants: new Set(wants),
      record: accessRecord,
      write: (it: AccessRecord) => void this.lines.push({ ...it }),
    };
    this.metrics = this.book.site("a");
  }

  readonly refuse = (refusal: Refusal) => refusalAnswer(refusal);
  serve(): void {}
  turnAway(): void {}

  /** "GET /a 404 because" */
  get told(): readonly string[] {
    return this.lines.map((it) => `${it.method} ${it.uriStem} ${it.status} ${it.information}`.trimEnd());
  }

  /** Since it was last asked. */
  counted(outcome: keyof typeof siteCells.requests): number {
    const [site] = [...this.book.report()].flat();
    const at = site?.cells.findIndex((cell, index) => index % 2 === 0 && cell === siteCells.requests[outcome]) ?? -1;
    return at < 0 ? 0 : (site?.cells[at + 1] ?? 0);
  }
}

export class SessionRig {
  readonly clock = new ManualClock(1_700_000_000_000);
  readonly failures: FailureKind[] = [];
  readonly outbox = new Outbox();
  session: HttpSession | undefined;
  socket: Carrier | undefined;
  /** Begins a session on it, as on each that is taken. */
  readonly serve: (socket: Carrier) => void;
  connection: Connection | undefined;
  private readonly port: number;
  private readonly listening: Listening;
  private readonly come: Promise<void>;

  constructor(site: AnsweringSite, more: Partial<Connection> = {}, spoken: Spoken = "HTTP/1") {
    const failure = (kind: FailureKind) => void this.failures.push(kind) as undefined;
    const visit = { request: () => undefined, failure };
    const shared = {
      outbox: this.outbox,
      date: new DateStamp(0),
      limits: usualConnectionLimits,
      streams: usualStreamLimits,
    };
    const { promise: come, resolve } = Promise.withResolvers<void>();
    this.serve = (socket) => {
      this.socket = socket;
      const connection = fakeConnection({ moveTo: () => site, visit, ...more });
      this.connection = connection;
      this.session = new HttpSession(socket, connection, site, shared, Deadlines.of(this.clock), spoken);
      socket.resume();
      resolve();
    };
    const { fd, port } = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
    this.come = come;
    this.port = port;
    this.listening = expectGood(listenInClear({ fd, take: this.serve, failed: () => {} }));
  }

  async open(): Promise<Dialogue> {
    const client = await openDialogue(this.port);
    await this.come;
    return client;
  }

  /** Until the next bytes of the client have come. */
  async heard(say: () => void): Promise<void> {
    const come = new Promise((resolve) => this.socket?.once("data", resolve));
    say();
    await come;
  }

  /** Until the client does not keep up any more; then another connection speaks, in the same memory. */
  async stuck(): Promise<void> {
    while ((this.socket?.writableLength ?? 0) === 0) await new Promise((resolve) => setImmediate(resolve));
    this.outbox.begin({ write: () => true });
    this.outbox.text("#".repeat(60_000));
    this.outbox.end();
  }

  [Symbol.dispose](): void {
    this.socket?.destroy();
    this.listening.stop();
  }
}
