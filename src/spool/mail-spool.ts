// The door over a desk: the same for books on a disk and in memory. It knows how to ask in steps, and how bodies are read.
import type { Clock } from "../base/clock.ts";
import { bad, good } from "../base/result.ts";
import { attempt, openBody } from "./body-file.ts";
import type { Desk } from "./desk.ts";
import type { Entry } from "./entry.ts";
import type { Filter } from "./filter.ts";
import { Memory } from "./held-bytes.ts";
import { ReceivedMessage } from "./incoming.ts";
import type { Attempt } from "./message.ts";
import type { Body, ClaimWish, Count, Incoming, MailSpool, Notice, Order, Page, Recorded, Room } from "./spool.ts";
import { type Spooled, type Trouble, trouble } from "./trouble.ts";

export interface SpoolParts {
  readonly desk: Desk;
  readonly folder: string | undefined;
  readonly clock: Clock;
  /** Names for messages, as `TraceSource` makes them. */
  readonly names: { next(): string };
  readonly room: () => Room;
  /** A body that is not as its row says. */
  readonly bodyLost: (id: string, why: Trouble) => void;
  readonly memory?: Memory;
  readonly end?: () => void;
}

/** How soon what another process did is noticed. */
const LOOK_EVERY_MS = 100;
/** For all messages that are being received. */
const MEMORY_BYTES_MAX = 64 * 1024 * 1024;
/** No version that the books ever have. */
const UNKNOWN = -1;

export class OpenMailSpool implements MailSpool {
  private readonly parts: SpoolParts;
  private readonly memory: Memory;
  private readonly watchers = new Set<() => void>();
  private cancelLook = () => {};
  private version = UNKNOWN;
  private over = false;

  constructor(parts: SpoolParts) {
    this.parts = parts;
    const bytesMax = parts.folder === undefined ? Number.POSITIVE_INFINITY : MEMORY_BYTES_MAX;
    this.memory = parts.memory ?? new Memory(bytesMax, (slab) => parts.desk.forget(slab));
  }

  receive(): Incoming {
    const { clock, names, folder } = this.parts;
    const desk: Pick<Desk, "ask"> = { ask: (name, argument) => this.change(name, argument) };
    return new ReceivedMessage(names.next(), { desk, memory: this.memory, wallMs: () => clock.wallMs(), folder });
  }

  async record(attempts: readonly Attempt[], notices: readonly Notice[] = []): Promise<Spooled<Recorded>> {
    const entries: Entry[] = [];
    const finished: ReceivedMessage[] = [];
    for (const { incoming, message } of notices) {
      if (!(incoming instanceof ReceivedMessage)) throw new Error("a notice of another spool");
      const entry = await incoming.entry(message);
      if (!entry.ok) {
        for (const it of finished) it.discard();
        return entry;
      }
      entries.push(entry.value);
      finished.push(incoming);
    }
    const done = await this.change("record", { attempts, notices: entries });
    for (const it of finished) it.handed();
    return done.ok ? good({ left: done.value.left }) : done;
  }

  claim(wish: ClaimWish) {
    return this.parts.desk.ask("claim", wish);
  }

  takeOver(atMs: number) {
    return this.change("takeOver", atMs);
  }

  async body(id: string): Promise<Spooled<Body | null>> {
    const { desk, folder } = this.parts;
    const found = await desk.ask("body", id);
    if (!found.ok || found.value === null) return found as Spooled<null>;
    if (found.value.is === "bytes") return good(bodyInMemory(found.value.bytes));
    const { sizeBytes, place } = found.value;
    const opened =
      folder === undefined ? bad(trouble("gone", "there are no files")) : await openBody(folder, place, sizeBytes);
    if (!opened.ok) {
      this.parts.bodyLost(id, opened.error);
      return opened;
    }
    const file = opened.value;
    return good({
      sizeBytes,
      read: (from, lengthMax) =>
        attempt(async () => {
          const bytes = new Uint8Array(Math.max(0, Math.min(lengthMax, sizeBytes - from)));
          const { bytesRead } = await file.read(bytes, 0, bytes.length, place.start + from);
          return bytes.subarray(0, bytesRead);
        }),
      close: async () => void (await attempt(() => file.close())),
    });
  }

  summary() {
    return this.parts.desk.ask("summary", null);
  }

  backlog() {
    return this.parts.desk.ask("backlog", null);
  }

  find(filter: Filter, page: Page) {
    return this.parts.desk.ask("find", { filter, page });
  }

  story(id: string) {
    return this.parts.desk.ask("story", id);
  }

  count(filter: Filter) {
    return this.parts.desk.ask("count", filter);
  }

  async order(order: Order): Promise<Spooled<Count>> {
    let total: Count = { messages: 0, recipients: 0, busy: 0 };
    for (let after: readonly [number, number] | null = [0, -1]; after !== null; ) {
      const done: Awaited<ReturnType<typeof this.orderStep>> = await this.orderStep(order, after);
      if (!done.ok) return done;
      const { messages, recipients, busy, next } = done.value;
      total = {
        messages: total.messages + messages,
        recipients: total.recipients + recipients,
        busy: total.busy + busy,
      };
      after = next;
    }
    return good(total);
  }

  private orderStep(order: Order, after: readonly [number, number]) {
    return this.change("orderStep", { ...order, after });
  }

  purge(leftBeforeMs: number) {
    return this.parts.desk.ask("purge", leftBeforeMs);
  }

  shrink() {
    return this.parts.desk.ask("shrink", null);
  }

  room(): Room {
    return this.parts.room();
  }

  onChange(call: () => void): () => void {
    this.watchers.add(call);
    if (this.watchers.size === 1) {
      this.version = UNKNOWN;
      this.lookLater();
    }
    return () => {
      this.watchers.delete(call);
      if (this.watchers.size === 0) this.cancelLook();
    };
  }

  async close(): Promise<void> {
    this.over = true;
    this.watchers.clear();
    this.cancelLook();
    await this.parts.desk.close();
    this.parts.end?.();
  }

  /** Asks for something that others may wait for. */
  private readonly change: Desk["ask"] = async (name, argument) => {
    const done = await this.parts.desk.ask(name, argument);
    if (done.ok) for (const call of [...this.watchers]) call();
    return done;
  };

  private lookLater(): void {
    this.cancelLook();
    this.cancelLook = this.parts.clock.after(LOOK_EVERY_MS, async () => {
      const now = await this.parts.desk.ask("version", null);
      if (this.over || this.watchers.size === 0) return;
      // The first look finds something new whatever there is: what came before it would be heard of by nobody.
      const isNew = now.ok && now.value !== this.version;
      if (now.ok) this.version = now.value;
      if (isNew) for (const call of [...this.watchers]) call();
      this.lookLater();
    });
  }
}

/** A body that needs no file. */
export const bodyInMemory = (bytes: Uint8Array): Body => ({
  sizeBytes: bytes.length,
  read: async (from, lengthMax) => good(bytes.subarray(from, from + lengthMax)),
  close: async () => {},
});
