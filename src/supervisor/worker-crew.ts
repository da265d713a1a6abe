// The workers of one service: as many as wanted, replaced without a gap, drained, or given up. It decides when a
// process starts and ends; what the workers serve is briefed by the service's control.
import type { Clock } from "../base/clock.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { SupervisorMessage, WorkerMessage } from "../ipc/messages.ts";
import { type Ending, type WorkerLimits, WorkerProcess } from "./worker-process.ts";

export interface CrewDuties {
  readonly command: readonly string[];
  limits(): WorkerLimits;
  /** Sends a fresh worker all that belongs to its start, ending with supervisor.start.complete. */
  brief(worker: WorkerProcess): void;
  heard(worker: WorkerProcess, message: WorkerMessage): void;
  /** As many as wanted serve. */
  ready(): void;
  /** One ended that should not have; `left` still serve or start. */
  lost(worker: WorkerProcess, because: string, left: number): void;
  /** Every worker is gone after `drain`. */
  drained(): void;
  /** A worker that was to end had to be killed. */
  overdue(worker: WorkerProcess, because: string): void;
}

interface Replacement {
  readonly incoming: Set<WorkerProcess>;
  readonly outgoing: ReadonlySet<WorkerProcess>;
  readonly drainMs: number;
  readonly done: (result: Result<void, string>) => void;
}

export class WorkerCrew {
  private readonly workers = new Set<WorkerProcess>();
  private replacement: Replacement | undefined;
  private closing = false;
  private wanted = 0;
  private readonly duties: CrewDuties;
  private readonly clock: Clock;

  constructor(duties: CrewDuties, clock: Clock) {
    this.duties = duties;
    this.clock = clock;
  }

  get all(): readonly WorkerProcess[] {
    return [...this.workers];
  }

  /** Those that take part in the service: not the ones on their way out. */
  get active(): readonly WorkerProcess[] {
    return this.all.filter((it) => it.phase !== "draining");
  }

  /** Starts as many as are missing. */
  open(count: number): void {
    this.closing = false;
    this.wanted = count;
    while (this.active.length < count) this.spawn();
  }

  /** More start at once; too many are drained, the oldest first. */
  resize(count: number, drainMs: number): void {
    const surplus = this.active.slice(0, Math.max(0, this.active.length - count));
    for (const worker of surplus) worker.drain(drainMs);
    this.open(count);
  }

  /** New workers beside the old ones; the old ones drain only when all new ones serve, and stay when one fails. */
  replace(drainMs: number): Promise<Result<void, string>> {
    if (this.replacement !== undefined) return Promise.resolve(bad("the workers are being replaced already"));
    const outgoing = new Set(this.active);
    const { promise, resolve } = Promise.withResolvers<Result<void, string>>();
    const incoming = new Set<WorkerProcess>();
    this.replacement = { incoming, outgoing, drainMs, done: resolve };
    for (let count = 0; count < this.wanted; count++) incoming.add(this.spawn());
    return promise;
  }

  /** All finish their connections, for at most `limitMs`. */
  drain(limitMs: number): void {
    this.closing = true;
    this.endReplacement(bad("the service was stopped meanwhile"));
    for (const worker of this.workers) worker.drain(limitMs);
    if (this.workers.size === 0) this.duties.drained();
  }

  /** All end now, and nobody is told. */
  abandon(verdict: string): void {
    this.endReplacement(bad(verdict));
    for (const worker of this.workers) worker.kill(verdict);
    this.workers.clear();
  }

  broadcast(message: SupervisorMessage): void {
    for (const worker of this.active) worker.send(message);
  }

  give(tag: number, fd: number): void {
    for (const worker of this.active) worker.give(tag, fd);
  }

  private spawn(): WorkerProcess {
    const worker = new WorkerProcess(this.duties.command, this.duties.limits(), this.clock, {
      said: (from, message) => this.said(from, message),
      ended: (from, ending) => this.ended(from, ending),
    });
    this.workers.add(worker);
    this.duties.brief(worker);
    return worker;
  }

  private said(worker: WorkerProcess, message: WorkerMessage): void {
    this.duties.heard(worker, message);
    if (message.name !== "worker.service.ready") return;
    if (this.replacement !== undefined) {
      if ([...this.replacement.incoming].every((it) => it.phase === "serving")) this.endReplacement(good(undefined));
    } else if (this.active.length >= this.wanted && this.active.every((it) => it.phase === "serving"))
      this.duties.ready();
  }

  private ended(worker: WorkerProcess, { clean, because }: Ending): void {
    if (!this.workers.delete(worker)) return;
    if (worker.phase === "draining") {
      if (!clean) this.duties.overdue(worker, because);
      if (this.closing && this.workers.size === 0) this.duties.drained();
      return;
    }
    if (this.replacement?.incoming.has(worker)) {
      this.endReplacement(bad(`a new worker could not start: ${because}`));
      return;
    }
    this.duties.lost(worker, because, this.active.length);
  }

  /** On success the old ones leave; on failure the new ones do. */
  private endReplacement(result: Result<void, string>): void {
    const { replacement } = this;
    if (replacement === undefined) return;
    this.replacement = undefined;
    for (const worker of result.ok ? replacement.outgoing : replacement.incoming) worker.drain(replacement.drainMs);
    replacement.done(result);
  }
}
