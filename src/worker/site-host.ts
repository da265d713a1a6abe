// The sites that live in one worker: opened from orders, swapped when their settings change, ended when they are
// removed. A site that cannot open keeps its old self, or is refused, and says so; its neighbours notice nothing.

import { type LoginLine, type RefusedLogin, SiteLogin } from "../account/site-login.ts";
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import { good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import type { SiteOrder, SiteReport } from "../ipc/messages.ts";
import type { AccessGates } from "../net/access/access-gates.ts";
import type { AccessLogs } from "../net/access-log/access-logs.ts";
import type { Door } from "../net/front/door.ts";
import type { PlaceTable } from "../net/front/place-table.ts";
import { siteCells } from "../net/metrics/metrics.ts";
import type { MetricsBook } from "../net/metrics/metrics-book.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import { orderedSite } from "../service/ordered-site.ts";
import type { Common, Service, ServiceEngine } from "../service/service.ts";
import { HostedSite, type OpenedSite } from "./hosted-site.ts";

export interface SiteHostParts {
  readonly service: Service;
  readonly engine: ServiceEngine;
  /** Where the front looks for sites. */
  readonly places: PlaceTable<Door>;
  readonly clock: Clock;
  readonly report: Report;
  readonly gates: AccessGates;
  readonly book: MetricsBook;
  readonly logs: AccessLogs;
  readonly logins: LoginLine;
  /** What else does not work of a site that serves. */
  faultsOf(site: HostedSite): readonly Fault[];
}

export class SiteHost {
  /** What the sites share; set before the first one comes. */
  common: Common | undefined;
  private readonly hosted = new Map<string, HostedSite>();
  /** What was said of each, without the faults that come and go while it serves. */
  private readonly told = new Map<string, SiteReport>();
  private readonly parts: SiteHostParts;

  constructor(parts: SiteHostParts) {
    this.parts = parts;
  }

  get sites(): Iterable<HostedSite> {
    return this.hosted.values();
  }

  /** Opens the site beside the one that runs, and swaps when it could. */
  set(order: SiteOrder): void {
    this.told.set(order.name, this.swap(order));
  }

  /** How they are now. */
  report(names: readonly string[]): readonly SiteReport[] {
    return names.flatMap((name) => {
      const told = this.told.get(name);
      const site = this.hosted.get(name);
      if (told === undefined || site === undefined) return told ?? [];
      return { ...told, faults: [...told.faults, ...this.parts.logs.faultsOf(name), ...this.parts.faultsOf(site)] };
    });
  }

  private swap(order: SiteOrder): SiteReport {
    const { name, path, revision } = order;
    const { logs } = this.parts;
    const old = this.hosted.get(name);
    const metrics = old?.metrics ?? this.parts.book.site(name);
    const opened = this.open(order, metrics);
    if (!opened.ok) {
      if (old === undefined) return { name, revision, is: "refused", faults: [opened.error] };
      this.move(old, () => old.keep(order));
      return { name, revision, is: "kept", faults: [opened.error, ...old.host.faults] };
    }
    if (old !== undefined) this.move(old, () => old.change(order, opened.value));
    else {
      const site = new HostedSite(order, opened.value, {
        ...this.parts,
        metrics,
        log: logs.of(name),
        turnedAwayStatus: this.parts.service.accessLog.turnedAwayStatus,
        protocols: this.parts.service.protocols,
      });
      this.hosted.set(name, site);
      for (const route of order.routes) this.parts.places.add(route, site);
    }
    this.setStray(name);
    logs.follow(name, path, opened.value.values);
    return { name, revision, is: "open", faults: opened.value.site.faults };
  }

  /** No new connections; those that are open come to their end, at the latest after the limit. */
  async remove(name: string, limitMs: number): Promise<void> {
    const it = this.hosted.get(name);
    if (it === undefined) return;
    this.hosted.delete(name);
    this.told.delete(name);
    for (const route of it.order.routes) this.parts.places.remove(route, it);
    if (this.parts.places.stray === it) this.parts.places.stray = undefined;
    it.ledger.finishAll();
    const cancel = this.parts.clock.after(limitMs, () => it.ledger.cutAll());
    await it.ledger.whenEmpty();
    cancel();
    it.close();
    // A new site of that name may be there by now: the log is that one's then.
    if (!this.hosted.has(name)) await this.parts.logs.release(name);
  }

  private setStray(name: string): void {
    const { places } = this.parts;
    const site = this.hosted.get(name);
    if (site?.host.takesStrayHosts === true) places.stray = site;
    else if (places.stray === site) places.stray = undefined;
  }

  private move(site: HostedSite, change: () => void): void {
    const { places } = this.parts;
    for (const route of site.order.routes) places.remove(route, site);
    change();
    for (const route of site.order.routes) places.add(route, site);
  }

  private open(order: SiteOrder, metrics: SiteMetrics): Result<OpenedSite, Fault> {
    const { service, engine, clock, report, logins, logs } = this.parts;
    const { common } = this;
    const log = logs.of(order.name);
    const site = orderedSite(service, order);
    if (!site.ok) return site;
    const { name, values } = site.value;
    const { plainTextLogin } = values;
    const refused = (why: RefusedLogin): void => metrics.add(siteCells.loginsFailed[why]);
    const login = new SiteLogin({ site: name, line: logins, clock, plainTextLogin, refused });
    const opened = engine.openSite({ ...site.value, clock, report, metrics, login, log, common });
    return opened.ok ? good({ site: opened.value, values }) : opened;
  }
}
