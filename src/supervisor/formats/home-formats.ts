// The formats of what lies in a home: what they are, and how they are brought to those that another release needs. Each
// room does it itself; here is who has the home, in which order, and as whom.
import { existsSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { about, type Fault, fault } from "../../base/fault.ts";
import { type Home, roomPath } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import { EventLog } from "../../event/event-log.ts";
import { type FormatTable, rangeOf } from "../../format/format-table.ts";
import type { Brought } from "../../format/kept-copy.ts";
import type { FormatRange } from "../../ipc/installed-release.ts";
import { metabaseEvents } from "../../metabase/events.ts";
import { databaseFile } from "../../metabase/open-metabase.ts";
import * as metabase from "../../metabase/store/bring-format.ts";
import { metabaseFormatTable } from "../../metabase/store/format-steps.ts";
import * as stored from "../../metabase/store/trouble.ts";
import type { UserNumbers } from "../../net/system/lay-down-privileges.ts";
import { spoolEvents } from "../../spool/events.ts";
import { booksFile } from "../../spool/found/books-file.ts";
import * as spool from "../../spool/found/bring-format.ts";
import { spoolFormatTable } from "../../spool/found/format-steps.ts";
import { useLock } from "../../spool/spool-lock.ts";
import * as spooled from "../../spool/trouble.ts";
import { otherOwner } from "../act-as-owner.ts";
import { lackOfHome } from "../home-folders.ts";
import { holdHome } from "../home-holder.ts";
import { formatInHeader } from "./format-in-header.ts";

export const formatRooms = ["metabase", "spool"] as const;
export type FormatRoom = (typeof formatRooms)[number];

/** Which format each room is to be brought to; one that is not named stays as it is. */
export type FormatWish = Readonly<Partial<Record<FormatRoom, number>>>;

export interface RoomFormat extends FormatRange {
  /** null: there is nothing yet. */
  readonly found: number | null;
}
export type HomeFormats = Readonly<Record<FormatRoom, RoomFormat>>;

export interface WrittenFormats {
  readonly formats: HomeFormats;
  /** Of each room that was named and holds something. */
  readonly brought: Readonly<Partial<Record<FormatRoom, Brought>>>;
}

export interface NotWritten {
  /** "held": by a server, another command, or whoever has the mail open. */
  readonly is: "held" | "refused" | "failed";
  readonly fault: Fault;
}

export interface FormatsWorld {
  readonly home: Home;
  readonly version: string;
  readonly clock: Clock;
  /** Called before anything is opened in the home: see act-as-owner.ts. A process of tests must stay who it is. */
  readonly actAsOwner?: (home: Home) => void;
  /** Called when root goes on as whoever keeps the mail. As above, not in tests. */
  readonly layDownPrivileges?: (user: UserNumbers) => void;
  /** Those of this release but for a test. */
  readonly tables?: Readonly<Record<FormatRoom, FormatTable>>;
}

const ownTables = { metabase: metabaseFormatTable, spool: spoolFormatTable };

/** As the files say it; a server may have them open. */
export function showFormats({ home, tables = ownTables }: FormatsWorld): Result<HomeFormats, Fault> {
  const lack = lackOfHome(home);
  if (lack !== undefined) return bad(lack);
  return good({
    metabase: { found: formatInHeader(databaseFile(roomPath(home, "metabase"))), ...rangeOf(tables.metabase) },
    spool: { found: formatInHeader(booksFile(roomPath(home, "spool"))), ...rangeOf(tables.spool) },
  });
}

export function writeFormats(world: FormatsWorld, wish: FormatWish): Result<WrittenFormats, NotWritten> {
  const { home, clock, tables = ownTables } = world;
  const before = showFormats(world);
  if (!before.ok) return bad({ is: "failed", fault: before.error });
  const unknown = formatRooms.flatMap((room) => unknownWish(room, wish[room], tables[room]) ?? [])[0];
  if (unknown !== undefined) return bad({ is: "refused", fault: unknown });
  world.actAsOwner?.(home);
  const held = holdHome(home, "command", clock.wallMs());
  if (!held.ok) return bad({ is: held.error.is === "held" ? "held" : "failed", fault: held.error.fault });
  const log = new EventLog(roomPath(home, "logs"), clock);
  try {
    const done = bringAll(world, wish, log.reportFor("server"));
    return done.ok ? good({ formats: after(before.value, done.value), brought: done.value }) : done;
  } finally {
    log.close();
    held.value.release();
  }
}

type BroughtRooms = WrittenFormats["brought"];

/** Not asked again: who has become another user may not look everywhere any more. */
function after(before: HomeFormats, brought: BroughtRooms): HomeFormats {
  const { metabase, spool } = before;
  return {
    metabase: { ...metabase, found: brought.metabase?.to ?? metabase.found },
    spool: { ...spool, found: brought.spool?.to ?? spool.found },
  };
}

function bringAll(world: FormatsWorld, wish: FormatWish, report: Report): Result<BroughtRooms, NotWritten> {
  const brought: Partial<Record<FormatRoom, Brought>> = {};
  // The metabase first: whoever has become the user that keeps the mail cannot change it any more.
  for (const room of formatRooms) {
    const to = wish[room];
    if (to === undefined) continue;
    const done = (room === "metabase" ? bringMetabase : bringSpool)(world, to, report);
    if (!done.ok) return bad({ ...done.error, fault: withDone(done.error.fault, brought) });
    if (done.value !== undefined) brought[room] = done.value;
  }
  return good(brought);
}

type Done = Result<Brought | undefined, NotWritten>;

function bringMetabase(world: FormatsWorld, to: number, report: Report): Done {
  const { home, version, clock, tables = ownTables } = world;
  const folder = roomPath(home, "metabase");
  const bringing = { to, release: version, wallMs: clock.wallMs() };
  const done = metabase.bringFormat(databaseFile(folder), tables.metabase, bringing);
  if (!done.ok) {
    const why = stored.troubleFault(done.error, `Cannot bring the metabase in ${folder} to format ${to}`, folder);
    return bad({ is: done.error.is === "held" ? "held" : "failed", fault: why });
  }
  const { from, kept } = done.value;
  if (kept !== undefined) report(metabaseEvents.formatBrought, about("metabase", folder), { from, to, kept });
  return done;
}

/** As whoever keeps it: root opens nothing that others keep. Without books there is nothing to do. */
function bringSpool(world: FormatsWorld, to: number, report: Report): Done {
  const { home, version, clock, tables = ownTables } = world;
  const folder = roomPath(home, "spool");
  if (!existsSync(booksFile(folder))) return good(undefined);
  const owner = otherOwner(folder);
  if (owner !== undefined) world.layDownPrivileges?.(owner);
  const attempted = `Cannot bring the mail spool in ${folder} to format ${to}`;
  const alone = useLock(folder, "alone");
  if (!alone.ok)
    return bad(
      alone.error.is === "held"
        ? { is: "held", fault: spoolInUse(folder, attempted) }
        : { is: "failed", fault: spooled.troubleFault(alone.error, attempted, folder) },
    );
  const bringing = { to, release: version, wallMs: clock.wallMs() };
  const done = spool.bringFormat(folder, tables.spool, bringing);
  alone.value.release();
  if (!done.ok) return bad({ is: "failed", fault: spooled.troubleFault(done.error, attempted, folder) });
  const { from, kept } = done.value;
  if (kept !== undefined) report(spoolEvents.formatBrought, about("file", folder), { from, to, kept });
  return done;
}

const spoolInUse = (folder: string, attempted: string): Fault =>
  fault(
    about("file", folder),
    attempted,
    "another process has it open",
    "Wait until that has ended, such as a worker of a server that was killed, then try again",
  );

function unknownWish(room: FormatRoom, to: number | undefined, table: FormatTable): Fault | undefined {
  const { reads } = rangeOf(table);
  if (to === undefined || reads.includes(to)) return undefined;
  return fault(
    about("release", room),
    `Cannot bring the ${room} to format ${to}`,
    `this release knows ${reads.join(", ")}`,
    "Use a release that knows both formats, the one on the disk and the one that is wanted",
  );
}

/** What stands already when a later room fails. */
function withDone(why: Fault, brought: BroughtRooms): Fault {
  const done = Object.entries(brought).map(([room, { to }]) => `the ${room} is of format ${to} now`);
  return done.length === 0 ? why : { ...why, because: [why.because, ...done].join("; ") };
}
