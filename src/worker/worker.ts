// The worker's side of a service: takes sockets and sites from the supervisor, and serves until it is told to end. It keeps
// no state that must outlive it.

import { randomBytes } from "node:crypto";
import { secureRandomness, systemClock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import type { JsonObject } from "../base/json.ts";
import { CertificateBook } from "../certificate/certificate-book.ts";
import { type Report, reporter } from "../event/event.ts";
import type { SiteOrder, SupervisorMessage } from "../ipc/messages.ts";
import { snapshotValues } from "../metabase/read/snapshot.ts";
import { AccessGates } from "../net/access/access-gates.ts";
import { AccessLogs } from "../net/access-log/access-logs.ts";
import { Acceptor } from "../net/front/acceptor.ts";
import { ConnectionLedger } from "../net/front/connection-ledger.ts";
import type { Door } from "../net/front/door.ts";
import { Front } from "../net/front/front.ts";
import { PlaceTable } from "../net/front/place-table.ts";
import { siteCells, siteMetrics } from "../net/metrics/metrics.ts";
import { MetricsBook } from "../net/metrics/metrics-book.ts";
import { SocketInbox } from "../net/system/descriptor-channel.ts";
import { listeningAt } from "../net/system/listening-socket.ts";
import { close, descriptorLimit } from "../net/system/system-calls.ts";
import { TraceSource } from "../net/trace-id.ts";
import type { Common, Service, ServiceEngine } from "../service/service.ts";
import { Errands } from "./errands.ts";
import {
  allTold,
  type End,
  type Greeting,
  hearSupervisor,
  joinServer,
  tellSupervisor,
  type WorkerProgram,
} from "./join-server.ts";
import { WorkerLoginLine } from "./login-line.ts";
import { QuicSites } from "./quic-sites.ts";
import { SiteHost } from "./site-host.ts";

/** Files, logs and the channel need some too. */
const DESCRIPTORS_RESERVED = 256;
const CONNECTIONS_UNKNOWN_LIMIT = 4096;

/** Serves until the supervisor lets go; the exit code of the process. */
export async function runWorker(service: Service, program: WorkerProgram): Promise<number> {
  const engine = await service.engine();
  return hearSupervisor(`inetsrv start ${service.name}`, (end) => {
    const worker = new Worker(service, engine, program, end);
    return (message) => worker.take(message);
  });
}

class Worker {
  private readonly service: Service;
  private readonly engine: ServiceEngine;
  private readonly program: WorkerProgram;
  private readonly end: End;
  private readonly inbox = new SocketInbox();
  private readonly acceptors = new Map<number, Acceptor>();
  /** Descriptors of sockets that are not accepted on yet, by their tags. */
  private readonly kept = new Map<number, number>();
  /** All sites that belong to the start are there. */
  private started = false;
  /** What the sites share. */
  private common: Common | undefined;
  private readonly report: Report;
  private readonly places = new PlaceTable<Door>();
  private readonly whole: ConnectionLedger;
  private readonly front: Front;
  private readonly host: SiteHost;
  private readonly quic: QuicSites;
  private readonly book: MetricsBook;
  private readonly logs: AccessLogs;
  private readonly errands: Errands;
  /** Where sites ask whether somebody may log in. */
  private readonly logins = new WorkerLoginLine(tellSupervisor, randomBytes(32), systemClock);
  /** What clients are shown under TLS, whichever site they come to. */
  readonly certificates = new CertificateBook(systemClock);
  private draining = false;
  /** Not under this supervisor: nothing more is done here. */
  private refused = false;

  constructor(service: Service, engine: ServiceEngine, program: WorkerProgram, end: End) {
    this.service = service;
    this.engine = engine;
    this.errands = new Errands({ service, engine }, this.certificates, tellSupervisor);
    this.program = program;
    this.end = end;
    this.report = reporter(service.name, systemClock.wallMs, (occurrence) =>
      tellSupervisor({ name: "worker.event.write", occurrence }),
    );
    const limit = descriptorLimit();
    const connectionsMax = limit.ok ? Math.max(16, limit.value - DESCRIPTORS_RESERVED) : CONNECTIONS_UNKNOWN_LIMIT;
    this.whole = new ConnectionLedger(connectionsMax, systemClock);
    this.book = new MetricsBook((service.metrics ?? siteMetrics).end);
    const [clock, randomness] = [systemClock, secureRandomness];
    const gates = new AccessGates({ service: service.name, clock, randomness, report: this.report });
    const traces = new TraceSource(clock, randomness);
    const lost = (site: string | undefined) => {
      const metrics = site === undefined ? this.book.service : this.book.site(site);
      return (lines: number): void => metrics.add(siteCells.logLinesLost, lines);
    };
    this.logs = new AccessLogs({ service: service.accessLog, clock, report: this.report, lost });
    const { report, book, certificates, logs, places } = this;
    this.front = new Front({ places, ledger: this.whole, certificates, traces, clock, metrics: book.service });
    this.host = new SiteHost({
      service,
      engine,
      places,
      clock,
      report,
      gates,
      book,
      logs,
      logins: this.logins,
      faultsOf: (site) => this.quic.faultsOf(site),
    });
    const { front, host } = this;
    const changed = (names: readonly string[]): void => {
      if (names.length > 0) tellSupervisor({ name: "worker.sites.report", sites: host.report(names) });
    };
    this.quic = new QuicSites({ service, front, certificates, clock, sites: () => host.sites, changed });
  }

  async take(message: SupervisorMessage): Promise<void> {
    if (this.refused) return;
    switch (message.name) {
      case "supervisor.worker.greet":
        this.logs.settle(message.home, message.release.version);
        return this.greet(message);
      case "supervisor.socket.give":
        return this.keep(message.tag);
      case "supervisor.socket.drop":
        return this.drop(message.tag);
      case "supervisor.certificates.set":
        for (const it of message.certificates) this.certificates.set(it);
        this.certificates.fallback = message.fallback;
        return this.quic.present();
      case "supervisor.certificates.remove":
        for (const name of message.names) this.certificates.remove(name);
        return this.quic.present();
      case "supervisor.common.set":
        return this.settleCommon(message.values);
      case "supervisor.sites.set":
        // One by one: each is a sign of progress to the supervisor.
        for (const order of message.sites) this.set(order);
        return this.started ? this.acceptAsOrdered() : undefined;
      case "supervisor.sites.remove":
        // Not waited for: what comes next may concern other sites.
        for (const name of message.names)
          void this.host
            .remove(name, message.limitMs)
            .then(() => tellSupervisor({ name: "worker.sites.end", names: [name] }));
        return;
      case "supervisor.accounts.changed":
        return this.logins.accountsChanged(message);
      case "supervisor.login.answer":
      case "supervisor.scram.answer":
        return this.logins.answered(message);
      case "supervisor.errand.begin":
        // Not waited for: it takes as long as others take to answer.
        void this.errands.run(message, this.common);
        return;
      case "supervisor.errand.drop":
        return this.errands.drop(message.id);
      case "supervisor.start.complete":
        this.started = true;
        await this.acceptKept();
        return tellSupervisor({ name: "worker.service.ready" });
      case "supervisor.mail.ask":
        return; // never a service
      case "supervisor.worker.ping":
        this.tellMetrics();
        return tellSupervisor({
          name: "worker.load.report",
          connections: this.whole.size,
          waitingFor: this.draining ? this.whole.describe() : "",
        });
      case "supervisor.worker.drain":
        void this.drain(message.limitMs);
        return;
      default:
        message satisfies never;
    }
  }

  private async greet(greeting: Greeting): Promise<void> {
    const { engine, program } = this;
    if (!(await joinServer(greeting, program, this.end, () => engine.prepare?.() ?? Promise.resolve()))) {
      this.refused = true;
      return;
    }
    const { report } = this;
    const world = {
      home: { root: greeting.home, from: "--home" },
      clock: systemClock,
      report,
      metrics: this.book.service,
      certificates: this.certificates,
    } as const;
    this.common = await engine.openCommon?.(world);
    this.host.common = this.common;
  }

  private set(order: SiteOrder): void {
    this.host.set(order);
    tellSupervisor({ name: "worker.sites.report", sites: this.host.report([order.name]) });
  }

  private settleCommon(settings: JsonObject): void {
    const { commonSection } = this.service;
    if (commonSection !== undefined) this.common?.settle?.(snapshotValues(commonSection, { settings }));
  }

  /** Accepted on when the sites that it leads to are there; who connects until then waits in the queue of the system. */
  private keep(tag: number): void {
    const taken = this.inbox.take(tag);
    if (!taken.ok) throw new Error(`socket ${tag} was announced and is not there: ${JSON.stringify(taken.error)}`);
    if (this.draining) return void close(taken.value);
    this.kept.set(tag, taken.value);
    this.quic.know(tag, taken.value);
  }

  private async drop(tag: number): Promise<void> {
    const fd = this.kept.get(tag);
    if (fd !== undefined) close(fd);
    this.kept.delete(tag);
    const acceptor = this.acceptors.get(tag);
    this.acceptors.delete(tag);
    if (acceptor === undefined) return;
    await acceptor.stopAccepting();
    // Its sites may be gone after that.
    await this.front.settled();
  }

  /** What is new, and in another way what was in clear and begins with TLS now. */
  private async acceptAsOrdered(): Promise<void> {
    for (const it of this.acceptors.values()) await it.look();
    await this.acceptKept();
  }

  private async acceptKept(): Promise<void> {
    for (const [tag, fd] of this.kept) {
      this.kept.delete(tag);
      await this.accept(tag, fd);
    }
    this.quic.follow();
  }

  private async accept(tag: number, fd: number): Promise<void> {
    const opened = await Acceptor.open({
      fd,
      take: (socket, peer, local) => this.front.take(tag, socket, peer, local),
      inClear: () => this.service.staysInClear === true && !this.places.isSecure(tag),
      ledger: this.whole,
      report: this.report,
      subject: about("address", listeningAt(fd) ?? `socket ${tag} of ${this.service.name}`),
    });
    if (!opened.ok) throw new Error(`socket ${tag} cannot be accepted on: ${opened.error}`);
    this.acceptors.set(tag, opened.value);
  }

  private async drain(limitMs: number): Promise<void> {
    this.draining = true;
    this.errands.dropAll();
    this.quic.close();
    await Promise.all([...this.kept.keys(), ...this.acceptors.keys()].map((tag) => this.drop(tag)));
    this.whole.finishAll();
    const endMs = systemClock.steadyMs() + limitMs;
    const cancel = systemClock.after(limitMs, () => this.whole.cutAll());
    await this.whole.whenEmpty();
    cancel();
    // The limit is one for both: beyond it the supervisor waits no more.
    await this.common?.close(Math.max(0, endMs - systemClock.steadyMs()));
    await this.logs.close();
    this.tellMetrics();
    await allTold();
    this.end(0);
  }

  private tellMetrics(): void {
    for (const sites of this.book.report()) tellSupervisor({ name: "worker.metrics.report", sites });
  }
}
