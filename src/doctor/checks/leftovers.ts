// What a process that died has left behind: the mark of a server that was killed, sockets and half-written files that nobody
// uses. None of it stands in the way of a start; what it tells is what happened.
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { about } from "../../base/fault.ts";
import { type Home, type Room, roomPath } from "../../base/home.ts";
import { localTime } from "../../base/local-time.ts";
import { shellWord } from "../../base/shell-word.ts";
import type { DoctorCheck, Finding } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";

/** Younger ones may be in use by a command of this moment. */
const OLD_MS = 60_000;

interface Leftover {
  readonly room: Room;
  readonly within: string;
  readonly fits: RegExp;
  readonly is: string;
}

/** Names under which files are written before they get their own, and never read. */
const unfinished: readonly Leftover[] = [
  { room: "run", within: "", fits: /^control\.sock$/, is: "the socket of a server that is gone" },
  {
    room: "metabase",
    within: "",
    fits: /^metabase\.sqlite\.new(-wal|-shm|-journal)?$/,
    is: "a database that was never finished",
  },
  { room: "metabase", within: "copy", fits: /\.unfinished$/, is: "a file that was never finished" },
  { room: "keys", within: "", fits: /\.[0-9a-f]{8}\.tmp$/, is: "a file that was never finished" },
  {
    room: "spool",
    within: "",
    fits: /^(reserve\.new|mail\.sqlite\.new.*|salvage\.tmp.*)$/,
    is: "a file that was never finished",
  },
];

export const leftoversCheck: DoctorCheck<Case> = {
  name: "leftovers",
  title: "what a server that was killed has left: its mark, sockets, half-written files",
  needs: ["home"],
  look: async (it) => [...fallen(it), ...files(it)],
};

function fallen({ home, fallen: mark }: Case): readonly Finding[] {
  if (mark === undefined) return [];
  return [
    {
      level: "warning",
      subject: about("process", String(mark.pid)),
      what: `The server of process ${mark.pid}, which ran since ${localTime(mark.sinceMs)}, ended without saying so: it was killed, or the machine stopped`,
      matters: `Nothing is served from ${home.root} now`,
      remedy: "Start it: inetsrv up. What ended it may stand in the log of the system: journalctl -k",
      article: "crash-loop",
    },
  ];
}

function files({ home, isHeld, nowMs }: Case): readonly Finding[] {
  if (isHeld) return [];
  const found = unfinished.flatMap((row) => namesIn(home, row, nowMs).map((path) => ({ path, is: row.is })));
  return found.map(({ path, is }) => ({
    level: "warning",
    subject: about("file", path),
    what: `${path} is ${is}`,
    matters: "Nobody reads it; it takes room, and may puzzle whoever looks",
    remedy: `Remove it: rm ${shellWord(path)}`,
    article: "derived-files",
    fix: { would: "put it aside", whenDown: true, steps: [{ step: "set-aside", path }] },
  }));
}

function namesIn(home: Home, { room, within, fits }: Leftover, nowMs: number): readonly string[] {
  const folder = within === "" ? roomPath(home, room) : roomPath(home, room, within);
  try {
    return readdirSync(folder)
      .filter((name) => fits.test(name))
      .map((name) => join(folder, name))
      .filter((path) => lstatSync(path).isSocket() || nowMs - lstatSync(path).mtimeMs > OLD_MS);
  } catch {
    return []; // no such room
  }
}
