// A message that is being received: its bytes in memory while it is small and there is room for it, else in a file. It
// hands all of it to the desk at once, and nothing is left of it when it is abandoned.
import { bad, good } from "../base/result.ts";
import { BodyFile, removePart } from "./body-file.ts";
import type { Desk } from "./desk.ts";
import { type Entry, HELD_BYTES_MAX } from "./entry.ts";
import { HeldBytes, type Memory } from "./held-bytes.ts";
import type { NewMessage } from "./message.ts";
import type { Incoming } from "./spool.ts";
import { type Spooled, trouble } from "./trouble.ts";

export interface Reception {
  readonly desk: Pick<Desk, "ask">;
  readonly memory: Memory;
  readonly wallMs: () => number;
  /** undefined: there are no files, and everything stays in memory. */
  readonly folder: string | undefined;
}

type Bytes = { readonly is: "memory" } | { readonly is: "file"; readonly file: BodyFile } | { readonly is: "over" };

export class ReceivedMessage implements Incoming {
  readonly id: string;
  private readonly reception: Reception;
  private readonly held: HeldBytes;
  private bytes: Bytes = { is: "memory" };
  private length = 0;

  constructor(id: string, reception: Reception) {
    this.id = id;
    this.reception = reception;
    this.held = new HeldBytes(reception.memory);
  }

  get sizeBytes(): number {
    return this.length;
  }

  write(piece: Uint8Array): Spooled<void> | Promise<Spooled<void>> {
    const length = this.length + piece.length;
    const isSmall = length <= HELD_BYTES_MAX || this.reception.folder === undefined;
    if (this.bytes.is !== "memory" || !isSmall || !this.held.add(piece)) return this.writeFile(piece);
    this.length = length;
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
    const { bytes, id, length: sizeBytes } = this;
    const receivedMs = this.reception.wallMs();
    const about = { id, receivedMs, sizeBytes, message };
    this.bytes = { is: "over" };
    if (bytes.is === "over") return over;
    if (bytes.is === "memory") return good({ ...about, body: { is: "held", pieces: this.held.pieces() } });
    const finished = await bytes.file.finish(id, receivedMs, message);
    if (finished.ok) return good({ ...about, body: { is: "file", file: id, start: 0 } });
    await bytes.file.abandon();
    return finished;
  }

  /** The entry was answered, and its bytes count here no more. */
  handed(): void {
    this.held.giveUp();
  }

  /** Finished, but for nobody: what it goes with failed before it could be handed over. */
  discard(): void {
    const { folder } = this.reception;
    this.handed();
    if (folder !== undefined) removePart(folder, this.id);
  }

  async abandon(): Promise<void> {
    const { bytes } = this;
    this.bytes = { is: "over" };
    if (bytes.is === "memory") this.handed();
    if (bytes.is === "file") await bytes.file.abandon();
  }

  private async writeFile(piece: Uint8Array): Promise<Spooled<void>> {
    if (this.bytes.is === "memory") {
      const moved = await this.moveToFile();
      if (!moved.ok) return moved;
    }
    if (this.bytes.is !== "file") return over;
    const written = await this.bytes.file.write(piece);
    if (written.ok) this.length += piece.length;
    return written;
  }

  private async moveToFile(): Promise<Spooled<void>> {
    const { folder } = this.reception;
    if (folder === undefined) return over;
    const created = await BodyFile.create(folder, this.id);
    if (!created.ok) return created;
    this.bytes = { is: "file", file: created.value };
    let written: Spooled<void> = done;
    for (const piece of this.held.pieces()) if (written.ok) written = await created.value.write(piece);
    this.handed();
    return written;
  }
}

const done = good(undefined);
const over = bad(trouble("failed", "the message is committed or abandoned already"));
