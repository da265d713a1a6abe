// Sends an open file, or parts of it, piece by piece as the client takes them, one piece read ahead where it is quick. What is sent
// is one version of the file: when it changes meanwhile, the body breaks off, as half of one and half of another is worse.
import type { Clock } from "../../../base/clock.ts";
import type { BodySource, Piece } from "../../../proto/http/answer/answer.ts";
import type { ByteRange } from "../../../proto/http/content/byte-ranges.ts";
import type { Disk } from "./disk.ts";
import type { Opened } from "./open-inside.ts";
import type { PiecePool } from "./piece-pool.ts";
import { isSameContent } from "./stamp.ts";

/** What is sent, in this order: bytes that are there, and ranges of the file. */
export type Section = Buffer | ByteRange;

export interface SourceWorld {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly pool: PiecePool;
}

/** Whoever takes longer over a piece gains nothing from the next one lying ready. */
const QUICK_MS = 100;

export class FileSource implements BodySource {
  readonly length: number;
  private readonly opened: Opened;
  private readonly world: SourceWorld;
  private readonly sections: Section[];
  /** Of the range at the front, so much was read. */
  private done = 0;
  private readonly handed: { buffer: Buffer | undefined; atMs: number } = { buffer: undefined, atMs: 0 };
  private isQuick = false;
  private ahead: Promise<Read> | undefined;
  private isReading = false;
  private isClosed = false;

  /** It closes the file when it is closed itself. */
  constructor(opened: Opened, sections: readonly Section[], world: SourceWorld) {
    this.opened = opened;
    this.sections = [...sections];
    this.world = world;
    this.length = sections.reduce((sum, it) => sum + sectionLength(it), 0);
  }

  async next(): Promise<Piece> {
    const { handed, world } = this;
    // It is no longer read by anybody: the next piece is asked for.
    if (handed.buffer !== undefined) {
      world.pool.give(handed.buffer);
      this.isQuick = world.clock.steadyMs() - handed.atMs < QUICK_MS;
    }
    handed.buffer = undefined;
    const { piece, buffer } = await (this.ahead ?? this.read());
    this.ahead = undefined;
    handed.buffer = buffer;
    handed.atMs = world.clock.steadyMs();
    if (this.isQuick && !this.isClosed && typeof piece !== "string") this.ahead = this.read();
    return piece;
  }

  close(): void {
    this.isClosed = true;
    // A number that is closed may be another file's a moment later, and what is being read into is not free yet.
    if (this.isReading) return;
    this.world.disk.close(this.opened.file);
    const { buffer } = this.handed;
    if (buffer !== undefined) this.world.pool.give(buffer);
    this.handed.buffer = undefined;
    void this.ahead?.then((it) => it.buffer && this.world.pool.give(it.buffer));
  }

  private async read(): Promise<Read> {
    const [section] = this.sections;
    if (section === undefined) return { piece: "over" };
    if (Buffer.isBuffer(section)) {
      this.sections.shift();
      return { piece: section };
    }
    const { disk, pool } = this.world;
    const buffer = pool.take(this.isQuick ? "large" : "small");
    const from = section.first + this.done;
    const length = Math.min(buffer.length, section.last + 1 - from);
    this.done += length;
    if (from + length > section.last) {
      this.sections.shift();
      this.done = 0;
    }
    this.isReading = true;
    const isWhole = await this.fill(buffer, from, length);
    this.isReading = false;
    if (this.isClosed) {
      pool.give(buffer);
      disk.close(this.opened.file);
      return { piece: "broken" };
    }
    return { piece: isWhole ? buffer.subarray(0, length) : "broken", buffer };
  }

  /** Looked at behind the reading: what was read then is of the version that was promised. */
  private async fill(buffer: Buffer, from: number, length: number): Promise<boolean> {
    const { disk } = this.world;
    const { file, stamp } = this.opened;
    try {
      const count = await disk.read(file, buffer, length, from);
      return count === length && isSameContent(stamp, disk.statsOfOpen(file));
    } catch {
      return false;
    }
  }
}

interface Read {
  readonly piece: Piece;
  /** What it lies in, where that is of the pool. */
  readonly buffer?: Buffer;
}

const sectionLength = (section: Section): number =>
  Buffer.isBuffer(section) ? section.length : section.last - section.first + 1;
