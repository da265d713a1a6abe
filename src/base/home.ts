// The one directory of an installation and the names inside it. Pure: where things are, never whether they exist.
import { join, relative, resolve, sep } from "node:path";

export const rooms = {
  metabase: "metabase",
  spool: "spool",
  content: "content",
  logs: "logs",
  keys: "keys",
  run: "run",
  cache: "cache",
  releases: "releases",
  doctor: "doctor",
} as const;
export type Room = keyof typeof rooms;

export interface Home {
  /** Absolute; every other path hangs on it, so that the home may be moved. */
  readonly root: string;
  /** How it was found, to be said when it is the wrong one. */
  readonly from: "--home" | "INETSRV_HOME" | "./home";
}

export function findHome(option: string | undefined, environment: string | undefined, workingFolder: string): Home {
  if (option !== undefined && option !== "") return { root: resolve(workingFolder, option), from: "--home" };
  if (environment !== undefined && environment !== "")
    return { root: resolve(workingFolder, environment), from: "INETSRV_HOME" };
  return { root: join(workingFolder, "home"), from: "./home" };
}

export const roomPath = (home: Home, room: Room, ...names: readonly string[]): string =>
  join(home.root, rooms[room], ...names);

/** Which room an absolute path is in, by its words alone: "home" for the home itself, undefined for all else. */
export function roomAt(home: Home, path: string): Room | "home" | undefined {
  const below = relative(home.root, path);
  const [first = ""] = below.split(sep);
  return below === "" ? "home" : (Object.keys(rooms) as Room[]).find((it) => rooms[it] === first);
}

/** Sites may be called anything, folders may not: one name for a folder that no other site has. */
export const folderNameOf = (name: string): string =>
  encodeURIComponent(name).replaceAll(/^\.+/g, (it) => "%2E".repeat(it.length));
