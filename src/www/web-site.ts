// A web site as it lives in a worker: its connections get sessions, and its requests go through the modules of the directory
// that they are for. Everything that its settings decide is made once; a change of settings makes another site.
import type { Socket } from "node:net";
import type { AccessLog } from "../net/access-log/access-log.ts";
import type { Connection } from "../net/connection.ts";
import { Deadlines } from "../net/line/deadlines.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import type { Answer } from "../proto/http/answer/answer.ts";
import { refusalAnswer } from "../proto/http/answer/refusal-answer.ts";
import { writeAnswer } from "../proto/http/answer/write-answer.ts";
import type { Shared } from "../proto/http/connection/door.ts";
import type { Refusal } from "../proto/http/refusal.ts";
import type { Field, Request } from "../proto/http/request.ts";
import type { Site, SiteInput } from "../service/service.ts";
import { Decisions } from "./decisions.ts";
import type { Directory } from "./directories/directory.ts";
import { siteDirectories } from "./directories/site-directories.ts";
import type { AnsweringSite } from "./engine/answering-site.ts";
import { connectionLimits, sessionLimits } from "./engine/engine-settings.ts";
import { HttpSession } from "./engine/http-session.ts";
import { siteRefusals } from "./engine/refusals.ts";
import type { SessionLimits } from "./engine/session-limits.ts";
import { pathRules } from "./path-rules.ts";
import { type Content, type ModuleWorld, type Step, stepsOf } from "./pipeline.ts";
import type { WwwSiteValues } from "./settings.ts";
import { optionsAnswer, verbAnswer } from "./verbs.ts";
import type { WebCommon } from "./web-common.ts";

export type WebSiteInput = Pick<
  SiteInput<WwwSiteValues>,
  "name" | "path" | "values" | "below" | "clock" | "log" | "metrics"
>;

export class WebSite implements Site, AnsweringSite, ModuleWorld {
  readonly faults = [];
  readonly takesStrayHosts: boolean;
  readonly limits: SessionLimits;
  readonly log: AccessLog;
  readonly metrics: SiteMetrics;
  readonly content: Content;
  private readonly decisions: Decisions;
  private readonly steps = new Map<Directory, readonly Step[]>();
  private readonly keepsAlive: boolean;
  private readonly shared: Shared;
  private readonly deadlines: Deadlines;

  constructor(input: WebSiteInput, { home, outbox, date }: WebCommon, content: Content) {
    const { values, clock, log, metrics } = input;
    this.takesStrayHosts = values.defaultSite === input.name;
    this.limits = sessionLimits(values);
    this.log = log;
    this.metrics = metrics;
    this.content = content;
    this.decisions = new Decisions(pathRules(values), siteDirectories(home, input));
    this.keepsAlive = values.allowKeepAlive;
    this.shared = { outbox, date, limits: connectionLimits(values) };
    this.deadlines = Deadlines.of(clock);
  }

  serve(socket: Socket, connection: Connection): void {
    const session = new HttpSession(socket, connection, this, this.shared, this.deadlines);
    connection.onFinish(() => session.finish());
  }

  turnAway(socket: Socket): void {
    const { outbox, date } = this.shared;
    outbox.begin({ write: (bytes) => socket.write(Buffer.from(bytes)) });
    writeAnswer(outbox, { method: "GET", version: "HTTP/1.1" }, this.refuse(siteRefusals.unavailable), false, date);
    outbox.end();
    socket.end();
  }

  answer(request: Request): Answer | Promise<Answer> {
    const answer = this.find(request);
    if (this.keepsAlive) return answer;
    return answer instanceof Promise ? answer.then(asLast) : asLast(answer);
  }

  readonly refuse = (refusal: Refusal, fields: readonly Field[] = []): Answer => {
    const answer = refusalAnswer(refusal);
    return { ...answer, fields: [...answer.fields, ...fields] };
  };

  private find(request: Request): Answer | Promise<Answer> {
    const { path, method } = request;
    // The server as a whole, and where a tunnel is to lead.
    if (!path.startsWith("/")) return verbAnswer(method, this.refuse) ?? optionsAnswer;
    const { place, refusal } = this.decisions.of(path);
    if (refusal !== undefined || place === undefined) return this.refuse(refusal ?? siteRefusals.unavailable);
    for (const step of this.stepsIn(place.directory)) {
      const answer = step(request, place);
      if (answer !== undefined) return answer;
    }
    throw new Error("nobody answers for files");
  }

  private stepsIn(directory: Directory): readonly Step[] {
    const known = this.steps.get(directory);
    if (known !== undefined) return known;
    const made = stepsOf(directory, this);
    this.steps.set(directory, made);
    return made;
  }
}

/** Behind it the connection ends. A spread would lose what makes some answers quick, and nobody who wants that gets here. */
const asLast = ({ status, substatus, reason, fields, body, handOver }: Answer): Answer => ({
  status,
  substatus,
  fields,
  body,
  close: true,
  ...(reason === undefined ? {} : { reason }),
  ...(handOver === undefined ? {} : { handOver }),
});
