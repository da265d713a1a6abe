// Files of the server's own rooms that belong to somebody else, as after a command that root typed: the server cannot read
// its keys then. Seen by root before it becomes the owner of the home, as only root can give them back.
import { fstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Home, type Room, roomPath } from "../base/home.ts";
import { ownerOf } from "../supervisor/act-as-owner.ts";
import { withBelow } from "./below.ts";

export interface Stray {
  readonly room: Room;
  readonly path: string;
  readonly uid: number;
}

/** The server itself writes here, and nobody else. The access logs in logs/ are those of the services. */
const rooms: readonly Room[] = ["metabase", "keys", "run", "cache"];
const FOUND_MAX = 1000;

export function straysIn(home: Home): readonly Stray[] {
  const owner = ownerOf(home.root);
  if (owner === undefined) return [];
  const found: Stray[] = [];
  for (const room of rooms) look(home, room, roomPath(home, room), owner.uid, found);
  look(home, "logs", roomPath(home, "logs", "events.jsonl"), owner.uid, found);
  return found;
}

function look(home: Home, room: Room, path: string, owner: number, found: Stray[]): void {
  if (found.length >= FOUND_MAX) return;
  try {
    const names = withBelow(home.root, path, (fd) => {
      const state = fstatSync(fd);
      if (state.uid !== owner) found.push({ room, path, uid: state.uid });
      return state.isDirectory() ? readdirSync(`/proc/self/fd/${fd}`) : []; // system path
    });
    for (const name of names) look(home, room, join(path, name), owner, found);
  } catch {
    // It is not there, is a link or a socket, or is closed to us: then another check says so.
  }
}
