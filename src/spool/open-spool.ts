// Opens the spool of a home for this process: a thread that has the books, room that is looked after, and events for what
// an operator should know. Several processes may have it open at once.

import type { Clock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import { spoolEvents } from "./events.ts";
import type { News } from "./found/open-books.ts";
import { OpenMailSpool } from "./mail-spool.ts";
import { freeBytes, lacksInodes, RESERVE_BYTES } from "./reserve.ts";
import type { Interrupted, MailSpool, Room } from "./spool.ts";
import { ThreadDesk } from "./thread-desk.ts";
import { type SpoolFault, trouble, troubleFault } from "./trouble.ts";

export interface SpoolOptions {
  readonly clock: Clock;
  readonly report: Report;
  /** Names for messages, as `TraceSource` makes them: of letters and digits, and never the same twice. */
  readonly names: { next(): string };
  readonly reserveBytes?: number;
  /** Below this nothing is accepted, beside the reserve. */
  readonly marginBytes?: number;
  /** What is free on the disk, where a test says it. */
  readonly freeBytes?: (folder: string) => number;
}

const MARGIN_BYTES = 64 * 1024 * 1024;
const LOOK_EVERY_MS = 250;

export async function openSpool(folder: string, options: SpoolOptions): Promise<Result<MailSpool, SpoolFault>> {
  const { clock, report, names, reserveBytes = RESERVE_BYTES } = options;
  const tell = (news: News) => tellOf(report, folder, news);
  const desk = new ThreadDesk({ folder, wallMs: clock.wallMs(), reserveBytes }, tell);
  const ready = await desk.ready;
  if (!ready.ok) {
    await desk.close();
    // SQLite says of a file that it cannot make only that it cannot open it.
    const isFull = ready.error.is === "denied" && lacksInodes(folder);
    const why = isFull ? trouble("full", "the disk has no inodes left, so that no file can be made") : ready.error;
    return bad(troubleFault(why, "Cannot open the mail spool", folder));
  }
  const room = roomKeeper(folder, options);
  const bodyLost = (id: string, { because }: { readonly because: string }) =>
    report(spoolEvents.bodyLost, about("file", folder), { id, because });
  return good(new OpenMailSpool({ desk, folder, clock, names, room, bodyLost }));
}

/** Asks the disk four times a second at most, and tells when its answer changes. */
function roomKeeper(folder: string, options: SpoolOptions): () => Room {
  const {
    clock,
    report,
    reserveBytes = RESERVE_BYTES,
    marginBytes = MARGIN_BYTES,
    freeBytes: ask = freeBytes,
  } = options;
  let room: Room = { accepting: true };
  let askedMs = Number.NEGATIVE_INFINITY;
  return () => {
    if (clock.steadyMs() - askedMs < LOOK_EVERY_MS) return room;
    askedMs = clock.steadyMs();
    const free = ask(folder);
    const wanted = marginBytes + (room.accepting ? 0 : reserveBytes); // more than it takes to refuse, so that it stays
    const before = room;
    room = free >= wanted ? { accepting: true } : { accepting: false, because: `${megabytes(free)} MB are free` };
    if (before.accepting && !room.accepting)
      report(spoolEvents.roomShort, about("file", folder), { because: room.because });
    if (!before.accepting && room.accepting) report(spoolEvents.roomAgain, about("file", folder));
    return room;
  };
}

const megabytes = (bytes: number): number => Math.floor(bytes / 1e6);

function tellOf(report: Report, folder: string, news: News): void {
  const subject = about("file", folder);
  switch (news.is) {
    case "salvaged": {
      const { into, messages, lost, adopted } = news.salvaged;
      const where = into === "" ? "There was nothing to set aside" : `The damaged files lie untouched in ${into}`;
      return report(spoolEvents.salvaged, subject, { because: news.because, messages, lost, adopted, where });
    }
    case "format-brought": {
      const { from, to, kept = "" } = news.brought;
      return report(spoolEvents.formatBrought, subject, { from, to, kept });
    }
    case "suspect":
      return report(spoolEvents.damageMet, subject, { because: news.because });
    case "failing":
      return report(spoolEvents.writeFailed, subject, { because: news.because });
    case "reserve-given":
      return report(spoolEvents.reserveGiven, subject);
    case "thread-ended":
      return report(spoolEvents.threadEnded, subject, { because: news.because });
    default:
      throw new Error(`no such news: ${news satisfies never}`);
  }
}

const NAMED_MAX = 5;

/** What the deliverer that takes over has to tell of the one before; nothing when it ended in order. */
export function tellInterrupted(report: Report, folder: string, interrupted: readonly Interrupted[]): void {
  if (interrupted.length === 0) return;
  const some = interrupted.slice(0, NAMED_MAX).map((it) => `${it.id} to ${it.address}`);
  const more = interrupted.length - some.length;
  report(spoolEvents.interrupted, about("file", folder), {
    recipients: interrupted.length,
    some: some.join(", ") + (more > 0 ? ` and ${more} more` : ""),
  });
}
