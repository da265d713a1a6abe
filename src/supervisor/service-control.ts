// One service as the supervisor runs it: its state, its workers and its sites. Everything that happens, an order, a
// worker's word, a changed setting, ends here as an event of the state table.
import { isProof } from "../account/ask.ts";
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault, sentence } from "../base/fault.ts";
import type { Json, JsonObject } from "../base/json.ts";
import { didYouMean } from "../base/nearest.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Occurrence, Report } from "../event/event.ts";
import type { SiteCounts, SupervisorMessage, WorkerMessage } from "../ipc/messages.ts";
import { sitePath } from "../metabase/tree/path.ts";
import { siteMetrics } from "../net/metrics/metrics.ts";
import { MetricsTotals } from "../net/metrics/metrics-totals.ts";
import { spellDuration } from "../schema/kinds/measure.ts";
import type { ErrandOrder } from "../service/errand.ts";
import type { Service } from "../service/service.ts";
import type { ServiceStatus } from "./answers.ts";
import { BackOff } from "./back-off.ts";
import { ErrandDesk } from "./errand-desk.ts";
import { supervisorEvents } from "./events.ts";
import { Life } from "./life.ts";
import type { LentSocket, ListenerTable } from "./listener-table.ts";
import type { Logins } from "./login-desk.ts";
import { type Follower, type Refusal, refusal } from "./operation.ts";
import { processUsage } from "./process-usage.ts";
import { SiteControl, type SitePlan } from "./site-control.ts";
import { type LifeEvent, type State, serves } from "./states.ts";
import type { Asked, ServiceHealth } from "./succession/messages.ts";
import { WorkerCrew } from "./worker-crew.ts";
import { standardLimits, type WorkerProcess } from "./worker-process.ts";

/** The settings of the service that concern its processes. */
export interface ServicePlan {
  readonly enabled: boolean;
  readonly workers: number;
  readonly startTimeout: number;
  readonly drainTimeout: number;
}

export interface ServiceWorld {
  readonly clock: Clock;
  readonly listeners: ListenerTable;
  readonly report: Report;
  /** The command line that starts a worker of this service. */
  readonly command: readonly string[];
  /** The first message to a worker: release, home and user. */
  greeting(): SupervisorMessage;
  plan(): ServicePlan;
  /** What a worker is told of the settings that concern what its sites share. */
  commonValues(): JsonObject;
  siteNames(): readonly string[];
  hasSite(name: string): boolean;
  sitePlan(name: string): SitePlan;
  /** Where logins are decided; without it nobody logs in. */
  readonly logins: Logins | undefined;
  /** What a fresh worker is told of certificates, before its sites. */
  certificates(): Iterable<SupervisorMessage>;
  /** An event that a worker wrote. */
  write(occurrence: Occurrence): void;
  /** Sockets were taken from sites, maybe of another service: they have to borrow again. */
  displaced(paths: readonly string[]): void;
  /** Something that `status` shows is different now. */
  changed(): void;
}

export type ServiceVerb = "start" | "stop" | "pause" | "continue";
export interface Answered {
  readonly state: State;
  readonly was: State;
}

const SITES_PER_MESSAGE = 200;
/** A service that has served so long has outlived what lost it before. */
const SETTLED_MS = 300_000;

export class ServiceControl {
  readonly service: Service;
  readonly metrics: MetricsTotals;
  /** Since the server started. */
  workersLost = 0;
  private by = "nobody yet";
  private paused = false;
  private enabled: boolean;
  /** What an operator had made of sites before, under another server, by their paths. */
  private before: ReadonlyMap<string, Asked["state"]> = new Map();
  private cause: Fault | undefined;
  private nextTryMs: number | null = null;
  private judging = false;
  private readonly world: ServiceWorld;
  private readonly life: Life;
  private readonly crew: WorkerCrew;
  private readonly errands = new ErrandDesk();
  private readonly sites = new Map<string, SiteControl>();
  /** Kept rather than counted, as one change must not cost more where there are many sites. */
  private readonly unwell = new Set<SiteControl>();
  private readonly backOff = new BackOff();
  private cancelRetry: () => void = () => {};
  private cancelSettle: () => void = () => {};
  /** Sites that are to end, and the workers that have not said so yet. */
  private readonly ending = new Map<SiteControl, Set<number>>();

  constructor(service: Service, world: ServiceWorld) {
    this.service = service;
    this.world = world;
    this.enabled = world.plan().enabled;
    const lists = service.metrics === undefined ? [siteMetrics] : [siteMetrics, service.metrics];
    this.metrics = new MetricsTotals(lists, world.clock, (site) => world.hasSite(site));
    this.crew = new WorkerCrew(
      {
        program: { command: world.command, tidiesSooner: service.tidiesSooner === true },
        limits: () => ({ ...standardLimits, startMs: world.plan().startTimeout }),
        brief: (worker) => this.brief(worker),
        heard: (worker, message) => this.heard(worker, message),
        ready: () => this.judge(),
        lost: (pid, because, left) => this.lost(pid, because, left),
        gone: (pid) => this.forget(pid),
        drained: () => this.drained(),
        overdue: ({ pid }, because) => world.report(supervisorEvents.workerOverdue, this.subject, { pid, because }),
      },
      world.clock,
    );
    const duties = {
      open: () => this.open("all"),
      reopen: () => this.open("those that were open"),
      close: () => this.close(),
      abandon: () => this.abandonWorkers(),
      pause: () => this.sendAll(),
      continue: () => this.sendAll(),
      "forget-retry": () => this.forgetRetry(),
      // Nobody will accept for long: better refused at once than left waiting in a queue.
      "probe-later": () => this.eachSite((it) => it.unbind("everywhere")),
      // `lost` has planned it, as it knows the delay.
      "retry-later": () => {},
    };
    this.life = new Life(world.clock, duties, () => this.announce());
  }

  get state(): State {
    return this.life.state;
  }

  /** What an operator asks; the answer is the state that follows at once. */
  ask(verb: ServiceVerb, by: string): State {
    this.world.report(supervisorEvents.serviceAsked, this.subject, { verb, by });
    if (verb === "start") this.backOff.forget();
    return this.follow(verb, by);
  }

  /** The same as a part of something that was told already. */
  follow(verb: ServiceVerb, by: string): State {
    this.by = by;
    this.paused = verb === "pause" && this.state !== "stopped" && this.state !== "draining";
    this.fire(verb);
    return this.state;
  }

  /** The same for one site. */
  askSite(name: string, verb: ServiceVerb | "restart", by: string): Result<Answered, Refusal> {
    const site = this.sites.get(name);
    if (site === undefined) {
      const near = didYouMean(name, this.sites.keys());
      return bad(refusal("unknown", `${this.service.name} has no site ${name}${near}`));
    }
    const was = site.state;
    if (!this.begun && verb !== "stop")
      return bad(
        refusal("conflict", `${site.path} cannot ${verb}, as ${this.service.name} is ${this.state}: start that first`),
      );
    this.world.report(supervisorEvents.siteAsked, about("site", site.path), { verb, by });
    if (verb === "stop" || verb === "restart") this.endSite(site);
    if (verb !== "stop") site.fire(verb === "restart" ? "start" : verb);
    return good({ state: site.state, was });
  }

  /** New workers take over from the old ones without a gap; a service that does not serve is started. */
  async restart(by: string): Promise<Result<void, string>> {
    this.world.report(supervisorEvents.serviceAsked, this.subject, { verb: "restart", by });
    if (!serves(this.state) && this.state !== "paused") {
      this.backOff.forget();
      this.follow("start", by);
      return good(undefined);
    }
    this.by = by;
    const replaced = await this.crew.replace(this.world.plan().drainTimeout);
    if (replaced.ok) {
      const leaving = this.crew.all.filter((it) => it.phase === "draining");
      for (const site of this.sites.values()) for (const it of leaving) site.forget(it.pid);
      this.world.report(supervisorEvents.replaced, this.subject);
    } else this.world.report(supervisorEvents.notReplaced, this.subject, { because: replaced.error });
    // What the new worker said itself tells more than how it ended, and what mends it.
    return !replaced.ok && this.cause?.subject.kind === "file" ? bad(sentence(this.cause)) : replaced;
  }

  /** Settings have changed: those of the service, and those that the named sites see. */
  renew(serviceItself: boolean, siteNames: readonly string[]): void {
    for (const name of siteNames) {
      const site = this.sites.get(name);
      if (!this.world.hasSite(name)) this.removeSite(name, site);
      else if (site !== undefined) site.renew();
      else if (this.begun) this.addSite(name);
    }
    if (serviceItself) this.renewService();
    this.judge();
  }

  /** Sites whose sockets were closed for a wider one. */
  borrowAgain(paths: ReadonlySet<string>): void {
    this.eachSite((it) => {
      if (paths.has(it.path)) it.renew();
    });
  }

  /** To every worker that serves or starts; each takes it before whatever is sent later. */
  broadcast(message: SupervisorMessage): void {
    this.crew.broadcast(message);
  }

  /** The same for every worker, also for those on their way out. */
  tellAll(message: SupervisorMessage): void {
    for (const worker of this.crew.all) worker.send(message);
  }

  /** Has something done at a site by a worker that serves. */
  async errand(order: ErrandOrder, follower: Follower): Promise<Result<Json, Refusal>> {
    const { name, title } = this.service;
    const worker = this.crew.active.find((it) => it.phase === "serving");
    if (worker !== undefined) return await this.errands.begin(worker, order, follower);
    return bad(refusal("unavailable", `${title} does not serve, it is ${this.state}. Start it: inetsrv start ${name}`));
  }

  status(): ServiceStatus {
    const { name, title } = this.service;
    const workers = this.crew.all.map((it) => ({
      ...(processUsage(it.pid) ?? { pid: it.pid, cpuMs: 0, memoryBytes: 0 }),
      state: it.phase,
      sinceMs: it.startedMs,
      connections: it.connections,
      waitingFor: it.waitingFor,
    }));
    const sites = [...this.sites.values()].map((it) => it.status());
    const faults = this.cause === undefined ? [] : [this.cause];
    const { by, nextTryMs } = this;
    const { state, sinceMs } = this.life;
    return { name, title, state, sinceMs, by, workers, sites, nextTryMs, faults };
  }

  /** Before the first start. */
  rest(states: ReadonlyMap<string, Asked["state"]>): void {
    this.before = states;
  }

  /** After the first start. */
  pauseAgain(states: ReadonlyMap<string, Asked["state"]>): void {
    const by = "the server before";
    if (states.get(this.service.name) === "paused") this.follow("pause", by);
    for (const site of this.sites.values()) if (states.get(site.path) === "paused") site.fire("pause");
  }

  get asked(): readonly Asked[] {
    const { name } = this.service;
    const own: Asked = { path: name, state: this.paused ? "paused" : this.isWanted ? "running" : "stopped" };
    const differs = own.state !== (this.enabled ? "running" : "stopped");
    const sites = this.isWanted ? [...this.sites.values()].flatMap((it) => it.asked) : [];
    return differs ? [own, ...sites] : sites;
  }

  get health(): ServiceHealth {
    const { name } = this.service;
    const { state, workersLost, cause } = this;
    const sites = [...this.sites.values()].map((it) => it.health);
    return { name, state, workersLost, because: cause === undefined ? "" : cause.because, sites };
  }

  /** Ends every process at once; for a server that cannot wait. */
  abandon(): void {
    this.crew.abandon("the server ends");
  }

  /** Workers are there, or on their way. */
  private get begun(): boolean {
    return serves(this.state) || this.state === "starting" || this.state === "paused";
  }

  private get isWanted(): boolean {
    return this.state !== "stopped" && this.state !== "draining";
  }

  private fire(event: LifeEvent): void {
    this.life.fire(event);
  }

  private announce(): void {
    this.cancelSettle();
    if (serves(this.state)) this.cancelSettle = this.world.clock.after(SETTLED_MS, () => this.backOff.forget());
    const count = [...this.sites.values()].filter((it) => it.wanted).length;
    const sites = serves(this.state) ? `, with ${count} ${count === 1 ? "site" : "sites"}` : "";
    this.world.report(supervisorEvents.serviceState, this.subject, { state: this.state, sites });
    this.world.changed();
  }

  /** After a loss, what an operator has stopped stays stopped; a site that is new meanwhile starts. */
  private open(which: "all" | "those that were open"): void {
    this.nextTryMs = null;
    const known = new Set(this.sites.keys());
    for (const name of this.world.siteNames()) if (!known.has(name)) this.sites.set(name, this.newSite(name));
    this.eachSite((it) => {
      if (it.wanted) it.renew();
      else if (this.startsItself(it) && (which === "all" || !known.has(it.name))) it.fire("start");
    });
    this.before = new Map();
    this.crew.open(this.world.plan().workers);
  }

  private startsItself({ path, autoStart }: SiteControl): boolean {
    const before = this.before.get(path);
    return before === undefined ? autoStart : before !== "stopped";
  }

  private close(): void {
    this.forgetRetry();
    this.cause = undefined;
    // Who comes between a worker's last look at its queue and our end of the socket would be reset.
    this.eachSite((it) => it.unbind("for newcomers"));
    // Before the sites, so that they are there for the last of those who come: a worker ends with them as a whole.
    this.crew.drain(this.world.plan().drainTimeout);
    this.eachSite((it) => it.fire("stop"));
  }

  private drained(): void {
    this.eachSite((it) => it.fire("drained"));
    this.ending.clear();
    this.fire("drained");
  }

  private abandonWorkers(): void {
    this.crew.giveUp("the service is started anew");
    this.eachSite((it) => it.wait());
  }

  private renewService(): void {
    const { enabled, workers, drainTimeout } = this.world.plan();
    // Only when it is this setting that changed: what an operator stopped by hand stays stopped otherwise.
    if (enabled !== this.enabled) this.ask(enabled ? "start" : "stop", "the setting enabled");
    this.enabled = enabled;
    this.broadcast(this.commonOrder());
    if (this.begun && this.crew.wanted !== workers) this.crew.resize(workers, drainTimeout);
  }

  private addSite(name: string): void {
    const site = this.newSite(name);
    this.sites.set(name, site);
    if (site.autoStart) site.fire("start");
  }

  private removeSite(name: string, site: SiteControl | undefined): void {
    this.metrics.remove(name);
    if (site === undefined) return;
    this.endSite(site);
    this.sites.delete(name);
    this.unwell.delete(site);
  }

  /** It is gone when every worker has said so. */
  private endSite(site: SiteControl): void {
    site.fire("stop");
    if (site.state !== "draining" || this.ending.has(site)) return;
    this.ending.set(site, new Set(this.crew.active.map((it) => it.pid)));
    this.workersEnded(site, undefined);
  }

  private workersEnded(site: SiteControl, pid: number | undefined): void {
    const pids = this.ending.get(site);
    if (pids === undefined) return;
    if (pid !== undefined) pids.delete(pid);
    if (pids.size > 0) return;
    this.ending.delete(site);
    site.fire("drained");
  }

  private newSite(name: string): SiteControl {
    const { clock, listeners, report } = this.world;
    const site: SiteControl = new SiteControl(name, sitePath(this.service.name, name), {
      clock,
      listeners,
      report,
      plan: () => this.world.sitePlan(name),
      serviceServes: () => serves(this.state),
      servicePaused: () => this.paused,
      lend: (lent) => this.crew.give(lent),
      withdraw: (tag) => this.crew.broadcast({ name: "supervisor.socket.drop", tag }),
      send: () => this.crew.broadcast({ name: "supervisor.sites.set", sites: [site.order()] }),
      remove: () => {
        const limitMs = this.world.plan().drainTimeout;
        this.crew.broadcast({ name: "supervisor.sites.remove", names: [name], limitMs });
      },
      displaced: (paths) => {
        if (paths.length > 0) this.world.displaced(paths);
      },
      changed: () => {
        if (site.unwell && this.sites.get(name) === site) this.unwell.add(site);
        else this.unwell.delete(site);
        this.judge();
      },
    });
    return site;
  }

  private brief(worker: WorkerProcess): void {
    worker.send(this.world.greeting());
    worker.send(this.commonOrder());
    const wanted = [...this.sites.values()].filter((it) => it.wanted);
    const sockets = new Map<number, LentSocket>(wanted.flatMap((it) => it.sockets).map((it) => [it.tag, it]));
    for (const lent of sockets.values()) worker.give(lent);
    for (const message of this.world.certificates()) worker.send(message);
    if (this.world.logins !== undefined) worker.send(this.world.logins.news());
    for (const message of ordersOf(wanted)) worker.send(message);
    worker.send({ name: "supervisor.start.complete" });
  }

  private commonOrder(): SupervisorMessage {
    return { name: "supervisor.common.set", values: this.world.commonValues() };
  }

  private sendAll(): void {
    for (const message of ordersOf([...this.sites.values()].filter((it) => it.wanted))) this.crew.broadcast(message);
  }

  private heard(worker: WorkerProcess, message: WorkerMessage): void {
    switch (message.name) {
      case "worker.sites.report":
        for (const it of message.sites) this.sites.get(it.name)?.reported(worker.pid, it);
        break;
      case "worker.sites.end":
        for (const site of this.ending.keys())
          if (message.names.includes(site.name)) this.workersEnded(site, worker.pid);
        break;
      case "worker.event.write":
        this.world.write(message.occurrence);
        break;
      case "worker.metrics.report":
        this.count(worker.pid, message.sites);
        break;
      case "worker.release.refuse": {
        const { because, attempted, remedy } = message.fault;
        this.cause = message.fault;
        const told = { because: `${attempted}: ${because}`, remedy };
        this.world.report(supervisorEvents.releaseRefused, this.subject, told);
        break;
      }
      case "worker.login.ask":
      case "worker.scram.ask":
        // It reads what strangers send, and may have been led astray: its end must not be that of all services.
        if (message.name === "worker.login.ask" && !isProof(message.proof))
          return worker.kill("it sent a login that cannot be read");
        // It may be gone when the answer comes: then nobody is left to hear it.
        void this.world.logins?.answer(this.service.name, message).then((answer) => worker.send(answer));
        break;
      case "worker.errand.step":
      case "worker.errand.end":
        this.errands.heard(worker, message);
        break;
      case "worker.release.accept":
      case "worker.service.ready":
      case "worker.load.report":
      case "worker.mail.answer":
        break;
      default:
        message satisfies never;
    }
  }

  private count(pid: number, sites: readonly SiteCounts[]): void {
    const flaw = this.metrics.take(pid, sites);
    if (flaw === undefined) return;
    const told = { service: this.service.name, flaw };
    this.world.report(supervisorEvents.metricsNonsense, about("process", String(pid)), told);
  }

  private lost(pid: number | undefined, because: string, left: number): void {
    this.workersLost++;
    const { event, delayMs, losses } = this.backOff.lost(this.world.clock.steadyMs());
    const delay = spellDuration(delayMs);
    const who = pid === undefined ? "none" : String(pid);
    if (event === "looping") this.world.report(supervisorEvents.crashLoop, this.subject, { losses, because, delay });
    else this.world.report(supervisorEvents.workerLost, this.subject, { pid: who, because, delay });
    const { name } = this.service;
    // What the worker said itself, when it refused to join, tells more.
    if (this.cause?.subject.kind !== "file")
      this.cause = fault(
        this.subject,
        `${name} does not serve in full`,
        `a worker (process ${who}) was lost: ${because}`,
        `Look at what happened before: inetsrv events --service ${name}`,
      );
    this.cancelRetry();
    this.nextTryMs = this.world.clock.wallMs() + delayMs;
    this.cancelRetry = this.world.clock.after(delayMs, () => this.tryAgain());
    this.fire(left === 0 ? event : "trouble");
    this.world.changed();
  }

  private forget(pid: number): void {
    this.metrics.gone(pid);
    this.errands.gone(pid);
    for (const site of this.sites.values()) site.forget(pid);
    for (const site of [...this.ending.keys()]) this.workersEnded(site, pid);
  }

  private tryAgain(): void {
    this.nextTryMs = null;
    if (serves(this.state) || this.state === "paused") this.crew.open(this.world.plan().workers);
    else this.fire("due");
  }

  private forgetRetry(): void {
    this.cancelRetry();
    this.nextTryMs = null;
  }

  /** What workers and sites together make of the state; once for all that changes in one go. */
  private judge(): void {
    if (this.judging) return;
    this.judging = true;
    queueMicrotask(() => {
      this.judging = false;
      this.judgeNow();
      this.world.changed();
    });
  }

  private judgeNow(): void {
    if (!this.crew.whole) return;
    if (this.nextTryMs === null) this.cause = undefined;
    this.fire(this.cause !== undefined || this.unwell.size > 0 ? "trouble" : "ready");
    if (this.paused) this.fire("pause");
  }

  private eachSite(act: (site: SiteControl) => void): void {
    for (const site of [...this.sites.values()]) act(site);
  }

  private get subject() {
    return about("service", this.service.name);
  }
}

/** Orders in messages of a size that a pipe likes. */
function* ordersOf(sites: readonly SiteControl[]): Generator<SupervisorMessage> {
  for (let start = 0; start < sites.length; start += SITES_PER_MESSAGE) {
    const some = sites.slice(start, start + SITES_PER_MESSAGE);
    yield { name: "supervisor.sites.set", sites: some.map((it) => it.order()) };
  }
}
