// Which releases of a root processes of this machine run from, by the program that each of them is. Processes that we
// may not look into are known by their command line, which names the program too.
import { readdirSync, readFileSync, readlinkSync, realpathSync } from "node:fs";
import { join, sep } from "node:path";
import { seen } from "../../base/seen.ts";
import { RELEASES } from "./install-root.ts";

const PROCESSES = "/proc"; // system path

export function runningVersions(root: string): ReadonlySet<string> {
  const folder = seen(() => realpathSync(join(root, RELEASES)), undefined);
  if (folder === undefined) return new Set();
  const head = `${folder}${sep}`;
  const programs = processes().flatMap((pid) => [programOf(pid), firstWordOf(pid)]);
  const inside = programs.filter((it) => it?.startsWith(head)).map((it) => it?.slice(head.length).split(sep)[0] ?? "");
  return new Set(inside);
}

const processes = (): readonly string[] =>
  seen(() => readdirSync(PROCESSES), []).filter((it) => /^\d+$/.test(it) && Number(it) !== process.pid);

/** It may have ended since, or be somebody else's. */
const programOf = (pid: string): string | undefined => seen(() => readlinkSync(join(PROCESSES, pid, "exe")), undefined);
const firstWordOf = (pid: string): string | undefined =>
  seen(() => readFileSync(join(PROCESSES, pid, "cmdline"), "utf8").split("\0")[0], undefined);
