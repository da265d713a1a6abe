// Disks that a row may fill: small ones in memory, mounted in the place of a folder of the home. Only for root, and only for
// tests.
import { closeSync, mkdirSync, openSync, readdirSync, rmdirSync, rmSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { findProgram, nobody } from "../program/machine.ts";
import { must, type Rig } from "./rig.ts";

export const mayMount = nobody !== undefined && findProgram("mount") !== undefined;
export const needsMount = mayMount ? {} : { skip: "only root can mount a disk" };

/** Options of tmpfs: "size=2m", "nr_inodes=100". It is taken away in the end. */
export function mountDisk(rig: Rig, folder: string, options: string): void {
  const { uid, gid, mode } = statSync(folder);
  const owner = `uid=${uid},gid=${gid},mode=${(mode & 0o7777).toString(8)}`;
  must("mount", "-t", "tmpfs", "-o", `${options},${owner}`, "tmpfs", folder);
  rig.inTheEnd(() => Bun.spawnSync(["umount", "-l", folder]));
}

/** A folder of the home gets a disk of its own, with all that it holds. */
export function giveDisk(rig: Rig, room: string, options: string): void {
  const folder = rig.path(room);
  const aside = join(rig.program.folder, `kept ${room}`);
  must("cp", "-a", folder, aside);
  mountDisk(rig, folder, options);
  for (const it of readdirSync(aside)) must("cp", "-a", join(aside, it), folder);
}

const FILLING = "filling";

/** Takes every byte that is left on the disk of a folder. */
export function fill(rig: Rig, room: string): void {
  const handle = openSync(rig.path(room, FILLING), "a");
  const piece = Buffer.alloc(4096);
  try {
    for (;;) writeSync(handle, piece);
  } catch {
    closeSync(handle);
  }
}

export const empty = (rig: Rig, room: string): void => rmSync(rig.path(room, FILLING));

/** Takes every inode that is left on it. */
export function makeFolders(rig: Rig, room: string): void {
  try {
    for (let n = 0; ; n++) mkdirSync(rig.path(room, FILLING + n));
  } catch {
    // It is full.
  }
}

export function removeFolders(rig: Rig, room: string): void {
  for (const it of readdirSync(rig.path(room))) if (it.startsWith(FILLING)) rmdirSync(rig.path(room, it));
}
