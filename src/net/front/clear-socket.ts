// A connection in clear upon the runtime's own socket, without the streams that node lays over it: those cost a short connection
// as much as all else. For engines that never begin TLS on it.
import { EventEmitter } from "node:events";
import type { Carrier } from "../carrier.ts";
import type { Departures, Speaker } from "./departures.ts";

/** What is kept of a peer that sends before anybody listens; then it is not read until somebody does. */
const HELD_BYTES_MAX = 64 * 1024;

const nothing = Buffer.alloc(0);

type Raw = Bun.Socket<ClearSocket>;

export class ClearSocket extends EventEmitter implements Carrier, Speaker {
  destroyed = false;
  readableEnded = false;
  bytesRead = 0;
  bytesWritten = 0;
  waitsFrom = 0;
  waitsTo = 0;
  private readonly raw: Raw;
  private readonly departures: Departures;
  /** Until somebody listens. */
  private paused = true;
  private rawPaused = false;
  /** What came meanwhile, and whether that was all. */
  private held: Buffer = nothing;
  private endHeld = false;
  private readonly unsent: Buffer[] = [];
  private unsentBytes = 0;
  private ending = false;

  constructor(raw: Raw, departures: Departures) {
    super();
    this.raw = raw;
    this.departures = departures;
  }

  get writableLength(): number {
    return this.unsentBytes;
  }

  write(bytes: Buffer, left?: () => void): boolean {
    if (this.destroyed || this.ending) return false;
    const { unsentBytes } = this;
    const rest = this.send(bytes);
    // What waits behind nothing may be used again by whoever wrote it.
    if (rest !== undefined) this.keep(unsentBytes === 0 ? Buffer.from(rest) : rest);
    if (left !== undefined) {
      if (this.unsentBytes === 0) queueMicrotask(left);
      else this.once("drain", left);
    }
    return this.unsentBytes === 0;
  }

  lend(bytes: Buffer): boolean {
    if (this.destroyed || this.ending) return false;
    const rest = this.send(bytes);
    if (rest !== undefined) this.keep(rest);
    return rest === undefined;
  }

  isPaused(): boolean {
    return this.paused;
  }

  pause(): void {
    this.paused = true;
    this.pauseRaw();
  }

  resume(): void {
    if (!this.paused) return;
    this.paused = false;
    // Whoever asks for it does not expect it before he is done.
    if (this.held.length > 0 || this.endHeld) queueMicrotask(() => this.tellHeld());
    else this.resumeRaw();
  }

  unshift(bytes: Buffer): void {
    this.held = this.held.length === 0 ? bytes : Buffer.concat([bytes, this.held]);
  }

  end(): void {
    if (this.ending || this.destroyed) return;
    this.departures.leave(this);
    this.ending = true;
    if (this.unsentBytes === 0) this.raw.shutdown();
  }

  close(): void {
    this.departures.leave(this);
    if (this.unsentBytes > 0) this.end();
    else if (!this.destroyed) this.raw.close();
  }

  destroy(): void {
    this.departures.leave(this);
    if (!this.destroyed) this.raw.end();
  }

  resetAndDestroy(): void {
    this.departures.leave(this);
    if (!this.destroyed) this.raw.terminate();
  }

  depart(words: Buffer): void {
    if (this.destroyed) return;
    const rest = this.sendNow(words);
    if (rest !== undefined) this.keep(Buffer.from(rest));
  }

  // What the runtime tells.

  heard(bytes: Buffer): void {
    this.bytesRead += bytes.length;
    if (!this.paused && this.held.length === 0) return void this.emit("data", bytes);
    this.held = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    if (this.held.length >= HELD_BYTES_MAX) this.pauseRaw();
  }

  inputOver(): void {
    this.endHeld = true;
    if (!this.paused && this.held.length === 0) this.tellHeld();
  }

  /** There is room for more. */
  roomy(): void {
    if (this.unsentBytes === 0) return;
    const { unsent } = this;
    for (let first = unsent[0]; first !== undefined; first = unsent[0]) {
      const taken = Math.max(0, this.raw.write(first));
      this.unsentBytes -= taken;
      if (taken < first.length) {
        unsent[0] = first.subarray(taken);
        return;
      }
      unsent.shift();
    }
    if (this.ending) this.raw.shutdown();
    this.emit("drain");
  }

  closed(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    this.unsent.length = 0;
    this.unsentBytes = 0;
    // Whoever ends it does not expect to hear so before he is done.
    queueMicrotask(() => this.emit("close"));
  }

  private tellHeld(): void {
    if (this.paused || this.destroyed) return;
    const { held } = this;
    this.held = nothing;
    if (held.length > 0) this.emit("data", held);
    if (this.paused || this.destroyed) return;
    if (this.endHeld && !this.readableEnded) {
      this.readableEnded = true;
      this.emit("end");
    } else this.resumeRaw();
  }

  /** What the system does not take; little leaves at the end of the turn, and is taken for sent. */
  private send(bytes: Buffer): Buffer | undefined {
    this.bytesWritten += bytes.length;
    if (this.unsentBytes === 0 && this.departures.take(this, bytes)) return undefined;
    return this.unsentBytes > 0 ? bytes : this.sendNow(bytes);
  }

  private sendNow(bytes: Buffer): Buffer | undefined {
    const taken = Math.max(0, this.raw.write(bytes));
    return taken < bytes.length ? bytes.subarray(taken) : undefined;
  }

  private keep(bytes: Buffer): void {
    this.unsent.push(bytes);
    this.unsentBytes += bytes.length;
  }

  private pauseRaw(): void {
    if (this.rawPaused || this.destroyed) return;
    this.rawPaused = true;
    this.raw.pause();
  }

  private resumeRaw(): void {
    if (!this.rawPaused || this.destroyed) return;
    this.rawPaused = false;
    this.raw.resume();
  }
}
