// A web site as it lives in a worker: its connections get sessions, and its requests go through the modules of the directory
// that they are for. Everything that its settings decide is made once; a change of settings makes another site.
import type { Login } from "../account/login.ts";
import type { Clock } from "../base/clock.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import type { Carrier } from "../net/carrier.ts";
import type { Connection, QuicConnection } from "../net/connection.ts";
import { Deadlines } from "../net/line/deadlines.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import { withFields } from "../proto/http/answer/added-fields.ts";
import type { Answer } from "../proto/http/answer/answer.ts";
import { refusalAnswer } from "../proto/http/answer/refusal-answer.ts";
import { writeAnswer } from "../proto/http/answer/write-answer.ts";
import type { Shared } from "../proto/http/connection/door.ts";
import type { Refusal } from "../proto/http/refusal.ts";
import type { Request } from "../proto/http/request.ts";
import type { Site, SiteInput } from "../service/service.ts";
import type { Asker } from "./content/asker.ts";
import { type ContentRules, contentRules } from "./content/content-rules.ts";
import type { Place } from "./content/place.ts";
import { SiteContent } from "./content/site-content.ts";
import { Decisions } from "./decisions.ts";
import type { Directory } from "./directories/directory.ts";
import { siteDirectories } from "./directories/site-directories.ts";
import type { AnsweringSite } from "./engine/answering-site.ts";
import { connectionLimits, sessionLimits } from "./engine/engine-settings.ts";
import { HttpSession } from "./engine/http-session.ts";
import { siteRefusals } from "./engine/refusals.ts";
import type { SessionLimits } from "./engine/session-limits.ts";
import { Http3Session } from "./http3/http3-session.ts";
import { SiteOverQuic } from "./http3/site-over-quic.ts";
import { pathRules } from "./path-rules.ts";
import { type Answered, type ModuleWorld, type Step, stepsOf } from "./pipeline.ts";
import { serverAnswer } from "./server-answer.ts";
import type { WwwSiteValues } from "./settings.ts";
import type { WebCommon } from "./web-common.ts";

export type WebSiteInput = Pick<
  SiteInput<WwwSiteValues>,
  "name" | "path" | "values" | "below" | "clock" | "login" | "log" | "metrics"
>;

/** A directory that was asked for. */
interface Ready {
  readonly rules: ContentRules;
  readonly steps: readonly Step[];
}

export class WebSite implements Site, AnsweringSite, ModuleWorld {
  readonly faults = [];
  readonly takesStrayHosts: boolean;
  readonly limits: SessionLimits;
  readonly log: AccessLog;
  readonly metrics: SiteMetrics;
  readonly content: SiteContent;
  readonly login: Login;
  readonly overQuic: SiteOverQuic | undefined;
  readonly clock: Clock;
  private readonly homeFolder: string;
  private readonly decisions: Decisions;
  private readonly ready = new Map<Directory, Ready>();
  private readonly keepsAlive: boolean;
  private readonly shared: Shared;
  private readonly deadlines: Deadlines;

  constructor(input: WebSiteInput, common: WebCommon) {
    const { values, clock, login, log, metrics, name } = input;
    const { home, outbox, date } = common;
    this.takesStrayHosts = values.defaultSite === name;
    this.limits = sessionLimits(values);
    this.clock = clock;
    this.login = login;
    this.log = log;
    this.metrics = metrics;
    this.content = new SiteContent(common.contentWorld);
    this.homeFolder = home.root;
    this.decisions = new Decisions(pathRules(values), siteDirectories(home, input), common.decisionMemory);
    this.keepsAlive = values.allowKeepAlive;
    this.shared = { outbox, date, limits: connectionLimits(values) };
    this.deadlines = Deadlines.of(clock);
    this.overQuic = values.http3 ? new SiteOverQuic(values.secureBindings, (it) => this.serveQuic(it)) : undefined;
  }

  serve(socket: Carrier, connection: Connection): void {
    const session = new HttpSession(socket, connection, this, this.shared, this.deadlines);
    connection.onFinish(() => session.finish());
  }

  turnAway(socket: Carrier): void {
    const { outbox, date } = this.shared;
    outbox.begin({ write: (bytes) => socket.write(Buffer.from(bytes)) });
    writeAnswer(
      outbox,
      { method: "GET", version: "HTTP/1.1", upgrade: undefined },
      this.refuse(siteRefusals.unavailable),
      false,
      date,
    );
    outbox.end();
    socket.end();
  }

  /** Connections that began on it may still be open, and ask. */
  close(): void {
    this.content.close();
  }

  answer(request: Request, asker: Asker): Answered {
    const answer = request.path.startsWith("/") ? this.find(request, asker) : serverAnswer(request.method);
    const invitation = asker.secured === undefined ? undefined : this.overQuic?.invites;
    const invited = invitation === undefined ? answer : then(answer, (it) => withFields(it, invitation));
    return this.keepsAlive ? invited : then(invited, asLast);
  }

  refuse(refusal: Refusal): Answer {
    return refusalAnswer(refusal);
  }

  refused({ status, substatus, because }: Refusal, request: Request, place: Place): Answered {
    return this.content.failed({ status, substatus, detail: because }, request, place);
  }

  private serveQuic(connection: QuicConnection): void {
    new Http3Session(connection, this, this.shared, this.deadlines);
  }

  private find(request: Request, asker: Asker): Answered {
    const { target, directory, below, refusal } = this.decisions.of(request.path);
    const { rules, steps } = this.readyIn(directory);
    const elsewhere = (path: string) => this.placeAt(path, asker);
    const place = { target, folder: directory.folder, below, rules, asker, elsewhere };
    if (refusal !== undefined) return this.refused(refusal, request, place);
    return this.walk(steps, 0, request, place);
  }

  /** Through the steps from one on, until one answers; only what a step promises is waited for. */
  private walk(steps: readonly Step[], from: number, request: Request, place: Place): Answered {
    for (let at = from; at < steps.length; at++) {
      const answer = steps[at]?.(request, place);
      if (answer instanceof Promise) return answer.then((it) => it ?? this.walk(steps, at + 1, request, place));
      if (answer !== undefined) return answer;
    }
    throw new Error("nobody answers for files");
  }

  /** Of a page of the site itself that an error shows. */
  private placeAt(path: string, asker: Asker): Place | undefined {
    const { target, directory, below, refusal } = this.decisions.of(path);
    if (refusal !== undefined) return undefined;
    return { target, folder: directory.folder, below, rules: this.readyIn(directory).rules, asker };
  }

  private readyIn(directory: Directory): Ready {
    const known = this.ready.get(directory);
    if (known !== undefined) return known;
    const made = { rules: contentRules(directory.settings, this.homeFolder), steps: stepsOf(directory, this) };
    this.ready.set(directory, made);
    return made;
  }
}

const then = (answered: Answered, change: (answer: Answer) => Answer): Answered =>
  answered instanceof Promise ? answered.then(change) : change(answered);

/** Behind it the connection ends. A copy, as the same answer may be given to others. */
const asLast = ({ status, substatus, reason, fields, body }: Answer): Answer => ({
  status,
  substatus,
  fields,
  body,
  close: true,
  ...(reason === undefined ? {} : { reason }),
});
