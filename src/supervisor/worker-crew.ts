// The workers of one service: as many as wanted, replaced without a gap, drained, or given up. It decides when a
// process starts and ends; what the workers serve is briefed by the service's control.
import type { Clock } from "../base/clock.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { SupervisorMessage, WorkerMessage } from "../ipc/messages.ts";
import type { LentSocket } from "./listener-table.ts";
import { type Ending, type WorkerLimits, WorkerProcess, type WorkerProgram } from "./worker-process.ts";

export interface CrewDuties {
  readonly program: WorkerProgram;
  limits(): WorkerLimits;
  /** Sends a fresh worker all that belongs to its start, ending with supervisor.start.complete. */
  brief(worker: WorkerProcess): void;
  heard(worker: WorkerProcess, message: WorkerMessage): void;
  /** As many as wanted serve. */
  ready(): void;
  /** One is missing that should be there: it ended, or could not be started. `left` still serve or start. */
  lost(pid: number | undefined, because: string, left: number): void;
  /** A process has ended, for whatever reason: nothing may stay under its number, as it comes again. */
  gone(pid: number): void;
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
  private count = 0;
  private readonly duties: CrewDuties;
  private readonly clock: Clock;

  constructor(duties: CrewDuties, clock: Clock) {
    this.duties = duties;
    this.clock = clock;
  }

  get wanted(): number {
    return this.count;
  }

  get all(): readonly WorkerProcess[] {
    return [...this.workers];
  }

  /** Those that take part in the service: not the ones on their way out. */
  get active(): readonly WorkerProcess[] {
    return this.all.filter((it) => it.phase !== "draining");
  }

  /** As many as wanted, and each of them serves. */
  get whole(): boolean {
    const { active } = this;
    return active.length >= this.count && active.length > 0 && active.every((it) => it.phase === "serving");
  }

  /** Starts as many as are missing. */
  open(count: number): void {
    this.closing = false;
    this.count = count;
    for (let missing = count - this.active.length; missing > 0; missing--) this.spawn();
  }

  /** More start at once; too many are drained, the oldest first. */
  resize(count: number, drainMs: number): void {
    this.endReplacement(bad("the number of workers was changed meanwhile"));
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
    for (let count = 0; count < this.count; count++) {
      const spawned = this.start();
      if (spawned.ok) incoming.add(spawned.value);
      else this.endReplacement(spawned);
      if (!spawned.ok) break;
    }
    return promise;
  }

  /** All finish their connections, for at most `limitMs`. */
  drain(limitMs: number): void {
    this.closing = true;
    this.endReplacement(bad("the service was stopped meanwhile"));
    for (const worker of this.workers) worker.drain(limitMs);
    this.tellDrained();
  }

  /** All end now, also those that drain. */
  abandon(verdict: string): void {
    this.endReplacement(bad(verdict));
    for (const worker of this.workers) this.dismiss(worker, verdict);
    if (this.closing) this.tellDrained();
  }

  /** Those that serve or start end now; the ones on their way out finish what they have. */
  giveUp(verdict: string): void {
    this.endReplacement(bad(verdict));
    for (const worker of this.active) this.dismiss(worker, verdict);
  }

  broadcast(message: SupervisorMessage): void {
    for (const worker of this.active) worker.send(message);
  }

  give(lent: LentSocket): void {
    for (const worker of this.active) worker.give(lent);
  }

  private dismiss(worker: WorkerProcess, verdict: string): void {
    worker.kill(verdict);
    this.workers.delete(worker);
  }

  private start(): Result<WorkerProcess, string> {
    const started = WorkerProcess.start(this.duties.program, this.duties.limits(), this.clock, {
      said: (from, message) => this.said(from, message),
      ended: (from, ending) => this.ended(from, ending),
    });
    if (!started.ok) return started;
    this.workers.add(started.value);
    this.duties.brief(started.value);
    return started;
  }

  private spawn(): void {
    const started = this.start();
    // Told behind what is under way: whoever opened the crew is not done yet.
    if (!started.ok) queueMicrotask(() => this.duties.lost(undefined, started.error, this.active.length));
  }

  private said(worker: WorkerProcess, message: WorkerMessage): void {
    if (!this.workers.has(worker)) return;
    this.duties.heard(worker, message);
    if (message.name !== "worker.service.ready") return;
    if (this.replacement !== undefined) {
      if (![...this.replacement.incoming].every((it) => it.phase === "serving")) return;
      this.endReplacement(good(undefined));
    }
    if (this.whole) this.duties.ready();
  }

  private ended(worker: WorkerProcess, { clean, because }: Ending): void {
    const ours = this.workers.delete(worker);
    this.duties.gone(worker.pid);
    if (!ours) return;
    if (worker.phase === "draining") {
      if (!clean) this.duties.overdue(worker, because);
      if (this.closing) this.tellDrained();
      return;
    }
    const wasIncoming = this.replacement?.incoming.has(worker) ?? false;
    if (wasIncoming) this.endReplacement(bad(`a new worker could not start: ${because}`));
    // A new one that fails is no loss as long as the old ones are all there.
    if (!wasIncoming || this.active.length < this.count) this.duties.lost(worker.pid, because, this.active.length);
  }

  /** Behind what is under way: a drain of nothing is over only when the order to drain is. */
  private tellDrained(): void {
    if (this.workers.size > 0) return;
    queueMicrotask(() => {
      if (this.closing && this.workers.size === 0) this.duties.drained();
    });
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
