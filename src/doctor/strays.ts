// Files of the server's own rooms that belong to somebody else, as after a command that root typed: the server cannot read
// its keys then. Seen by root before it becomes the owner of the home, as only root can give them back.
import { fstatSync, readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { type Home, type Room, roomPath } from "../base/home.ts";
import { userName } from "../net/system/system-calls.ts";
import { ownerOf } from "../supervisor/act-as-owner.ts";
import { withBelow } from "./below.ts";

export interface Stray {
  readonly room: Room;
  readonly path: string;
  readonly uid: number;
}

/** "/srv/inetsrv/run/a and 2 more belong to user root" */
export function whoseTheyAre(strays: readonly Stray[]): string {
  const [first] = strays;
  const more = strays.length > 1 ? ` and ${strays.length - 1} more` : "";
  return `${first?.path}${more} ${more === "" ? "belongs" : "belong"} to user ${userName(first?.uid ?? 0)}`;
}

/** The server itself writes here, and nobody else. The access logs in logs/ are those of the services. */
const rooms: readonly Room[] = ["metabase", "keys", "run", "cache"];
const FOUND_MAX = 1000;

export function straysIn(home: Home): readonly Stray[] {
  const owner = ownerOf(home.root);
  if (owner === undefined) return [];
  const found: Stray[] = [];
  for (const room of rooms) look({ home, room, owner: owner.uid, found }, roomPath(home, room));
  look({ home, room: "logs", owner: owner.uid, found }, roomPath(home, "logs", "events.jsonl"));
  return found;
}

/** What the services keep in the spool, as its README tells; the folder itself is given to them at each start. */
const spooled = [
  ...["mail.sqlite", "mail.sqlite-wal", "mail.sqlite-shm", "bodies", "reserve", "suspect"],
  ...["use.lock", "deliverer.lock", "mailroot"],
] as const;

/** It is the services', but what other programs have put into the folders of sites. */
export function straysInSpool(home: Home, owner: number): readonly Stray[] {
  const found: Stray[] = [];
  const foldersAlone = roomPath(home, "spool", "mailroot");
  for (const name of spooled) look({ home, room: "spool", owner, found, foldersAlone }, roomPath(home, "spool", name));
  return found;
}

/** The lock of a folder that is open to others; what else lies beside it was put into that folder by anybody. */
const OWN_LOCK = `${sep}.work${sep}lock`;
const isBelow = (path: string, folder: string | undefined): boolean =>
  folder !== undefined && path.startsWith(`${folder}${sep}`);

interface Search {
  readonly home: Home;
  readonly room: Room;
  readonly owner: number;
  readonly found: Stray[];
  /** Below it files may belong to anybody. */
  readonly foldersAlone?: string;
}

function look(search: Search, path: string): void {
  const { home, room, owner, found, foldersAlone } = search;
  if (found.length >= FOUND_MAX) return;
  try {
    const names = withBelow(home.root, path, (fd) => {
      const state = fstatSync(fd);
      const isAnybodys = !state.isDirectory() && isBelow(path, foldersAlone) && !path.endsWith(OWN_LOCK);
      if (state.uid !== owner && !isAnybodys) found.push({ room, path, uid: state.uid });
      return state.isDirectory() ? readdirSync(`/proc/self/fd/${fd}`) : []; // system path
    });
    for (const name of names) look(search, join(path, name));
  } catch {
    // It is not there, is a link or a socket, or is closed to us: then another check says so.
  }
}
