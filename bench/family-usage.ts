// What all processes of a server use together, as the system counts it: the parent and all that came of it. Only looks; a
// process that has ended is counted by its parent.
import { readFileSync } from "node:fs";
import { cpuMsOf } from "../src/supervisor/process-usage.ts";
import { familyOf } from "../test/program/processes.ts";

/** Time of the processor so far. */
export const familyCpuMs = (pid: number): number => sum(pid, (it) => cpuMsOf(textOf(it, "stat"), "with-children"));

/** Memory, of which pages that several processes share are divided among them (PSS). */
export const familyBytes = (pid: number): number => sum(pid, pssBytesOf);

const pssBytesOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(textOf(pid, "smaps_rollup"))?.[1] ?? 0) * 1024;

const sum = (pid: number, of: (pid: number) => number): number =>
  familyOf(pid).reduce((total, it) => total + of(it), 0);

function textOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1"); // system path
  } catch {
    return "";
  }
}
