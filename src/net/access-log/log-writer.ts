// One access log in one worker, of a site or of many: lines are gathered in memory and written in batches behind the back of
// the requests. Whatever the disk does the service goes on; lines wait within a bound, and what is lost is counted and told.
import { basename } from "node:path";
import type { Clock } from "../../base/clock.ts";
import type { Report } from "../../event/event.ts";
import { type AccessDisk, BATCH_BYTES } from "./access-disk.ts";
import { noSlots } from "./access-log.ts";
import type { FieldSource } from "./fields.ts";
import type { FlushRounds, Gathering, Round } from "./flush-rounds.ts";
import type { LogFormat } from "./format.ts";
import { LineBuffer } from "./line-buffer.ts";
import { LogAppender } from "./log-appender.ts";
import type { LogKind } from "./log-name.ts";
import { type LogPlace, type LogTarget, targetsOf } from "./log-target.ts";
import { LogTrouble } from "./log-trouble.ts";
import { type AccessRecord, giveBack } from "./record.ts";
import { type Keep, Retention } from "./retention.ts";
import type { SharedLimits } from "./shared-limits.ts";
import { sane } from "./utc-text.ts";

export interface LogPlan extends LogPlace {
  readonly format: LogFormat;
  readonly keep: Keep;
}

export interface LogWorld {
  readonly disk: AccessDisk;
  readonly clock: Clock;
  readonly report: Report;
  readonly limits: SharedLimits;
  readonly rounds: FlushRounds;
  /** Told of lines that are lost, to be counted. */
  readonly lost?: (lines: number) => void;
}

interface Followed {
  readonly plan: LogPlan;
  readonly targetAt: (atMs: number) => LogTarget;
}

/** Lines for one file, in the format of their time. */
interface Batch {
  readonly kind: LogKind;
  readonly format: LogFormat;
  readonly atMs: number;
  /** Whose settings say where it goes. */
  followed: Followed;
  target: LogTarget;
  readonly bytes: Buffer<ArrayBuffer>;
  /** So much of it is written. */
  taken: number;
}

/** Each may hold on to the whole of what a client sent; and so few stay in the caches of the processor. */
const RECORDS_MAX = 64;
const RETRY_MS = 1000;
/** An end that waits for a disk which does not answer is no end. */
const LAST_WRITE_MS = 5000;
const SWEEP_EVERY_MS = 3_600_000;
const NEWLINE = 0x0a;
const nothing = Promise.resolve();

export class LogWriter implements Gathering {
  /** The slots of a record that are written down. */
  wants: ReadonlySet<FieldSource> = noSlots;
  private readonly world: LogWorld;
  private readonly appender: LogAppender;
  private readonly retention: Retention;
  private readonly trouble: LogTrouble;
  /**
   * Not lines yet: many in a row cost a third of what they cost between two requests, with the processor's caches cold. Where
   * many logs have one or two each it is the other way round, and a record becomes a line while it is at hand.
   */
  private records: AccessRecord[] = [];
  /** Takes turns with it, as one that grows anew each time costs more. */
  private spelled: AccessRecord[] = [];
  private readonly buffer = new LineBuffer();
  private readonly batches: Batch[] = [];
  private followed: Followed | undefined;
  /** Where the lines in the buffer go. */
  private target: LogTarget | undefined;
  private waitingBytes = 0;
  private writing: Promise<void> | undefined;
  private closed = false;
  /** In which it will be flushed. */
  private round: Round | undefined;
  private cancelRetry: (() => void) | undefined;
  private cancelSweep: (() => void) | undefined;

  constructor(world: LogWorld) {
    const { disk, clock, report } = world;
    this.world = world;
    this.appender = new LogAppender(disk);
    this.retention = new Retention(disk, clock);
    this.trouble = new LogTrouble(clock, report, world.lost);
  }

  /** From the next line on; what was said before is written as it was to be. Undefined: no log. */
  follow(plan: LogPlan | undefined): void {
    this.seal();
    this.target = undefined;
    this.followed = plan && { plan, targetAt: targetsOf(plan) };
    this.wants = plan?.format.writes ?? noSlots;
    if (this.cancelRetry !== undefined) this.redirectAll();
    this.sweepLater();
    if (this.batches.length > 0) void this.flush();
  }

  /** It can be seen already that lines will not go there: told before the first one comes. */
  cannot(folder: string, error: unknown): void {
    this.trouble.failed(folder, error);
  }

  /** See `AccessLog`. Between the first of some records and the last there is nothing else to do. */
  write(record: AccessRecord): void {
    const waiting = this.records.push(record);
    if (waiting === 1 || waiting >= RECORDS_MAX) this.attend();
  }

  private attend(): void {
    if (this.followed === undefined || this.closed) return void this.records.pop();
    if (this.records.length >= RECORDS_MAX || this.world.rounds.isCrowded) this.spell();
    if (this.buffer.length >= BATCH_BYTES) void this.flush();
    else this.flushLater();
  }

  /** Writes what there is, unless the disk is busy with this log or failed a moment ago; resolves when it is quiet. */
  flush(): Promise<void> {
    this.stopGathering();
    if (this.writing !== undefined) return this.writing;
    return this.cancelRetry === undefined ? this.work() : Promise.resolve();
  }

  /** Resolves when everything is written, or nothing more can be. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.world.clock.after(LAST_WRITE_MS, resolve);
    await Promise.race([promise, this.finish()]);
    cancel();
    this.stopGathering();
    for (const stop of [this.cancelRetry, this.cancelSweep]) stop?.();
    const left = this.batches.splice(0);
    const lines = left.reduce((sum, it) => sum + linesIn(it.bytes.subarray(it.taken)), 0);
    this.wait(-this.waitingBytes);
    const place = left[0]?.followed ?? this.followed;
    this.trouble.ended(place?.plan.folder ?? "access log", lines);
  }

  /** What is being written, and then once more all there is. */
  private async finish(): Promise<void> {
    await this.writing;
    await this.work();
  }

  private work(): Promise<void> {
    this.seal();
    if (this.writing === undefined && this.putNow()) return nothing;
    this.writing ??= this.writeBatches().finally(() => {
      this.writing = undefined;
      // What came meanwhile waits for its time, or for the next try.
      if (this.buffer.length + this.records.length > 0 && !this.closed) this.flushLater();
    });
    return this.writing;
  }

  private flushLater(): void {
    this.round ??= this.world.rounds.join(this);
  }

  private stopGathering(): void {
    if (this.round === undefined) return;
    this.world.rounds.leave(this, this.round);
    this.round = undefined;
  }

  /** Whether all is in its files, at once and without a promise: with thousands of logs each has a line or two at a time. */
  private putNow(): boolean {
    for (let batch = this.batches[0]; batch !== undefined; batch = this.batches[0]) {
      const { target, format, atMs, bytes } = batch;
      if (target.known === undefined) return false;
      const left = batch.taken === 0 ? bytes : bytes.subarray(batch.taken);
      const { taken, began } = this.appender.appendNow({ path: target.known, bytes: left, format, atMs });
      this.took(batch, taken);
      if (began) void this.sweepBegun();
      if (batch.taken < bytes.length) return false;
      this.finished(batch);
    }
    this.trouble.over();
    return true;
  }

  private async writeBatches(): Promise<void> {
    for (let batch = this.batches[0]; batch !== undefined; batch = this.batches[0]) {
      const written = await this.world.limits.inTurn(() => this.put(batch));
      if (!written) {
        if (batch.followed === this.followed) return this.tryLater();
        if (this.redirect(batch)) continue;
        this.giveUp(batch);
      }
      this.finished(batch);
    }
    this.trouble.over();
  }

  private took(batch: Batch, bytes: number): void {
    batch.taken += bytes;
    this.wait(-bytes);
  }

  /** The first batch: nothing more can be done for it. */
  private finished(batch: Batch): void {
    this.batches.shift();
    this.buffer.giveBack(batch.bytes);
    if (this.buffer.length >= BATCH_BYTES) this.seal();
  }

  /** Writes what is left of a batch; false when something still is. */
  private async put(batch: Batch): Promise<boolean> {
    const { target, format, atMs, bytes, followed } = batch;
    let path = followed.plan.folder;
    try {
      path = await target.path(this.world.disk);
      const lines = { path, bytes: bytes.subarray(batch.taken), format, atMs };
      const { taken, began, error } = await this.appender.append(lines);
      this.took(batch, taken);
      if (error !== undefined) throw error;
      if (began) await this.sweepBegun();
    } catch (error) {
      this.trouble.failed(path, error);
    }
    return batch.taken === bytes.length;
  }

  /** Lines wait for a place that does not take them, and there is another one now. */
  private redirectAll(): void {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    for (const batch of this.batches) this.redirect(batch);
  }

  /** False where there is none for lines of that kind. */
  private redirect(batch: Batch): boolean {
    const { followed } = this;
    if (batch.kind !== followed?.plan.kind) return false;
    batch.followed = followed;
    batch.target = followed.targetAt(Math.max(batch.target.fromMs, 0) || batch.atMs);
    return true;
  }

  /** Nobody wants a log in that place any more, and it does not take what is left: others shall not wait behind it. */
  private giveUp({ followed, bytes, taken }: Batch): void {
    const left = bytes.subarray(taken);
    this.trouble.lost(followed.plan.folder, linesIn(left));
    this.wait(-left.length);
  }

  private tryLater(): void {
    if (this.closed) return;
    this.cancelRetry?.();
    this.cancelRetry = this.world.clock.after(RETRY_MS, () => {
      this.cancelRetry = undefined;
      void this.flush();
    });
  }

  /** The records become lines in the buffer. */
  private spell(): void {
    const { records, followed } = this;
    if (records.length === 0) return;
    this.records = this.spelled;
    this.spelled = records;
    for (const record of records) {
      if (followed !== undefined) this.append(record, followed);
      giveBack(record);
    }
    records.length = 0;
  }

  private append(record: AccessRecord, { plan, targetAt }: Followed): void {
    const { buffer, world } = this;
    if (!world.limits.allows(this.waitingBytes)) return this.trouble.lost(plan.folder);
    const atMs = sane(record.atMs);
    if (this.target === undefined || atMs < this.target.fromMs || atMs >= this.target.untilMs) {
      this.seal();
      this.target = targetAt(atMs);
    }
    const before = buffer.length;
    buffer.add(record, plan.format.spell);
    this.wait(buffer.length - before);
  }

  /** What is in the buffer becomes a batch. */
  private seal(): void {
    this.spell();
    const { buffer, followed, target } = this;
    if (buffer.length === 0 || followed === undefined || target === undefined) return;
    const { kind, format } = followed.plan;
    const atMs = this.world.clock.wallMs();
    this.batches.push({ kind, format, atMs, followed, target, bytes: buffer.take(), taken: 0 });
  }

  /** What a close gave up no longer waits, though the disk may yet take it. */
  private wait(bytes: number): void {
    const change = Math.max(bytes, -this.waitingBytes);
    this.waitingBytes += change;
    this.world.limits.waitingBytes += change;
  }

  /** A site without visitors begins no files, and its old ones still have to go. */
  private sweepLater(): void {
    this.cancelSweep?.();
    if (this.closed) return;
    this.cancelSweep = this.world.clock.after(SWEEP_EVERY_MS, () => void this.sweep().finally(() => this.sweepLater()));
  }

  /** There is one file more. */
  private sweepBegun(): Promise<void> {
    const keep = this.followed?.plan.keep;
    return keep?.forMs == null && keep?.bytes == null ? nothing : this.sweep();
  }

  private async sweep(): Promise<void> {
    const { followed, world } = this;
    if (followed === undefined) return;
    const { folder, keep } = followed.plan;
    try {
      const current = await followed.targetAt(sane(world.clock.wallMs())).path(world.disk);
      await this.retention.sweep(folder, keep, basename(current));
    } catch (error) {
      this.trouble.notRemoved(folder, error);
    }
  }
}

function linesIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, at + 1)) count++;
  return count;
}
