// The sites that live in one worker: opened from orders, swapped when their settings change, ended when they are
// removed. A site that cannot open keeps its old self, or is refused, and says so; its neighbours notice nothing.
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import type { SiteOrder, SiteReport } from "../ipc/messages.ts";
import type { Connection, Host } from "../net/acceptor.ts";
import { ConnectionLedger } from "../net/connection-ledger.ts";
import { siteCells } from "../net/metrics/metrics.ts";
import type { MetricsBook } from "../net/metrics/metrics-book.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import { decodeOwn } from "../schema/decode.ts";
import { valuesOf } from "../schema/resolve.ts";
import type { Service, Site } from "../service/service.ts";

interface Hosted {
  order: SiteOrder;
  site: Site;
  readonly ledger: ConnectionLedger;
  readonly metrics: SiteMetrics;
}

interface Place {
  /** Names of the sites that answer for every host name, and of those that answer for some. */
  readonly open: Set<string>;
  readonly named: Set<string>;
}

export class SiteHost {
  private readonly hosted = new Map<string, Hosted>();
  /** By socket and local address, the sites that answer there. */
  private readonly places = new Map<string, Place>();
  private readonly service: Service;
  private readonly whole: ConnectionLedger;
  private readonly clock: Clock;
  private readonly report: Report;
  private readonly book: MetricsBook;

  constructor(service: Service, whole: ConnectionLedger, clock: Clock, report: Report, book: MetricsBook) {
    this.service = service;
    this.whole = whole;
    this.clock = clock;
    this.report = report;
    this.book = book;
  }

  /** Opens the site beside the one that runs, and swaps when it could. */
  set(order: SiteOrder): SiteReport {
    const { name, revision } = order;
    const old = this.hosted.get(name);
    const metrics = old?.metrics ?? this.book.site(name);
    const opened = this.open(order, metrics);
    if (!opened.ok) {
      if (old === undefined) return { name, revision, is: "refused", faults: [opened.error] };
      // The old settings, but the sockets of today: those it had may be closed by now.
      const kept = { ...old.order, routes: order.routes, paused: order.paused };
      this.route(name, old.order, kept);
      old.order = kept;
      return { name, revision, is: "kept", faults: [opened.error, ...old.site.faults] };
    }
    const { site, connectionsMax } = opened.value;
    const ledger = old?.ledger ?? new ConnectionLedger(connectionsMax, this.clock);
    ledger.max = connectionsMax;
    this.route(name, old?.order, order);
    if (old === undefined) this.hosted.set(name, { order, site, ledger, metrics });
    else Object.assign(old, { order, site });
    return { name, revision, is: "open", faults: site.faults };
  }

  /** No new connections; those that are open come to their end, at the latest after the limit. */
  async remove(name: string, limitMs: number): Promise<void> {
    const it = this.hosted.get(name);
    if (it === undefined) return;
    this.hosted.delete(name);
    this.route(name, it.order, undefined);
    it.ledger.finishAll();
    const cancel = this.clock.after(limitMs, () => it.ledger.cutAll());
    await it.ledger.whenEmpty();
    it.metrics.end();
    cancel();
  }

  /** Whose a connection is: the site bound to exactly this address, before one for all addresses. */
  choose(tag: number, localAddress: string): { readonly host: Host; readonly paused: boolean } {
    for (const address of [localAddress, localAddress.includes(":") ? "::" : "0.0.0.0", "*"]) {
      const place = this.places.get(`${tag} ${address}`);
      const name = first(place?.open) ?? first(place?.named);
      const it = name === undefined ? undefined : this.hosted.get(name);
      if (it !== undefined) return { host: counted(it), paused: it.order.paused || it.ledger.full };
    }
    return { host: nobody, paused: true };
  }

  private open(order: SiteOrder, metrics: SiteMetrics): Result<{ site: Site; connectionsMax: number }, Fault> {
    const { siteSection } = this.service;
    const { own, problems } = decodeOwn(siteSection, order.values, order.path);
    const [wrong] = problems;
    if (wrong !== undefined)
      return bad(
        fault(
          about("setting", wrong.path),
          `Cannot open ${order.path}`,
          `${wrong.path} is ${wrong.given}`,
          `It needs ${wrong.wish}`,
        ),
      );
    const values = valuesOf(siteSection, [{ path: order.path, section: siteSection, own }]);
    const { clock, report } = this;
    const { name, path, secrets, below } = order;
    const secret = (key: string): Result<string, Fault> | undefined => {
      const it = Object.hasOwn(secrets, key) ? secrets[key] : undefined;
      if (it === undefined) return undefined;
      return "clear" in it ? good(it.clear) : bad(it.fault);
    };
    const opened = this.service.openSite({ name, path, values, below, secret, clock, report, metrics });
    const { connectionsMax } = values as { readonly connectionsMax?: unknown };
    if (!opened.ok) return opened;
    return good({
      site: opened.value,
      connectionsMax: typeof connectionsMax === "number" ? connectionsMax : this.whole.max,
    });
  }

  private route(name: string, before: SiteOrder | undefined, after: SiteOrder | undefined): void {
    for (const { tag, address } of before?.routes ?? []) {
      const place = this.places.get(`${tag} ${address}`);
      place?.open.delete(name);
      place?.named.delete(name);
      if (place?.open.size === 0 && place.named.size === 0) this.places.delete(`${tag} ${address}`);
    }
    for (const { tag, address, host } of after?.routes ?? []) {
      const place = this.places.get(`${tag} ${address}`) ?? { open: new Set(), named: new Set() };
      (host === "" ? place.open : place.named).add(name);
      this.places.set(`${tag} ${address}`, place);
    }
  }
}

/** The site, with each connection in its ledger and its numbers. */
const counted = ({ order, site, ledger, metrics }: Hosted): Host => ({
  serve(socket, connection) {
    let finish = (): void => {};
    const noting: Connection = {
      ...connection,
      onFinish(call) {
        finish = call;
        connection.onFinish(call);
      },
    };
    const leave = ledger.add(connection.peer, { finish: () => finish(), cut: () => socket.destroy() });
    metrics.add(siteCells.connections);
    metrics.move(siteCells.connectionsOpen, 1);
    socket.once("close", () => {
      leave();
      metrics.move(siteCells.connectionsOpen, -1);
      metrics.add(siteCells.bytesIn, socket.bytesRead);
      metrics.add(siteCells.bytesOut, socket.bytesWritten);
    });
    site.serve(socket, noting);
  },
  turnAway(socket) {
    metrics.add(order.paused ? siteCells.connectionsRefused.paused : siteCells.connectionsRefused.limit);
    site.turnAway(socket);
  },
});

/** The socket is open and no site answers at this address: there is nobody to say anything. */
const nobody: Host = { serve: (socket) => socket.destroy(), turnAway: (socket) => socket.destroy() };

const first = (names: ReadonlySet<string> | undefined): string | undefined => names?.values().next().value;
