// Where something that is being installed or removed lies meanwhile: `<version>.part-<pid>` counts as nothing, whatever
// happens to the process, and is swept away by the next one that comes along.
import { chmodSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { sync } from "../../base/disk.ts";
import { RELEASES, releaseFolder } from "../place/install-root.ts";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
};

/** Errors of the system are thrown, here and below. */
export function makePartFolder(root: string, version: string): string {
  const folder = `${releaseFolder(root, version)}.part-${process.pid}`;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  return folder;
}

/** From then on it counts. Fails when something of that name is there. */
export function completePart(folder: string, root: string, version: string): void {
  openFolders(folder);
  renameSync(folder, releaseFolder(root, version));
  sync(join(root, RELEASES));
}

/** From then on it does not count any more; then it goes. */
export function removeRelease(root: string, version: string): void {
  const part = `${releaseFolder(root, version)}.part-${process.pid}`;
  rmSync(part, { recursive: true, force: true });
  renameSync(releaseFolder(root, version), part);
  sync(dirname(part));
  rmSync(part, { recursive: true });
}

/** The names of what killed processes left, which is gone now. */
export function sweepParts(root: string): readonly string[] {
  const folder = join(root, RELEASES);
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const left = readdirSync(folder).filter((name) => {
    const pid = /\.part-(\d{1,9})$/.exec(name)?.[1];
    return pid !== undefined && Number(pid) !== process.pid && !isAlive(Number(pid));
  });
  for (const name of left) rmSync(join(folder, name), { recursive: true, force: true });
  return left;
}

/** Others must be able to read what they run, whatever the mask of the user says; all of it is durable then. */
function openFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openFolders(path);
    else sync(path);
  }
  chmodSync(folder, 0o755);
  sync(folder);
}
