// Which releases of a root processes of this machine run from, by the program that each of them is. Processes that we
// may not look into are known by their command line, which names the program too.
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { RELEASES } from "./install-root.ts";

const PROCESSES = "/proc"; // system path

export function runningVersions(root: string): ReadonlySet<string> {
  const folder = realFolder(join(root, RELEASES));
  if (folder === undefined) return new Set();
  const head = `${folder}${sep}`;
  const programs = processes().flatMap((pid) => [programOf(pid), firstWordOf(pid)]);
  const inside = programs.filter((it) => it?.startsWith(head)).map((it) => it?.slice(head.length).split(sep)[0] ?? "");
  return new Set(inside);
}

function processes(): readonly string[] {
  try {
    return readdirSync(PROCESSES).filter((it) => /^\d+$/.test(it) && Number(it) !== process.pid);
  } catch {
    return []; // a system without that folder
  }
}

/** It may have ended since, or be somebody else's. */
function programOf(pid: string): string | undefined {
  try {
    return readlinkSync(join(PROCESSES, pid, "exe"));
  } catch {
    return undefined;
  }
}

function firstWordOf(pid: string): string | undefined {
  try {
    return readFileSync(join(PROCESSES, pid, "cmdline"), "utf8").split("\0")[0];
  } catch {
    return undefined;
  }
}

function realFolder(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
