// A message that is being received: its bytes in memory while it is small and there is room for it, else in a file. It
// hands all of it to the desk at once, and nothing is left of it when it is abandoned.
import { bad, good } from "../base/result.ts";
import { BodyFile, removePart } from "./body-file.ts";
import type { Entry } from "./book/accept.ts";
import type { Desk } from "./desk.ts";
import { HeldBytes } from "./held-bytes.ts";
import type { NewMessage } from "./message.ts";
import type { Incoming } from "./spool.ts";
import { type Spooled, trouble } from "./trouble.ts";

export const INSIDE_BYTES_MAX = 256 * 1024;
export const MEMORY_BYTES_MAX = 64 * 1024 * 1024;

/** What all messages that are being received have in memory together. */
export class Memory {
  private usedBytes = 0;
  private readonly bytesMax: number;

  constructor(bytesMax: number = MEMORY_BYTES_MAX) {
    this.bytesMax = bytesMax;
  }

  take(bytes: number): boolean {
    if (this.usedBytes + bytes > this.bytesMax) return false;
    this.usedBytes += bytes;
    return true;
  }

  give(bytes: number): void {
    this.usedBytes -= bytes;
  }
}

export interface Reception {
  readonly desk: Desk;
  readonly memory: Memory;
  readonly wallMs: () => number;
  /** undefined: there are no files, and everything stays in memory. */
  readonly folder: string | undefined;
}

type Place =
  | { readonly is: "memory"; readonly held: HeldBytes }
  | { readonly is: "file"; readonly file: BodyFile }
  | { readonly is: "over" };

export class ReceivedMessage implements Incoming {
  readonly id: string;
  private readonly reception: Reception;
  private place: Place = { is: "memory", held: new HeldBytes() };
  private length = 0;
  /** Of the memory that all share. */
  private taken = 0;

  constructor(id: string, reception: Reception) {
    this.id = id;
    this.reception = reception;
  }

  get sizeBytes(): number {
    return this.length;
  }

  write(piece: Uint8Array): Spooled<void> | Promise<Spooled<void>> {
    if (this.place.is !== "memory" || !this.fits(piece, this.place.held)) return this.writeFile(piece);
    this.place.held.add(piece);
    this.length += piece.length;
    return done;
  }

  async commit(message: NewMessage): Promise<Spooled<string>> {
    const entry = await this.entry(message);
    if (!entry.ok) return entry;
    const answer = await this.reception.desk.ask("accept", entry.value);
    this.handed();
    return answer;
  }

  /** Finishes the file, where there is one; from here on the message belongs to whoever asked. */
  async entry(message: NewMessage): Promise<Spooled<Entry>> {
    const { place, id, length: sizeBytes } = this;
    const receivedMs = this.reception.wallMs();
    const about = { id, receivedMs, sizeBytes, message };
    this.place = { is: "over" };
    if (place.is === "over") return over;
    if (place.is === "memory") return good({ ...about, body: place.held.pieces() });
    const finished = await place.file.finish(id, receivedMs, message);
    if (finished.ok) return good({ ...about, body: null });
    await place.file.abandon();
    return finished;
  }

  /** The entry was answered, and its bytes count here no more. */
  handed(): void {
    this.reception.memory.give(this.taken);
    this.taken = 0;
  }

  /** Finished, but for nobody: what it goes with failed before it could be handed over. */
  discard(): void {
    const { folder } = this.reception;
    this.handed();
    if (folder !== undefined) removePart(folder, this.id);
  }

  async abandon(): Promise<void> {
    const { place } = this;
    this.place = { is: "over" };
    if (place.is === "memory") this.handed();
    if (place.is === "file") await place.file.abandon();
  }

  /** Takes room for a piece in the memory of all, where it may lie there. */
  private fits(piece: Uint8Array, held: HeldBytes): boolean {
    const { folder, memory } = this.reception;
    if (folder === undefined) return true;
    const cost = held.costOf(piece);
    if (this.length + piece.length > INSIDE_BYTES_MAX || !memory.take(cost)) return false;
    this.taken += cost;
    return true;
  }

  private async writeFile(piece: Uint8Array): Promise<Spooled<void>> {
    if (this.place.is === "memory") {
      const moved = await this.moveToFile(this.place.held);
      if (!moved.ok) return moved;
    }
    if (this.place.is !== "file") return over;
    const written = await this.place.file.write(piece);
    if (written.ok) this.length += piece.length;
    return written;
  }

  private async moveToFile(held: HeldBytes): Promise<Spooled<void>> {
    const { folder } = this.reception;
    if (folder === undefined) return over;
    const created = await BodyFile.create(folder, this.id);
    if (!created.ok) return created;
    this.place = { is: "file", file: created.value };
    let written: Spooled<void> = done;
    for (const piece of held.pieces()) if (written.ok) written = await created.value.write(piece);
    this.handed();
    return written;
  }
}

const done = good(undefined);
const over = bad(trouble("failed", "the message is committed or abandoned already"));
