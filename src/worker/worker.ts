// The worker's side of a service: shows that it is of the right release, lays down privileges, takes sockets and sites
// from the supervisor, and serves until it is told to end. It keeps no state that must outlive it.

import { randomBytes } from "node:crypto";
import { secureRandomness, systemClock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import { about } from "../base/fault.ts";
import { traceOf } from "../base/thrown.ts";
import { CertificateBook } from "../certificate/certificate-book.ts";
import { type Report, reporter } from "../event/event.ts";
import { type ReleaseIdentity, readMessage, type SupervisorMessage, type WorkerMessage } from "../ipc/messages.ts";
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
import { layDownPrivileges } from "../net/system/lay-down-privileges.ts";
import { listeningAt } from "../net/system/listening-socket.ts";
import {
  close,
  descriptorLimit,
  dieWithParent,
  forbidNewPrivileges,
  giveUpCapabilities,
} from "../net/system/system-calls.ts";
import { TraceSource } from "../net/trace-id.ts";
import type { Common, Service } from "../service/service.ts";
import { Errands } from "./errands.ts";
import { WorkerLoginLine } from "./login-line.ts";
import { SiteHost } from "./site-host.ts";

/** Files, logs and the channel need some too. */
const DESCRIPTORS_RESERVED = 256;
const CONNECTIONS_UNKNOWN_LIMIT = 4096;
const LAST_WORDS_MS = 500;

/** What the worker needs to know of the program it is part of. */
export interface WorkerProgram {
  /** What keeps this process from working under the supervisor's release. */
  mismatch(expected: ReleaseIdentity): Fault | undefined;
}

/** Serves until the supervisor lets go; the exit code of the process. */
export function runWorker(service: Service, program: WorkerProgram): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  if (process.send === undefined) {
    process.stderr.write(`A worker is started by the server itself, not by hand. Try: inetsrv start ${service.name}\n`);
    return Promise.resolve(2);
  }
  const worker = new Worker(service, program, resolve);
  // One after the other, whatever a message has to wait for.
  let queue = Promise.resolve();
  process.on("message", (given: unknown) => {
    const message = readMessage(given, "supervisor") as SupervisorMessage | undefined;
    if (message === undefined) throw new Error(`a message of another release: ${JSON.stringify(given).slice(0, 200)}`);
    queue = queue
      .then(() => worker.take(message))
      // A bug: the process ends, the supervisor tells why and starts another. Left alone, the queue would only stand.
      .catch((error: unknown) => {
        process.stderr.write(`${traceOf(error)}\n`);
        resolve(1);
      });
  });
  // The supervisor is gone, even by kill -9: nobody would hand the sockets on, so an end is the only right thing.
  process.on("disconnect", () => resolve(0));
  // Terminals and managers send these to the whole group; the supervisor alone decides who ends when.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => {});
  return promise;
}

type Greeting = Extract<SupervisorMessage, { readonly name: "supervisor.worker.greet" }>;

class Worker {
  private readonly service: Service;
  private readonly program: WorkerProgram;
  private readonly end: (code: number) => void;
  private readonly inbox = new SocketInbox();
  private readonly acceptors = new Map<number, Acceptor>();
  /** Descriptors of sockets that are not accepted on yet, by their tags. */
  private readonly kept = new Map<number, number>();
  /** All sites that belong to the start are there. */
  private started = false;
  /** What the sites share. */
  private common: Common | undefined;
  private readonly report: Report;
  private readonly whole: ConnectionLedger;
  private readonly front: Front;
  private readonly host: SiteHost;
  private readonly book: MetricsBook;
  private readonly logs: AccessLogs;
  private readonly errands: Errands;
  /** Where sites ask whether somebody may log in. */
  private readonly logins = new WorkerLoginLine(send, randomBytes(32), systemClock);
  /** What clients are shown under TLS, whichever site they come to. */
  readonly certificates = new CertificateBook(systemClock);
  /** Should it have died before the kernel was told to look after us, another one is our parent by now. */
  private readonly parent = process.ppid;
  private draining = false;
  /** Of another release: nothing more is done here. */
  private refused = false;

  constructor(service: Service, program: WorkerProgram, end: (code: number) => void) {
    this.service = service;
    this.errands = new Errands(service, this.certificates, send);
    this.program = program;
    this.end = end;
    this.report = reporter(service.name, systemClock.wallMs, (occurrence) =>
      send({ name: "worker.event.write", occurrence }),
    );
    const limit = descriptorLimit();
    const connectionsMax = limit.ok ? Math.max(16, limit.value - DESCRIPTORS_RESERVED) : CONNECTIONS_UNKNOWN_LIMIT;
    this.whole = new ConnectionLedger(connectionsMax, systemClock);
    this.book = new MetricsBook((service.metrics ?? siteMetrics).end);
    const [places, clock, randomness] = [new PlaceTable<Door>(), systemClock, secureRandomness];
    const gates = new AccessGates({ service: service.name, clock, randomness, report: this.report });
    const traces = new TraceSource(clock, randomness);
    const lost = (site: string) => {
      const metrics = this.book.site(site);
      return (lines: number): void => metrics.add(siteCells.logLinesLost, lines);
    };
    this.logs = new AccessLogs({ service: service.accessLog, clock, report: this.report, lost });
    const { report, book, certificates, logs } = this;
    this.front = new Front({ places, ledger: this.whole, certificates, traces, clock, metrics: book.service });
    this.host = new SiteHost({
      service,
      places,
      clock,
      report,
      gates,
      book,
      logs,
      logins: this.logins,
    });
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
        return;
      case "supervisor.certificates.remove":
        for (const name of message.names) this.certificates.remove(name);
        return;
      case "supervisor.sites.set":
        // One by one: each is a sign of progress to the supervisor.
        for (const order of message.sites) send({ name: "worker.sites.report", sites: [this.host.set(order)] });
        return this.started ? this.acceptKept() : undefined;
      case "supervisor.sites.remove":
        // Not waited for: what comes next may concern other sites.
        for (const name of message.names)
          void this.host.remove(name, message.limitMs).then(() => send({ name: "worker.sites.end", names: [name] }));
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
        return send({ name: "worker.service.ready" });
      case "supervisor.worker.ping":
        this.tellMetrics();
        return send({
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

  private async greet({ release, user, home }: Greeting): Promise<void> {
    const fault = this.program.mismatch(release);
    if (fault !== undefined) {
      this.refused = true;
      send({ name: "worker.release.refuse", fault });
      process.stderr.write(`error: ${fault.attempted}: ${fault.because}\n`);
      // Given a moment, so that the message is through.
      setTimeout(() => this.end(1), 50);
      return;
    }
    if (user !== null) {
      // Before the threads of the service: each has a mark of its own.
      forbidNewPrivileges();
      await this.service.prepare?.();
      layDownPrivileges(user);
    }
    // After the change of user, which would undo them. Where the system has no such call, "disconnect" must do.
    dieWithParent();
    giveUpCapabilities();
    forbidNewPrivileges();
    if (process.ppid !== this.parent) return this.end(0);
    send({ name: "worker.release.accept" });
    const { report } = this;
    const world = {
      home: { root: home, from: "--home" },
      clock: systemClock,
      report,
      metrics: this.book.service,
      certificates: this.certificates,
    } as const;
    this.common = await this.service.openCommon?.(world);
    this.host.common = this.common;
  }

  /** Accepted on when the sites that it leads to are there; who connects until then waits in the queue of the system. */
  private keep(tag: number): void {
    const taken = this.inbox.take(tag);
    if (!taken.ok) throw new Error(`socket ${tag} was announced and is not there: ${JSON.stringify(taken.error)}`);
    if (this.draining) close(taken.value);
    else this.kept.set(tag, taken.value);
  }

  private drop(tag: number): void {
    const fd = this.kept.get(tag);
    if (fd !== undefined) close(fd);
    this.kept.delete(tag);
    this.acceptors.get(tag)?.stopAccepting();
    this.acceptors.delete(tag);
  }

  private async acceptKept(): Promise<void> {
    for (const [tag, fd] of this.kept) {
      this.kept.delete(tag);
      await this.accept(tag, fd);
    }
  }

  private async accept(tag: number, fd: number): Promise<void> {
    const opened = await Acceptor.open({
      fd,
      take: (socket) => this.front.take(tag, socket),
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
    for (const tag of [...this.kept.keys(), ...this.acceptors.keys()]) this.drop(tag);
    this.whole.finishAll();
    const endMs = systemClock.steadyMs() + limitMs;
    const cancel = systemClock.after(limitMs, () => this.whole.cutAll());
    await this.whole.whenEmpty();
    cancel();
    // The limit is one for both: beyond it the supervisor waits no more.
    await this.common?.close(Math.max(0, endMs - systemClock.steadyMs()));
    await this.logs.close();
    this.tellMetrics();
    await allSent();
    this.end(0);
  }

  private tellMetrics(): void {
    for (const sites of this.book.report()) send({ name: "worker.metrics.report", sites });
  }
}

function send(message: WorkerMessage): void {
  // Once the supervisor is gone there is nobody to tell; "disconnect" ends this process.
  if (process.connected) process.send?.(message);
}

/** Whatever was sent is on its way then; an end at once would take it back. A supervisor that hangs is not waited for. */
function allSent(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const last: WorkerMessage = { name: "worker.metrics.report", sites: [] };
  if (process.connected) process.send?.(last, undefined, undefined, () => resolve());
  systemClock.after(LAST_WORDS_MS, resolve);
  return promise;
}
