// The rooms of a home that are the server's own: nothing there is served, and no site puts anything there. By the words of a
// path alone; where links lead is asked by whoever opens a file.
import { resolve } from "node:path";
import { type Home, type Room, roomAt } from "../base/home.ts";

export type KeptRoom = Exclude<Room, "content"> | "home";

/** What is there, for a sentence. */
export const keptThere: Readonly<Record<KeptRoom, string>> = {
  home: "keys, configuration and mail of the server",
  metabase: "the configuration of the server",
  spool: "mail and news",
  logs: "logs",
  keys: "the keys of the server",
  run: "the control socket of the server",
  cache: "notes of the server",
  releases: "releases of the server",
  doctor: "what the doctor has kept, to be undone",
};

export interface Kept {
  readonly room: KeptRoom;
  /** Absolute. */
  readonly folder: string;
}

/** `path` as it is set, relative to the home or absolute; undefined where it is free. */
export function keptAt(home: Home, path: string): Kept | undefined {
  const folder = resolve(home.root, path);
  const room = roomAt(home, folder);
  return room === undefined || room === "content" ? undefined : { room, folder };
}
