// The supervisor: all services of one home, started in the order of their needs, and ended in the reverse one. It holds
// the listening sockets and passes changes of the configuration to those whom they concern.
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import type { JsonObject } from "../base/json.ts";
import type { CertificateChange } from "../certificate/keeper/certificate-keeper.ts";
import type { Occurrence, Report } from "../event/event.ts";
import type { ReleaseIdentity } from "../ipc/messages.ts";
import type { Service } from "../service/service.ts";
import { AccessLogFolders } from "./access-log-folders.ts";
import type { ServerStatus } from "./answers.ts";
import { certificateOrders } from "./certificate-orders.ts";
import { type HandedSocket, ListenerTable } from "./listener-table.ts";
import type { Logins } from "./login-desk.ts";
import { processUsage } from "./process-usage.ts";
import { ServiceControl, type ServicePlan } from "./service-control.ts";
import type { ServiceUser } from "./service-user.ts";
import type { SitePlan } from "./site-control.ts";
import { serves } from "./states.ts";
import type { Asked, ServiceHealth } from "./succession/messages.ts";

/** What the supervisor reads of the configuration, and hears of its changes. */
export interface Plans {
  readonly revision: number;
  readonly pending: ServerStatus["pending"];
  /** What is wrong with metabase, keys and secrets as a whole. */
  readonly faults: readonly Fault[];
  servicePlan(service: string): ServicePlan;
  /** Of the settings in its `commonSection`, in written form. */
  commonValues(service: Service): JsonObject;
  siteNames(service: string): readonly string[];
  hasSite(service: string, site: string): boolean;
  sitePlan(service: string, site: string): SitePlan;
}

/** What a change of the configuration concerns, for one service. */
export interface Concerned {
  readonly service: string;
  readonly serviceItself: boolean;
  readonly sites: readonly string[];
}

export interface SupervisorParts {
  readonly home: Home;
  readonly version: string;
  readonly release: ReleaseIdentity;
  readonly services: readonly Service[];
  readonly plans: Plans;
  readonly clock: Clock;
  /** The command line of this program, to which a role is added. */
  readonly command: readonly string[];
  readonly user: ServiceUser | null;
  /** Sockets that are open already: of somebody above us, and of the server before this one. */
  readonly sockets: readonly HandedSocket[];
  /** Where logins are decided; without it nobody logs in. */
  readonly logins?: Logins;
  /** Every certificate as it serves now; without it there are none. */
  certificates?(): CertificateChange;
  trial?(): ServerStatus["trial"];
  /** What is wrong besides services and configuration. */
  faults?(): readonly Fault[];
  doctor?(): ServerStatus["doctor"];
  reportFor(service: string): Report;
  write(occurrence: Occurrence): void;
}

export class Supervisor {
  readonly controls: ReadonlyMap<string, ServiceControl>;
  private readonly parts: SupervisorParts;
  private readonly listeners: ListenerTable;
  private readonly logFolders: AccessLogFolders;
  private readonly sinceMs: number;
  /** Services that are to start as soon as what they need serves. */
  private readonly waiting = new Set<string>();
  /** Whatever is changed from now on is for the next start. */
  private ending = false;
  private watchers: (() => void)[] = [];
  private displaced = new Set<string>();

  constructor(parts: SupervisorParts) {
    this.parts = parts;
    this.sinceMs = parts.clock.wallMs();
    this.listeners = new ListenerTable(parts.sockets);
    this.logFolders = new AccessLogFolders(parts.home, parts.user);
    this.controls = new Map(parts.services.map((it) => [it.name, this.control(it)]));
  }

  /**
   * Starts what is enabled, and leaves as it was what an operator has `asked` of the server before; resolves when each
   * service serves, or shows why it does not.
   */
  async start(asked: readonly Asked[] = []): Promise<void> {
    const states = new Map(asked.map(({ path, state }) => [path, state]));
    for (const [name, control] of this.controls) {
      control.rest(states);
      const state = states.get(name) ?? (this.parts.plans.servicePlan(name).enabled ? "running" : "stopped");
      if (state !== "stopped") this.waiting.add(name);
    }
    this.startWaiting();
    await this.until(() => ![...this.controls.values()].some((it) => it.state === "starting"));
    this.listeners.settle();
    for (const control of this.controls.values()) control.pauseAgain(states);
  }

  /** Drains everything; resolves when nothing runs any more. */
  async stop(by: string): Promise<void> {
    this.ending = true;
    this.waiting.clear();
    for (const name of [...this.controls.keys()].reverse()) this.controls.get(name)?.follow("stop", by);
    await this.until(() => [...this.controls.values()].every((it) => it.state === "stopped"));
    this.listeners.close();
  }

  /** Resolves when no worker has the spool open any more; whoever comes meanwhile waits, as the sockets listen elsewhere. */
  async leaveSpool(by: string): Promise<void> {
    const those = [...this.controls.values()].filter(({ service }) => service.keepsSpool === true);
    for (const it of those) it.follow("stop", by);
    await this.until(() => those.every((it) => it.state === "stopped"));
  }

  /** Every socket that is open, for the server after this one, which goes on with them whatever becomes of this one. */
  handOverSockets(): readonly HandedSocket[] {
    return this.listeners.handOver();
  }

  /** What an operator has made of services and sites, where that is not what the settings say. */
  get asked(): readonly Asked[] {
    return [...this.controls.values()].flatMap((it) => it.asked);
  }

  get health(): readonly ServiceHealth[] {
    return [...this.controls.values()].map((it) => it.health);
  }

  /** A revision is in force: those whom it names take it, nobody else notices. */
  renew(concerned: readonly Concerned[]): void {
    if (this.ending) return;
    for (const { service, serviceItself, sites } of concerned) this.controls.get(service)?.renew(serviceItself, sites);
  }

  /** Certificates were replaced or taken away: all workers know before the next connection comes. */
  renewCertificates(change: CertificateChange): void {
    for (const message of certificateOrders(change))
      for (const control of this.controls.values()) control.broadcast(message);
  }

  /** Accounts have changed: what workers remember of logins is not so any more. */
  renewAccounts(): void {
    const news = this.parts.logins?.news();
    if (news !== undefined) for (const control of this.controls.values()) control.tellAll(news);
  }

  status(): ServerStatus {
    const { home, version, plans } = this.parts;
    return {
      version,
      pid: process.pid,
      home: home.root,
      sinceMs: this.sinceMs,
      ending: this.ending,
      revision: plans.revision,
      pending: plans.pending,
      trial: this.parts.trial?.() ?? null,
      usage: processUsage(process.pid),
      services: [...this.controls.values()].map((it) => it.status()),
      faults: [...plans.faults, ...(this.parts.faults?.() ?? [])],
      doctor: this.parts.doctor?.() ?? null,
    };
  }

  /** Ends the processes of all services at once. */
  abandon(): void {
    for (const control of this.controls.values()) control.abandon();
    this.listeners.close();
  }

  private control(service: Service): ServiceControl {
    const { name } = service;
    const { plans, clock, command, release, home, user } = this.parts;
    return new ServiceControl(service, {
      clock,
      listeners: this.listeners,
      report: this.parts.reportFor(name),
      command: [...command, "--home", home.root, "service", name],
      greeting: () => ({ name: "supervisor.worker.greet", service: name, release, home: home.root, user }),
      plan: () => plans.servicePlan(name),
      commonValues: () => plans.commonValues(service),
      siteNames: () => plans.siteNames(name),
      hasSite: (site) => plans.hasSite(name, site),
      sitePlan: (site) => {
        const plan = plans.sitePlan(name, site);
        this.logFolders.prepare(service.accessLog.stem, site, plan.values);
        return plan;
      },
      logins: this.parts.logins,
      certificates: () => certificateOrders(this.parts.certificates?.() ?? NO_CERTIFICATES),
      write: (occurrence) => this.parts.write(occurrence),
      displaced: (paths) => this.borrowAgain(paths),
      changed: () => this.changed(),
    });
  }

  private startWaiting(): void {
    for (const name of this.waiting) {
      const control = this.controls.get(name);
      const needs = control?.service.needs ?? [];
      if (!needs.every((it) => serves(this.controls.get(it)?.state ?? "stopped"))) continue;
      this.waiting.delete(name);
      control?.follow("start", "the start of the server");
    }
  }

  private changed(): void {
    if (this.waiting.size > 0 && !this.ending) this.startWaiting();
    for (const watcher of [...this.watchers]) watcher();
  }

  private until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const watcher = () => {
        if (!condition()) return;
        this.watchers = this.watchers.filter((it) => it !== watcher);
        resolve();
      };
      this.watchers.push(watcher);
      watcher();
    });
  }

  /** Not at once: the site that took the sockets is still in the middle of its own change. */
  private borrowAgain(paths: readonly string[]): void {
    const first = this.displaced.size === 0;
    for (const path of paths) this.displaced.add(path);
    if (!first) return;
    queueMicrotask(() => {
      const displaced = this.displaced;
      this.displaced = new Set();
      for (const control of this.controls.values()) control.borrowAgain(displaced);
    });
  }
}

const NO_CERTIFICATES: CertificateChange = { set: [], removed: [], fallback: null };

export const controlSocketPath = (home: Home): string => roomPath(home, "run", "control.sock");
