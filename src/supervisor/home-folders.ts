// The folders of a home, made by init and checked at a start. Modes are as closed as their content wants; nothing here
// looks into them.

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, type Room, roomPath } from "../base/home.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";

/** `content` and `spool` are for services, which may run as another user; the rest is the server's own. */
export const roomModes: Readonly<Record<Room, number>> = {
  metabase: 0o700,
  keys: 0o700,
  run: 0o700,
  logs: 0o750,
  cache: 0o755,
  content: 0o755,
  spool: 0o755,
  releases: 0o755,
  doctor: 0o700,
};

export function makeHome(home: Home): Result<void, Fault> {
  try {
    mkdirSync(home.root, { recursive: true, mode: 0o755 });
    for (const [room, mode] of Object.entries(roomModes)) {
      const path = roomPath(home, room as Room);
      // Whatever the mask of the user says; a mode that the owner has chosen since is left alone.
      if (mkdirSync(path, { recursive: true }) !== undefined) chmodSync(path, mode);
    }
    return good(undefined);
  } catch (error) {
    return bad(notMade(home, error));
  }
}

/** Texts by their paths below the home. What is there already is left as it is. */
export function makeFiles(home: Home, files: Readonly<Record<string, string>>): Result<void, Fault> {
  try {
    for (const [name, text] of Object.entries(files)) {
      const path = join(home.root, name);
      if (existsSync(path)) continue;
      if (mkdirSync(dirname(path), { recursive: true }) !== undefined) chmodSync(dirname(path), 0o755);
      writeFileSync(path, text);
      chmodSync(path, 0o644);
    }
    return good(undefined);
  } catch (error) {
    return bad(notMade(home, error));
  }
}

const notMade = (home: Home, error: unknown): Fault =>
  fault(
    about("home", home.root),
    `Cannot make the home ${home.root}`,
    messageOf(error),
    "Name a folder that you may write: inetsrv --home FOLDER init",
  );

/** Why there is no home to work with; undefined when there is one. An empty folder is none. */
export function lackOfHome(home: Home): Fault | undefined {
  try {
    return statSync(roomPath(home, "metabase")).isDirectory() ? undefined : noHome(home);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "EACCES" || code === "EPERM" ? closedHome(home) : noHome(home);
  }
}

/** Whether there is anything of a metabase, in whatever state. */
export function hasMetabase(home: Home): boolean {
  try {
    return readdirSync(roomPath(home, "metabase")).length > 0;
  } catch {
    return false;
  }
}

const noHome = (home: Home): Fault =>
  fault(
    about("home", home.root),
    `Cannot find a home at ${home.root}`,
    `there is none; the place comes from ${home.from}`,
    "Make one there: inetsrv init. Or name the right one: inetsrv --home FOLDER",
  );

const closedHome = (home: Home): Fault =>
  fault(
    about("home", home.root),
    `Cannot look into ${home.root}`,
    `user ${process.getuid?.() ?? "?"} has no permission to; the place comes from ${home.from}`,
    "Run this as the owner of the home, or with sudo",
  );
