// One site as the supervisor sees it: its state, the sockets lent to it, and what its workers say of it. A broken site
// never stops its neighbours: whatever happens here changes this site alone.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault, sentence } from "../base/fault.ts";
import type { Report } from "../event/event.ts";
import type { SiteOrder, SiteReport } from "../ipc/messages.ts";
import { netEvents } from "../net/events.ts";
import { listenFault, reportListenFailure } from "../net/listen-failure.ts";
import { type Binding, printBinding } from "../schema/kinds/network.ts";
import type { SiteStatus } from "./answers.ts";
import { BackOff } from "./back-off.ts";
import { supervisorEvents } from "./events.ts";
import type { LentSocket, ListenerTable } from "./listener-table.ts";
import { type LifeEvent, next, type State } from "./states.ts";

/** What the metabase says of a site. */
export interface SitePlan {
  readonly revision: number;
  readonly values: SiteOrder["values"];
  readonly secrets: SiteOrder["secrets"];
  readonly bindings: readonly Binding[];
  readonly autoStart: boolean;
}

export interface SiteWorld {
  readonly clock: Clock;
  readonly listeners: ListenerTable;
  readonly report: Report;
  plan(): SitePlan;
  /** A socket is new to the site: workers that lack it get it. */
  lend(socket: LentSocket): void;
  /** Nobody uses it any more. */
  withdraw(tag: number): void;
  /** Tells the workers to serve the site as `order()` says. */
  send(): void;
  /** Tells the workers to end the site; `ended` follows from each. */
  remove(): void;
  /** Those whose sockets were closed for one of this site have to borrow again. */
  displaced(paths: readonly string[]): void;
  changed(): void;
}

export class SiteControl {
  readonly name: string;
  readonly path: string;
  state: State = "stopped";
  private sinceMs: number;
  private plan: SitePlan;
  private readonly lent = new Map<string, LentSocket>();
  private bindFaults: readonly Fault[] = [];
  /** Bindings that could not be opened, with the number of attempts. */
  private readonly failures = new Map<string, number>();
  private readonly reports = new Map<number, SiteReport>();
  private readonly backOff = new BackOff();
  private readonly world: SiteWorld;
  private cancelRetry: () => void = () => {};
  private told = "";

  constructor(name: string, path: string, world: SiteWorld) {
    this.name = name;
    this.path = path;
    this.world = world;
    this.sinceMs = world.clock.wallMs();
    this.plan = world.plan();
  }

  get autoStart(): boolean {
    return this.plan.autoStart;
  }

  /** Whether workers are to serve it. */
  get wanted(): boolean {
    return this.state !== "stopped" && this.state !== "draining";
  }

  get sockets(): readonly LentSocket[] {
    return [...this.lent.values()];
  }

  get faults(): readonly Fault[] {
    const said = [...this.reports.values()].flatMap((it) => it.faults);
    const once = new Map([...this.bindFaults, ...said].map((it) => [sentence(it), it]));
    return [...once.values()];
  }

  order(): SiteOrder {
    const routes = this.plan.bindings.flatMap((it) => {
      const lent = this.lent.get(printBinding(it));
      return lent === undefined ? [] : [{ tag: lent.tag, address: it.address, host: it.host }];
    });
    const { revision, values, secrets } = this.plan;
    return { name: this.name, path: this.path, revision, values, secrets, routes, paused: this.state === "paused" };
  }

  status(): SiteStatus {
    const { name, path, state, sinceMs, faults } = this;
    const addresses = this.plan.bindings.flatMap((it) => {
      const lent = this.lent.get(printBinding(it));
      return lent === undefined ? [] : [printBinding({ ...it, port: lent.socket.port })];
    });
    return { name, path, state, sinceMs, revision: this.plan.revision, addresses, faults };
  }

  fire(event: LifeEvent): void {
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
        case "pause":
        case "continue":
          this.world.send();
          break;
        case "forget-retry":
          this.backOff.forget();
          this.cancelRetry();
          break;
        case "abandon":
        case "retry-later":
        case "probe-later":
          break; // `judge` has planned the next try when it found the cause
        default:
          action satisfies never;
      }
    if (changed) this.announce();
  }

  /** The settings have changed: new sockets first, then the workers, then what is no longer used. */
  renew(): void {
    this.plan = this.world.plan();
    if (!this.wanted) return;
    const old = this.bind();
    this.world.send();
    this.release(old);
    this.judge();
  }

  /** A worker has opened the site, kept the old one, or could not. */
  reported(pid: number, report: SiteReport): void {
    if (!this.wanted) return;
    this.reports.set(pid, report);
    if (report.is === "kept") {
      const [first] = report.faults;
      const { because, remedy } = first ?? { because: "no reason was given", remedy: "" };
      this.world.report(supervisorEvents.siteKept, about("site", this.path), {
        revision: report.revision,
        because,
        remedy,
      });
    }
    this.judge();
  }

  /** A worker is gone, and what it said with it. */
  forget(pid: number): void {
    this.reports.delete(pid);
  }

  /** Its service does not serve for now: it waits where it was, with its sockets. */
  wait(): void {
    this.reports.clear();
    if (this.state !== "stopped" && this.state !== "paused") this.set("starting");
  }

  /** Closes its sockets although it is wanted: its service will not serve for long. */
  unbind(): void {
    const sockets = this.sockets;
    this.lent.clear();
    this.release(sockets);
  }

  private open(): void {
    this.plan = this.world.plan();
    this.release(this.bind());
    this.world.send();
    this.judge();
  }

  private close(): void {
    this.cancelRetry();
    this.world.remove();
    this.unbind();
    this.bindFaults = [];
    this.reports.clear();
  }

  /** Borrows what the plan names and lacks; answers what is no longer named, still open. */
  private bind(): readonly LentSocket[] {
    const faults: Fault[] = [];
    const named = new Set(this.plan.bindings.map(printBinding));
    const unused = [...this.lent].filter(([text]) => !named.has(text));
    for (const [text] of unused) this.lent.delete(text);
    for (const binding of this.plan.bindings) {
      const borrowed = this.world.listeners.borrow(this.path, binding);
      if (borrowed.ok) {
        this.recovered(printBinding(binding));
        this.lent.set(printBinding(binding), borrowed.value.lent);
        this.world.lend(borrowed.value.lent);
        this.world.displaced(borrowed.value.displaced);
      } else {
        this.lent.delete(printBinding(binding));
        this.failures.set(printBinding(binding), (this.failures.get(printBinding(binding)) ?? 0) + 1);
        const found = listenFault(borrowed.error, about("site", this.path), `${this.path}/bindings`);
        if (!this.bindFaults.some((it) => sentence(it) === sentence(found)))
          reportListenFailure(this.world.report, borrowed.error, `${this.path}/bindings`);
        faults.push(found);
      }
    }
    if (this.plan.bindings.length === 0) faults.push(nowhere(this.path));
    this.bindFaults = faults;
    for (const text of this.failures.keys()) if (!named.has(text)) this.failures.delete(text);
    return unused.map(([, lent]) => lent);
  }

  private recovered(binding: string): void {
    const attempts = this.failures.get(binding);
    if (attempts === undefined) return;
    this.failures.delete(binding);
    this.world.report(netEvents.bindingRecovered, about("address", binding), { attempts });
  }

  private release(sockets: readonly LentSocket[]): void {
    const used = new Set([...this.lent.values()].map((it) => it.tag));
    for (const { tag } of sockets)
      if (!used.has(tag) && this.world.listeners.giveBack(this.path, tag)) this.world.withdraw(tag);
  }

  /** What sockets and workers together make of the state. */
  private judge(): void {
    const reports = [...this.reports.values()];
    const deaf = this.plan.bindings.length > 0 && this.lent.size === 0;
    const refused = reports.length > 0 && reports.every((it) => it.is === "refused");
    this.cancelRetry();
    if (deaf || refused) {
      const { event, delayMs } = this.backOff.lost(this.world.clock.steadyMs());
      this.cancelRetry = this.world.clock.after(delayMs, () => this.fire("due"));
      this.fire(event);
    } else if (reports.length > 0) {
      this.fire(this.faults.length > 0 ? "trouble" : "ready");
      if (this.bindFaults.length > 0) this.bindLater();
    }
    this.tellFaults();
    this.world.changed();
  }

  private bindLater(): void {
    const { delayMs } = this.backOff.lost(this.world.clock.steadyMs());
    this.cancelRetry = this.world.clock.after(delayMs, () => {
      if (this.wanted) this.renew();
    });
  }

  /** Each cause is told when it appears, not at each try. What sockets cause was told by the sockets. */
  private tellFaults(): void {
    const said = [...this.reports.values()].flatMap((it) => (it.is === "kept" ? [] : it.faults));
    const now = said.map(sentence).join("\n");
    if (now === this.told) return;
    this.told = now;
    for (const { attempted, because, remedy } of said)
      this.world.report(supervisorEvents.siteFault, about("site", this.path), { attempted, because, remedy });
  }

  private set(state: State): void {
    if (state === this.state) return;
    this.state = state;
    this.sinceMs = this.world.clock.wallMs();
  }

  private announce(): void {
    const where = this.status().addresses.join(", ");
    this.world.report(supervisorEvents.siteState, about("site", this.path), {
      state: this.state,
      where: where === "" || this.state !== "running" ? "" : `, listening on ${where}`,
    });
    this.world.changed();
  }
}

const nowhere = (path: string): Fault =>
  fault(
    about("site", path),
    `${path} cannot be reached`,
    "it has no binding",
    `Give it one: inetsrv config set ${path}/bindings '*:PORT'`,
  );
