// One service as the supervisor runs it: its state, its workers and its sites. Everything that happens, an order, a
// worker's word, a changed setting, ends here as an event of the state table.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { didYouMean } from "../base/nearest.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Occurrence, Report } from "../event/event.ts";
import type { SupervisorMessage, WorkerMessage } from "../ipc/messages.ts";
import { encodeName } from "../metabase/tree/path.ts";
import type { Service } from "../net/service.ts";
import { spellDuration } from "../schema/kinds/measure.ts";
import type { ServiceStatus } from "./answers.ts";
import { BackOff } from "./back-off.ts";
import { supervisorEvents } from "./events.ts";
import type { LentSocket, ListenerTable } from "./listener-table.ts";
import { type Refusal, refusal } from "./operation.ts";
import { processUsage } from "./process-usage.ts";
import { SiteControl, type SitePlan } from "./site-control.ts";
import { type LifeEvent, next, type State, serves } from "./states.ts";
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
  siteNames(): readonly string[];
  sitePlan(name: string): SitePlan;
  /** An event that a worker wrote. */
  write(occurrence: Occurrence): void;
  /** Sockets were taken from sites, maybe of another service: they have to borrow again. */
  displaced(paths: readonly string[]): void;
  /** Something that `status` shows is different now. */
  changed(): void;
}

export type ServiceVerb = "start" | "stop" | "pause" | "continue";

const SITES_PER_MESSAGE = 200;
/** A service that has served so long has outlived what lost it before. */
const SETTLED_MS = 300_000;

export class ServiceControl {
  readonly service: Service;
  state: State = "stopped";
  private sinceMs: number;
  private by = "nobody yet";
  private cause: Fault | undefined;
  private nextTryMs: number | null = null;
  private readonly sites = new Map<string, SiteControl>();
  private readonly crew: WorkerCrew;
  private readonly backOff = new BackOff();
  private readonly world: ServiceWorld;
  private cancelRetry: () => void = () => {};
  /** Sites that are to end, and the workers that have not said so yet. */
  private readonly ending = new Map<string, Set<number>>();
  /** Sites that are to start again once they have ended. */
  private readonly restarting = new Set<string>();
  /** Which sockets each worker has been given; a socket is given once. */
  private readonly given = new Map<number, Set<number>>();

  constructor(service: Service, world: ServiceWorld) {
    this.service = service;
    this.world = world;
    this.sinceMs = world.clock.wallMs();
    this.crew = new WorkerCrew(
      {
        command: world.command,
        limits: () => ({ ...standardLimits, startMs: world.plan().startTimeout }),
        brief: (worker) => this.brief(worker),
        heard: (worker, message) => this.heard(worker, message),
        ready: () => this.judge(),
        lost: (worker, because, left) => this.lost(worker, because, left),
        drained: () => this.fire("drained"),
        overdue: ({ pid }, because) => world.report(supervisorEvents.workerOverdue, this.subject(), { pid, because }),
      },
      world.clock,
    );
  }

  /** What an operator asks; the answer is the state that follows at once. */
  ask(verb: ServiceVerb, by: string): State {
    this.world.report(supervisorEvents.serviceAsked, this.subject(), { verb, by });
    if (verb === "start") this.backOff.forget();
    return this.follow(verb, by);
  }

  /** The same as a part of something that was told already. */
  follow(verb: ServiceVerb, by: string): State {
    this.by = by;
    this.fire(verb);
    return this.state;
  }

  /** The same for one site. */
  askSite(name: string, verb: ServiceVerb, by: string): Result<{ state: State; was: State }, Refusal> {
    const found = this.findSite(name);
    if (!found.ok) return found;
    const site = found.value;
    const was = site.state;
    this.world.report(supervisorEvents.siteAsked, about("site", site.path), { verb, by });
    if (!serves(this.state) && verb !== "stop")
      return bad(
        refusal("conflict", `${site.path} cannot ${verb}, as ${this.service.name} is ${this.state}: start that first`),
      );
    site.fire(verb);
    if (verb === "stop") this.endSite(site);
    return good({ state: site.state, was });
  }

  /** Ends the site and opens it anew; its connections finish first. */
  restartSite(name: string, by: string): Result<{ state: State; was: State }, Refusal> {
    const stopped = this.askSite(name, "stop", by);
    if (!stopped.ok) return stopped;
    this.restarting.add(name);
    if (this.sites.get(name)?.state === "stopped") this.siteGone(name);
    return good({ state: this.sites.get(name)?.state ?? "stopped", was: stopped.value.was });
  }

  /** New workers take over from the old ones without a gap; a service that does not serve is started. */
  async restart(by: string): Promise<Result<void, string>> {
    this.by = by;
    this.world.report(supervisorEvents.serviceAsked, this.subject(), { verb: "restart", by });
    if (!serves(this.state) && this.state !== "paused") {
      this.ask("start", by);
      return good(undefined);
    }
    const replaced = await this.crew.replace(this.world.plan().drainTimeout);
    if (replaced.ok) this.world.report(supervisorEvents.replaced, this.subject());
    else this.world.report(supervisorEvents.notReplaced, this.subject(), { because: replaced.error });
    return replaced;
  }

  /** Settings have changed: those of the service, and those that the named sites see. */
  renew(serviceChanged: boolean, siteNames: readonly string[]): void {
    const plan = this.world.plan();
    const existing = new Set(this.world.siteNames());
    for (const name of siteNames) {
      const site = this.sites.get(name);
      if (existing.has(name)) {
        if (site !== undefined) site.renew();
        else this.addSite(name);
      } else if (site !== undefined) {
        site.fire("stop");
        this.endSite(site);
        this.sites.delete(name);
      }
    }
    if (serviceChanged) this.renewService(plan);
    this.judge();
  }

  /** Sites whose sockets were closed for a wider one. */
  borrowAgain(paths: ReadonlySet<string>): void {
    for (const site of this.sites.values()) if (paths.has(site.path)) site.renew();
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
    const { state, sinceMs, by, nextTryMs } = this;
    return { name, title, state, sinceMs, by, workers, sites, nextTryMs, faults };
  }

  /** Ends every process at once; for a server that cannot wait. */
  abandon(): void {
    this.crew.abandon("the server ends");
  }

  private fire(event: LifeEvent): void {
    const { to, actions } = next(this.state, event);
    const changed = to !== this.state;
    this.state = to;
    if (changed) this.sinceMs = this.world.clock.wallMs();
    for (const action of actions)
      switch (action) {
        case "open":
          this.open();
          break;
        case "close":
          this.close();
          break;
        case "abandon":
          this.crew.abandon("the service is started anew");
          for (const site of this.sites.values()) site.wait();
          break;
        case "pause":
        case "continue":
          for (const site of this.sites.values()) if (site.wanted) site.fire(action);
          break;
        case "forget-retry":
          this.cancelRetry();
          this.nextTryMs = null;
          break;
        case "probe-later":
          // Nobody will accept for long: better refused at once than left waiting in a queue.
          for (const site of this.sites.values()) site.unbind();
          break;
        case "retry-later":
          break; // `lost` has planned it, as it knows the delay
        default:
          action satisfies never;
      }
    if (to === "stopped") for (const site of this.sites.values()) site.fire("drained");
    if (serves(to)) this.settle();
    if (changed) {
      this.world.report(supervisorEvents.serviceState, this.subject(), { state: to });
      this.world.changed();
    }
  }

  private open(): void {
    this.nextTryMs = null;
    for (const name of this.world.siteNames()) if (!this.sites.has(name)) this.sites.set(name, this.newSite(name));
    for (const site of this.sites.values())
      if (site.wanted) site.renew();
      else if (site.autoStart) site.fire("start");
    this.crew.open(this.world.plan().workers);
  }

  private close(): void {
    this.cancelRetry();
    this.crew.drain(this.world.plan().drainTimeout);
    for (const site of this.sites.values()) site.fire("stop");
  }

  private renewService(plan: ServicePlan): void {
    if (plan.enabled && this.state === "stopped") this.ask("start", "the setting enabled");
    if (!plan.enabled && this.state !== "stopped" && this.state !== "draining") this.ask("stop", "the setting enabled");
    if (serves(this.state) && this.crew.active.length !== plan.workers)
      this.crew.resize(plan.workers, plan.drainTimeout);
  }

  private addSite(name: string): void {
    const site = this.newSite(name);
    this.sites.set(name, site);
    if ((serves(this.state) || this.state === "starting") && site.autoStart) site.fire("start");
  }

  private newSite(name: string): SiteControl {
    const { clock, listeners, report } = this.world;
    const site: SiteControl = new SiteControl(name, `${this.service.name}/sites/${encodeName(name)}`, {
      clock,
      listeners,
      report,
      plan: () => this.world.sitePlan(name),
      lend: ({ tag, socket }) => this.lend(tag, socket.fd),
      withdraw: (tag) => this.crew.broadcast({ name: "supervisor.socket.drop", tag }),
      send: () => this.crew.broadcast({ name: "supervisor.sites.set", sites: [site.order()] }),
      remove: () =>
        this.crew.broadcast({
          name: "supervisor.sites.remove",
          names: [name],
          limitMs: this.world.plan().drainTimeout,
        }),
      displaced: (paths) => {
        if (paths.length > 0) this.world.displaced(paths);
      },
      changed: () => this.judge(),
    });
    return site;
  }

  private lend(tag: number, fd: number): void {
    for (const worker of this.crew.active) this.giveOnce(worker, tag, fd);
  }

  private giveOnce(worker: WorkerProcess, tag: number, fd: number): void {
    const tags = this.given.get(worker.pid) ?? new Set();
    this.given.set(worker.pid, tags);
    if (tags.has(tag)) return;
    tags.add(tag);
    worker.give(tag, fd);
  }

  private brief(worker: WorkerProcess): void {
    worker.send(this.world.greeting());
    const wanted = [...this.sites.values()].filter((it) => it.wanted);
    const sockets = new Map<number, LentSocket>(wanted.flatMap((it) => it.sockets).map((it) => [it.tag, it]));
    for (const { tag, socket } of sockets.values()) this.giveOnce(worker, tag, socket.fd);
    const orders = wanted.map((it) => it.order());
    for (let start = 0; start < orders.length; start += SITES_PER_MESSAGE)
      worker.send({ name: "supervisor.sites.set", sites: orders.slice(start, start + SITES_PER_MESSAGE) });
    worker.send({ name: "supervisor.start.complete" });
  }

  private heard(worker: WorkerProcess, message: WorkerMessage): void {
    switch (message.name) {
      case "worker.sites.report":
        for (const it of message.sites) this.sites.get(it.name)?.reported(worker.pid, it);
        break;
      case "worker.sites.end":
        for (const name of message.names) this.siteEnded(name, worker.pid);
        break;
      case "worker.event.write":
        this.world.write(message.occurrence);
        break;
      case "worker.release.refuse": {
        const { because, attempted, remedy } = message.fault;
        this.cause = message.fault;
        this.world.report(supervisorEvents.releaseRefused, this.subject(), {
          because: `${attempted}: ${because}`,
          remedy,
        });
        break;
      }
      case "worker.release.accept":
      case "worker.service.ready":
      case "worker.start.progress":
      case "worker.load.report":
        break;
      default:
        message satisfies never;
    }
  }

  private lost(worker: WorkerProcess, because: string, left: number): void {
    const { pid } = worker;
    this.given.delete(pid);
    for (const site of this.sites.values()) site.forget(pid);
    for (const name of this.ending.keys()) this.siteEnded(name, pid);
    const { event, delayMs, losses } = this.backOff.lost(this.world.clock.steadyMs());
    const delay = spellDuration(delayMs);
    if (event === "looping") this.world.report(supervisorEvents.crashLoop, this.subject(), { losses, because, delay });
    else this.world.report(supervisorEvents.workerLost, this.subject(), { pid, because, delay });
    if (this.cause === undefined || this.cause.subject.kind !== "file")
      this.cause = fault(
        this.subject(),
        `${this.service.name} does not serve in full`,
        `a worker (process ${pid}) was lost: ${because}`,
        `Look at what happened before: inetsrv events --service ${this.service.name}`,
      );
    this.cancelRetry();
    this.nextTryMs = this.world.clock.wallMs() + delayMs;
    this.cancelRetry = this.world.clock.after(delayMs, () => this.tryAgain());
    this.fire(left === 0 ? event : "trouble");
  }

  private tryAgain(): void {
    this.nextTryMs = null;
    if (serves(this.state)) this.crew.open(this.world.plan().workers);
    else this.fire("due");
  }

  /** What workers and sites together make of the state of the service. */
  private judge(): void {
    this.world.changed();
    const { active } = this.crew;
    if (active.length === 0 || active.some((it) => it.phase !== "serving")) return;
    if (active.length >= this.world.plan().workers && this.nextTryMs === null) this.cause = undefined;
    const unwell = [...this.sites.values()].some(
      (it) => it.state === "failed" || it.state === "degraded" || it.state === "backing-off",
    );
    this.fire(unwell || this.cause !== undefined ? "trouble" : "ready");
  }

  private settle(): void {
    const { sinceMs } = this;
    this.world.clock.after(SETTLED_MS, () => {
      if (this.sinceMs === sinceMs) this.backOff.forget();
    });
  }

  /** A site that was stopped is gone when every worker has said so. */
  private endSite(site: SiteControl): void {
    const pids = new Set(this.crew.active.map((it) => it.pid));
    if (site.state !== "draining") return;
    if (pids.size === 0) site.fire("drained");
    else this.ending.set(site.name, pids);
  }

  private siteEnded(name: string, pid: number): void {
    const pids = this.ending.get(name);
    pids?.delete(pid);
    if (pids === undefined || pids.size > 0) return;
    this.ending.delete(name);
    this.sites.get(name)?.fire("drained");
    this.siteGone(name);
  }

  private siteGone(name: string): void {
    if (this.restarting.delete(name) && serves(this.state)) this.sites.get(name)?.fire("start");
  }

  private findSite(name: string): Result<SiteControl, Refusal> {
    const site = this.sites.get(name);
    if (site !== undefined) return good(site);
    const near = didYouMean(name, this.sites.keys());
    return bad(refusal("unknown", `${this.service.name} has no site ${name}${near}`));
  }

  private subject() {
    return about("service", this.service.name);
  }
}
