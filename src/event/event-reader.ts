// Reads the event log back across its files, oldest first, while the server goes on writing and turning them over.
// It only reads; it holds one block in memory, and with `last` as many records as were asked for.
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { about, type Fault, fault } from "../base/fault.ts";
import { type EventFilter, matches } from "./event-filter.ts";
import { FolderWatch } from "./folder-watch.ts";
import { LineFile } from "./line-file.ts";
import { diskReason } from "./log-disk.ts";
import { currentLogPath, logAge, logName } from "./log-files.ts";
import { decodeLine, type LogRecord } from "./log-record.ts";

export interface ReadOptions {
  readonly filter?: EventFilter;
  /** Only so many matching events from the end. */
  readonly last?: number;
  /** Go on with what is written from now on, until aborted. */
  readonly follow?: AbortSignal;
  readonly blockBytes?: number;
  readonly lookEveryMs?: number;
}

type Batches = AsyncGenerator<readonly LogRecord[], void, undefined>;

export class EventReading implements AsyncIterable<LogRecord> {
  /** Lines that are no events. */
  damaged = 0;
  /** Why the reading ended before its time. */
  fault: Fault | undefined;
  private readonly folder: string;
  private readonly options: ReadOptions;
  private readonly filter: EventFilter;
  private readonly block: Buffer;
  /** Open ones, oldest first. */
  private files: LineFile[] = [];

  constructor(folder: string, options: ReadOptions = {}) {
    this.folder = folder;
    this.options = options;
    this.filter = options.filter ?? {};
    this.block = Buffer.alloc(options.blockBytes ?? 1024 * 1024);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LogRecord, void, undefined> {
    for await (const records of this.batches()) yield* records;
  }

  /** A block's records at a time: an `await` per record would cost more than the reading. */
  private async *batches(): Batches {
    const { last, follow } = this.options;
    try {
      this.files = await this.open();
      if (last !== undefined) yield await this.tail(last);
      else yield* this.onwards();
      if (follow !== undefined) yield* this.following(follow);
    } catch (error) {
      const attempted = `Cannot read the events in ${this.folder}`;
      const remedy = "Run the command as the account that owns the home";
      this.fault = fault(about("file", this.folder), attempted, diskReason(error, this.folder).text, remedy);
    } finally {
      for (const file of this.files) await file.close();
    }
  }

  /** What is left in the open files; only the last one stays open, as it may grow. */
  private async *onwards(): Batches {
    for (;;) {
      const file = this.files[0];
      for (let lines = await file?.next(); lines !== undefined; lines = await file?.next()) {
        if (this.options.follow?.aborted) return;
        yield this.records(lines);
      }
      if (this.files.length < 2) return;
      this.files.shift();
      await file?.close();
    }
  }

  private async *following(signal: AbortSignal): Batches {
    const watch = new FolderWatch(this.folder, this.options.lookEveryMs ?? 1000, signal);
    try {
      while (!signal.aborted) {
        const newer = await this.newer();
        await this.files[0]?.rewindIfCut();
        this.files.push(...newer); // behind the current one, which got its last lines before it was set aside
        yield* this.onwards();
        if (newer.length === 0) await watch.change();
      }
    } finally {
      watch.close();
    }
  }

  /** The files that came after the one being read. */
  private async newer(): Promise<LineFile[]> {
    const current = this.files[0]?.identity;
    const status = await stat(currentLogPath(this.folder)).catch(() => undefined);
    if (status === undefined || `${status.dev}:${status.ino}` === current) return [];
    return this.open(current);
  }

  /**
   * Opens the files younger than `until`, oldest first. It goes from young to old, the way in which files are
   * renamed: so one that moves on the way is met twice, never missed.
   */
  private async open(until?: string): Promise<LineFile[]> {
    const names = await readdir(this.folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw error;
    });
    const oldest = Math.max(0, ...names.map((name) => logAge(name) ?? 0));
    const files = new Map<string, LineFile>();
    try {
      for (let age = 0; ; age++) {
        const file = await LineFile.open(join(this.folder, logName(age)), this.block);
        if (file === undefined && age > oldest) break;
        if (file === undefined) continue;
        const { identity } = file;
        if (identity === until || files.has(identity)) await file.close();
        else files.set(identity, file);
        if (identity === until) break;
      }
    } catch (error) {
      for (const file of files.values()) await file.close();
      throw error;
    }
    return [...files.values()].reverse();
  }

  private async tail(count: number): Promise<readonly LogRecord[]> {
    const found: LogRecord[] = [];
    for (const file of this.files.toReversed()) {
      await file.toEnd();
      const end = file.position;
      while (found.length < count) {
        const lines = await file.previous();
        if (lines === undefined) break;
        found.push(...this.records(lines).reverse());
      }
      file.position = end;
    }
    return found.slice(0, count).reverse();
  }

  private records(lines: readonly string[]): LogRecord[] {
    const found: LogRecord[] = [];
    for (const line of lines) {
      const record = decodeLine(line);
      if (record !== undefined) {
        if (matches(this.filter, record)) found.push(record);
      } else if (line !== "") this.damaged++;
    }
    return found;
  }
}
