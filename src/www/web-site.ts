// A web site as it lives in a worker: its connections get sessions, and its requests go through the modules of the directory
// that they are for. Everything that its settings decide is made once; a change of settings makes another site.

import { TLSSocket } from "node:tls";
import type { Login } from "../account/login.ts";
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import type { AccessLog } from "../net/access-log/access-log.ts";
import type { Carrier } from "../net/carrier.ts";
import type { Connection, QuicConnection } from "../net/connection.ts";
import { Deadlines } from "../net/line/deadlines.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import { AddedFields, withFields } from "../proto/http/answer/added-fields.ts";
import type { Answer } from "../proto/http/answer/answer.ts";
import { refusalAnswer } from "../proto/http/answer/refusal-answer.ts";
import { writeAnswer } from "../proto/http/answer/write-answer.ts";
import type { Refusal } from "../proto/http/refusal.ts";
import type { Request } from "../proto/http/request.ts";
import type { Site, SiteInput } from "../service/service.ts";
import type { Asker } from "./content/asker.ts";
import { contentRules } from "./content/content-rules.ts";
import type { OtherPlace, Place } from "./content/place.ts";
import { SiteContent } from "./content/site-content.ts";
import { Decisions } from "./decisions.ts";
import type { Directory } from "./directories/directory.ts";
import { siteDirectories } from "./directories/site-directories.ts";
import type { AnsweringSite } from "./engine/answering-site.ts";
import { connectionLimits, protocolsOf, sessionLimits, streamLimits } from "./engine/engine-settings.ts";
import { HttpSession, type SessionShared } from "./engine/http-session.ts";
import { siteRefusals } from "./engine/refusals.ts";
import type { SessionLimits } from "./engine/session-limits.ts";
import { turnAwayHttp2 } from "./engine/turn-away-http2.ts";
import { Http3Session } from "./http3/http3-session.ts";
import { SiteOverQuic } from "./http3/site-over-quic.ts";
import { KnownTargets } from "./known-targets.ts";
import { besidesModules } from "./module-headers.ts";
import { pathRules } from "./path-rules.ts";
import { type Answered, type ModuleWorld, pipelineOf, type Step } from "./pipeline.ts";
import { type Neighbourhood, type Ready, RequestPlace, Route } from "./route.ts";
import { ToHttps, tlsRequired } from "./secure/to-https.ts";
import { transportSecurity } from "./secure/transport-security.ts";
import { ServedFolders } from "./served-folders.ts";
import { serverAnswer } from "./server-answer.ts";
import type { WwwSiteValues } from "./settings.ts";
import { siteFaults } from "./site-faults.ts";
import type { WebCommon } from "./web-common.ts";

export type WebSiteInput = Pick<
  SiteInput<WwwSiteValues>,
  "name" | "path" | "values" | "below" | "clock" | "report" | "login" | "log" | "metrics"
>;

export class WebSite implements Site, AnsweringSite, ModuleWorld, Neighbourhood {
  readonly faults: readonly Fault[];
  readonly takesStrayHosts: boolean;
  readonly protocols: readonly string[];
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
  private readonly routes: KnownTargets<Route>;
  /** Of both, as long as it is the same invitation. */
  private joined: { readonly invites: AddedFields; readonly added: AddedFields } | undefined;
  private readonly keepsAlive: boolean;
  private readonly transportSecurity: AddedFields | undefined;
  private readonly toHttps: ToHttps | undefined;
  private readonly http2Clear: boolean;
  private readonly shared: SessionShared;
  private readonly deadlines: Deadlines;

  constructor(input: WebSiteInput, common: WebCommon) {
    const { values, clock, report, login, log, metrics, name, path } = input;
    const { home, outbox, date } = common;
    const directories = siteDirectories(home, input);
    const folders = new ServedFolders(path, [directories.root, ...directories.all], { home, clock, report });
    this.faults = [...siteFaults({ home, path, values, directories }), ...folders.faults];
    this.takesStrayHosts = values.defaultSite === name;
    this.protocols = protocolsOf(values);
    this.limits = sessionLimits(values);
    this.clock = clock;
    this.login = login;
    this.log = log;
    this.metrics = metrics;
    this.content = new SiteContent(common.contentWorld, (folder) => folders.missed(folder));
    this.homeFolder = home.root;
    this.decisions = new Decisions(pathRules(values), directories);
    this.routes = new KnownTargets(common.targetMemory, (target, isRemembered) => this.routeTo(target, isRemembered));
    this.keepsAlive = values.allowKeepAlive;
    this.transportSecurity = transportSecurity(values);
    this.toHttps = values.redirectToHttps ? new ToHttps(values.secureBindings) : undefined;
    this.http2Clear = values.http2Clear;
    this.shared = { outbox, date, limits: connectionLimits(values), streams: streamLimits(values) };
    this.deadlines = Deadlines.of(clock);
    this.overQuic = values.http3 ? new SiteOverQuic(values.secureBindings, (it) => this.serveQuic(it)) : undefined;
  }

  serve(socket: Carrier, connection: Connection): void {
    const { secured } = connection;
    const inClear = this.http2Clear ? "unknown" : "HTTP/1";
    const spoken = secured === undefined ? inClear : secured.alpn === "h2" ? "HTTP/2" : "HTTP/1";
    const session = new HttpSession(socket, connection, this, this.shared, this.deadlines, spoken);
    connection.onFinish(() => session.finish());
  }

  turnAway(socket: Carrier): void {
    const tls = socket instanceof TLSSocket ? socket : undefined;
    const answer = this.refuse(siteRefusals.unavailable, tls !== undefined);
    if (tls?.alpnProtocol === "h2") return turnAwayHttp2(socket, answer, this.shared);
    const { outbox, date } = this.shared;
    outbox.begin({ write: (bytes) => socket.write(Buffer.from(bytes)) });
    writeAnswer(outbox, { method: "GET", version: "HTTP/1.1", upgrade: undefined }, answer, false, date);
    outbox.end();
    socket.end();
  }

  /** Connections that began on it may still be open, and ask. */
  close(): void {
    this.content.close();
  }

  answer(request: Request, asker: Asker): Answered {
    const found = request.path.startsWith("/") ? this.find(request, asker) : serverAnswer(request.method);
    const answer = this.keepsAlive ? found : then(found, asLast);
    const added = asker.secured === undefined ? undefined : this.addedUnderTls;
    return added === undefined ? answer : then(answer, (it) => withFields(it, added));
  }

  refuse(refusal: Refusal, isSecure: boolean): Answer {
    const answer = refusalAnswer(refusal);
    const added = isSecure ? this.addedUnderTls : undefined;
    return added === undefined ? answer : withFields(answer, added);
  }

  refused({ status, substatus, because }: Refusal, request: Request, place: Place): Answered {
    return this.content.failed({ status, substatus, detail: because }, request, place);
  }

  /** What all answers under TLS have, whatever they are: to be asked under TLS only, and where HTTP/3 is spoken. */
  private get addedUnderTls(): AddedFields | undefined {
    const { transportSecurity: hsts, overQuic, joined } = this;
    const invites = overQuic?.invites;
    if (hsts === undefined || invites === undefined) return hsts ?? invites;
    if (joined?.invites === invites) return joined.added;
    const added = new AddedFields([...hsts.fields, ...invites.fields]);
    this.joined = { invites, added };
    return added;
  }

  private serveQuic(connection: QuicConnection): void {
    new Http3Session(connection, this, this.shared, this.deadlines);
  }

  private find(request: Request, asker: Asker): Answered {
    const route = this.routes.of(request.path);
    const { rules, steps, finishes, refusal } = route;
    const place = new RequestPlace(this, route, request, asker);
    if (asker.secured === undefined && this.toHttps !== undefined)
      return this.toHttps.answer(request, rules.customFields) ?? this.refused(tlsRequired, request, place);
    const answer = refusal === undefined ? this.walk(steps, 0, request, place) : this.refused(refusal, request, place);
    if (finishes.length === 0) return answer;
    return finishes.reduce((it, finish) => then(it, (made) => finish(request, made)), answer);
  }

  /** Through the steps from one on, until one answers; only what a step promises is waited for. */
  private walk(steps: readonly Step[], from: number, request: Request, place: Place): Answered {
    for (let at = from; at < steps.length; at++) {
      const answer = steps[at]?.(request, place, this);
      if (answer instanceof Promise) return answer.then((it) => it ?? this.walk(steps, at + 1, request, place));
      if (answer !== undefined) return answer;
    }
    throw new Error("nobody answers for files");
  }

  /** Of a page of the site itself that an error shows, or of the document of a folder. */
  placeAt(path: string, asker: Asker): OtherPlace | undefined {
    const { target, directory, below, refusal } = this.decisions.of(path);
    if (refusal !== undefined) return undefined;
    return { target, folder: directory.folder, below, rules: this.readyIn(directory).rules, asker };
  }

  /** In the listing of a folder in `from`: what its address could not even see, nobody is told of. */
  isShown(path: string, from: Directory, request: Request, asker: Asker): boolean {
    const { directory, refusal } = this.decisions.of(path);
    if (refusal !== undefined) return false;
    return directory === from || this.readyIn(directory).sights.every((it) => it(request, asker, this) === undefined);
  }

  private routeTo(target: string, isRemembered: boolean): Route {
    const decision = this.decisions.of(target);
    return new Route(decision, this.readyIn(decision.directory), isRemembered);
  }

  private readyIn(directory: Directory): Ready {
    const known = this.ready.get(directory);
    if (known !== undefined) return known;
    const { settings } = directory;
    const hsts = this.transportSecurity !== undefined;
    const customHeaders = besidesModules(settings.customHeaders, { hsts, corsRules: settings.corsRules });
    const rules = contentRules({ ...settings, customHeaders }, this.homeFolder);
    const made = { ...pipelineOf(settings), rules };
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
