// One site as the supervisor sees it: its state, its sockets, and what its workers say of it. A broken site never
// stops its neighbours: whatever happens here changes this site alone.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, sentence } from "../base/fault.ts";
import type { Report } from "../event/event.ts";
import type { SiteOrder, SiteReport } from "../ipc/messages.ts";
import type { Closing } from "../net/system/listening-socket.ts";
import { printBinding } from "../schema/kinds/network.ts";
import { type SiteStatus, shownAddresses } from "./answers.ts";
import { BackOff } from "./back-off.ts";
import { supervisorEvents } from "./events.ts";
import { Life } from "./life.ts";
import type { LentSocket } from "./listener-table.ts";
import { type BindingsWorld, type SiteBinding, SiteBindings } from "./site-bindings.ts";
import type { LifeEvent, State } from "./states.ts";
import type { Asked, ServiceHealth } from "./succession/messages.ts";

/** What the metabase says of a site. */
export interface SitePlan {
  readonly revision: number;
  readonly values: SiteOrder["values"];
  readonly below: SiteOrder["below"];
  readonly secrets: SiteOrder["secrets"];
  readonly bindings: readonly SiteBinding[];
  readonly autoStart: boolean;
}

export interface SiteWorld extends BindingsWorld {
  readonly clock: Clock;
  readonly report: Report;
  plan(): SitePlan;
  /** The service serves: what changes now is the site's own matter, and not a part of its start or end. */
  serviceServes(): boolean;
  /** The whole service is paused, and the site with it. */
  servicePaused(): boolean;
  /** Tells the workers to serve the site as `order()` says. */
  send(): void;
  /** Tells the workers to end the site; each answers when the last connection has ended. */
  remove(): void;
  changed(): void;
}

export class SiteControl {
  readonly name: string;
  readonly path: string;
  private plan: SitePlan;
  private readonly world: SiteWorld;
  private readonly life: Life;
  private readonly bindings: SiteBindings;
  private readonly reports = new Map<number, SiteReport>();
  /** What was said when it was lost: that is the cause until the next try has an answer. */
  private lastSaid: readonly Fault[] = [];
  private readonly backOff = new BackOff();
  private cancelRetry: () => void = () => {};
  /** The next try is planned already: more bad news until then is the same loss. */
  private retryPlanned = false;
  private told = "";

  constructor(name: string, path: string, world: SiteWorld) {
    this.name = name;
    this.path = path;
    this.world = world;
    this.plan = world.plan();
    this.bindings = new SiteBindings(path, world);
    const nothing = () => {};
    const forgetRetry = () => {
      this.backOff.forget();
      this.forgetRetry();
    };
    const duties = {
      open: () => this.open(),
      reopen: () => this.open(),
      close: () => this.close(),
      pause: () => world.send(),
      continue: () => world.send(),
      "forget-retry": forgetRetry,
      // `judge` has planned the next try when it found the cause.
      abandon: nothing,
      "retry-later": nothing,
      "probe-later": nothing,
    };
    this.life = new Life(world.clock, duties, () => this.announce());
  }

  get state(): State {
    return this.life.state;
  }

  get autoStart(): boolean {
    return this.plan.autoStart;
  }

  /** Whether workers are to serve it. */
  get wanted(): boolean {
    return this.state !== "stopped" && this.state !== "draining";
  }

  get unwell(): boolean {
    return this.state === "failed" || this.state === "degraded" || this.state === "backing-off";
  }

  get sockets(): readonly LentSocket[] {
    return this.bindings.sockets;
  }

  get faults(): readonly Fault[] {
    return [...new Map([...this.bindings.faults, ...this.said].map((it) => [sentence(it), it])).values()];
  }

  private get said(): readonly Fault[] {
    return this.reports.size === 0 ? this.lastSaid : [...this.reports.values()].flatMap((it) => it.faults);
  }

  order(): SiteOrder {
    const routes = this.plan.bindings.flatMap((it) => {
      const lent = this.bindings.socketOf(it);
      return lent === undefined ? [] : [{ tag: lent.tag, address: it.address, host: it.host, secure: it.secure }];
    });
    const { revision, values, below, secrets } = this.plan;
    const paused = this.state === "paused" || this.world.servicePaused();
    return { name: this.name, path: this.path, revision, values, below, secrets, routes, paused };
  }

  status(): SiteStatus {
    const { name, path, faults } = this;
    const { revision, values } = this.plan;
    const addresses = this.addresses(false);
    const secureAddresses = this.addresses(true);
    const { sinceMs } = this.life;
    const state = this.state === "running" && this.world.servicePaused() ? "paused" : this.state;
    const title = typeof values.title === "string" ? values.title : "";
    return { name, title, path, state, sinceMs, revision, addresses, secureAddresses, faults };
  }

  /** Where it listens now, with the real ports. */
  private addresses(secure: boolean): readonly string[] {
    return this.plan.bindings.flatMap((it) => {
      const lent = it.secure === secure ? this.bindings.socketOf(it) : undefined;
      return lent === undefined ? [] : [printBinding({ ...it, port: lent.socket.port })];
    });
  }

  /** What an operator has made of it, where that is not what its settings say. */
  get asked(): readonly Asked[] {
    const state = this.state === "paused" ? "paused" : this.wanted ? "running" : "stopped";
    return state === (this.autoStart ? "running" : "stopped") ? [] : [{ path: this.path, state }];
  }

  get health(): ServiceHealth["sites"][number] {
    const { name, state, faults } = this;
    return { name, state, because: faults[0]?.because ?? "" };
  }

  fire(event: LifeEvent): void {
    this.life.fire(event);
  }

  /** The settings have changed: new sockets first, then the workers, then what is no longer used. */
  renew(): void {
    this.plan = this.world.plan();
    if (!this.wanted) return;
    const giveBack = this.bindings.take(this.plan.bindings);
    this.world.send();
    giveBack();
    this.judge();
  }

  /** A worker has opened the site, kept the old one, or could not. */
  reported(pid: number, report: SiteReport): void {
    if (!this.wanted) return;
    this.reports.set(pid, report);
    this.lastSaid = [];
    const [first] = report.faults;
    if (report.is === "kept" && first !== undefined) {
      const { because, remedy } = first;
      const { revision } = report;
      this.world.report(supervisorEvents.siteKept, about("site", this.path), { revision, because, remedy });
    }
    this.judge();
  }

  /** A worker is gone or on its way out, and what it said with it: those that stay may have no trouble. */
  forget(pid: number): void {
    if (this.reports.delete(pid) && this.reports.size > 0) this.judge();
  }

  /** Its service does not serve for now: it waits where it was, with its sockets. */
  wait(): void {
    this.forgetSaid();
    if (this.wanted && this.state !== "paused") this.life.move("starting");
  }

  /** Closes its sockets although it is wanted: its service does not serve any more, or will not for long. */
  unbind(closing: Closing): void {
    this.bindings.release(closing);
  }

  private open(): void {
    this.lastSaid = this.said;
    this.reports.clear();
    this.renew();
  }

  private close(): void {
    this.forgetRetry();
    // First its sockets, so that a worker takes who is connected already; it may be wanted again by then.
    this.bindings.releaseSoon("for newcomers", () => {
      if (!this.wanted) this.world.remove();
    });
    this.forgetSaid();
  }

  private forgetSaid(): void {
    this.reports.clear();
    this.lastSaid = [];
  }

  /** What sockets and workers together make of the state. */
  private judge(): void {
    const reports = [...this.reports.values()];
    const deaf = this.plan.bindings.length > 0 && this.sockets.length === 0;
    const refused = reports.length > 0 && reports.every((it) => it.is === "refused");
    if (deaf || refused) this.fire(this.planRetry());
    else if (reports.length > 0) {
      this.fire(this.faults.length > 0 ? "trouble" : "ready");
      if (this.plan.bindings.length > this.sockets.length) this.planRetry();
      else this.forgetRetry();
    }
    this.tellFaults();
    this.world.changed();
  }

  /** One loss is one try that failed, however many workers tell of it. */
  private planRetry(): "lost" | "looping" {
    if (this.retryPlanned) return "lost";
    const { event, delayMs } = this.backOff.lost(this.world.clock.steadyMs());
    this.retryPlanned = true;
    this.cancelRetry = this.world.clock.after(delayMs, () => {
      this.retryPlanned = false;
      if (this.state === "backing-off" || this.state === "failed") this.fire("due");
      else if (this.wanted) this.renew();
    });
    return event;
  }

  private forgetRetry(): void {
    this.cancelRetry();
    this.retryPlanned = false;
  }

  /** Each cause is told when it appears, not at each try. What sockets cause was told by the sockets. */
  private tellFaults(): void {
    const said = [...this.reports.values()].flatMap((it) => (it.is === "kept" ? [] : it.faults));
    const now = [...new Set(said.map(sentence))].sort().join("\n");
    if (now === this.told || (now === "" && this.reports.size === 0)) return;
    this.told = now;
    for (const { attempted, because, remedy } of new Map(said.map((it) => [sentence(it), it])).values())
      this.world.report(supervisorEvents.siteFault, about("site", this.path), { attempted, because, remedy });
  }

  private announce(): void {
    this.world.changed();
    // Ten thousand sites that start with their service are one line of the service, not twenty thousand of theirs.
    if (!this.world.serviceServes() || this.state === "starting") return;
    const { addresses, secureAddresses } = this.status();
    const where = shownAddresses({ addresses, secureAddresses }).join(", ");
    this.world.report(supervisorEvents.siteState, about("site", this.path), {
      state: this.state,
      where: where === "" || this.state !== "running" ? "" : `, listening on ${where}`,
    });
  }
}
