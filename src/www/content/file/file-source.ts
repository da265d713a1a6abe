// Sends an open file, or parts of it, piece by piece as the client takes them: at once what lies in memory, else read ahead. What is
// sent is one version of the file: when it changes meanwhile, the body breaks off, as half of one and half of another is worse.
import type { Clock } from "../../../base/clock.ts";
import type { BodySource, Piece } from "../../../proto/http/answer/answer.ts";
import { type ByteRange, rangeBytes } from "../../../proto/http/content/byte-ranges.ts";
import type { Disk } from "./disk.ts";
import type { Opened } from "./open-inside.ts";
import { type PiecePool, pieceBytes } from "./piece-pool.ts";
import { isSameContent } from "./stamp.ts";

/** What is sent, in this order: bytes that are there, and ranges of the file. */
export type Section = Buffer | ByteRange;

export interface SourceWorld {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly pool: PiecePool;
}

/** Whoever takes longer over a piece gains nothing from large ones, nor from the next one lying ready. */
const QUICK_MS = 100;

/** A piece that is to be read. */
interface Job {
  readonly buffer: Buffer;
  readonly from: number;
  readonly length: number;
}

interface Made {
  readonly piece: Piece;
  /** What it lies in, where that is of the pool. */
  readonly buffer?: Buffer;
}

export class FileSource implements BodySource {
  readonly length: number;
  private readonly opened: Opened;
  private readonly world: SourceWorld;
  private readonly release: () => void;
  private readonly sections: Section[];
  /** Of the range at the front, so much was taken. */
  private done = 0;
  /** What the client has now. */
  private handed: Buffer | undefined;
  private handedMs = 0;
  private isQuick = false;
  private ahead: Promise<Made> | undefined;
  private isReading = false;
  private isClosed = false;

  /** `release` is called once, when the file is not read any more. */
  constructor(opened: Opened, sections: readonly Section[], world: SourceWorld, release: () => void) {
    this.opened = opened;
    this.sections = [...sections];
    this.world = world;
    this.release = release;
    this.length = bytesOf(sections);
  }

  next(): Piece | Promise<Piece> {
    this.takeBack();
    const { ahead } = this;
    if (ahead !== undefined) return this.later(ahead);
    const job = this.take();
    if (!("buffer" in job)) return job.piece;
    const { disk } = this.world;
    const count = disk.readNow(this.opened.file, job.buffer, job.length, job.from);
    return count === job.length ? this.handOver(this.made(job)) : this.later(this.read(job));
  }

  close(): void {
    this.isClosed = true;
    // A file that is closed while it is read may be another one a moment later, and what is read into is not free yet.
    if (this.isReading) return;
    this.takeBack();
    void this.ahead?.then(({ buffer }) => buffer && this.world.pool.give(buffer));
    this.release();
  }

  private async later(promised: Promise<Made>): Promise<Piece> {
    const made = await promised;
    this.ahead = undefined;
    const piece = this.handOver(made);
    if (this.isQuick && !this.isClosed && made.piece !== "broken") this.ahead = this.readAhead();
    return piece;
  }

  private async readAhead(): Promise<Made> {
    const job = this.take();
    return "buffer" in job ? this.read(job) : job;
  }

  private handOver({ piece, buffer }: Made): Piece {
    this.handed = buffer;
    this.handedMs = this.world.clock.steadyMs();
    return piece;
  }

  /** The client has read it. */
  private takeBack(): void {
    if (this.handed === undefined) return;
    this.world.pool.give(this.handed);
    this.handed = undefined;
    this.isQuick = this.world.clock.steadyMs() - this.handedMs < QUICK_MS;
  }

  private take(): Job | { readonly piece: Piece } {
    const [section] = this.sections;
    if (section === undefined) return { piece: "over" };
    if (Buffer.isBuffer(section)) {
      this.sections.shift();
      return { piece: section };
    }
    const from = section.first + this.done;
    const missing = section.last + 1 - from;
    const buffer = this.world.pool.take(this.isQuick && missing > pieceBytes.small ? "large" : "small");
    const length = Math.min(buffer.length, missing);
    this.done += length;
    if (length === missing) {
      this.sections.shift();
      this.done = 0;
    }
    return { buffer, from, length };
  }

  /** Looked at behind the reading: what was read then is of the version that was promised. */
  private made({ buffer, length }: Job): Made {
    const isStill = isSameContent(this.opened.stamp, this.world.disk.lookAtOpen(this.opened.file));
    return { piece: isStill ? buffer.subarray(0, length) : "broken", buffer };
  }

  private async read(job: Job): Promise<Made> {
    const { disk } = this.world;
    const { buffer, from, length } = job;
    this.isReading = true;
    const count = await disk.read(this.opened.file, buffer, length, from).catch(() => -1);
    this.isReading = false;
    if (!this.isClosed) return count === length ? this.made(job) : { piece: "broken", buffer };
    this.world.pool.give(buffer);
    this.takeBack();
    this.release();
    return { piece: "broken" };
  }
}

export const bytesOf = (sections: readonly Section[]): number =>
  sections.reduce((sum, it) => sum + (Buffer.isBuffer(it) ? it.length : rangeBytes(it)), 0);
