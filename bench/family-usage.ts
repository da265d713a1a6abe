// What all processes of a server use together, as the system counts it: the parent and all that came of it. Only looks; a
// process that has ended is counted by its parent.
import { readFileSync } from "node:fs";
import { familyOf } from "../test/program/processes.ts";

/** Fixed by the kernel's interface for user programs, whatever the kernel itself ticks at. */
const TICKS_PER_SECOND = 100;

/** Time of the processor so far. */
export const familyCpuMs = (pid: number): number => sum(pid, cpuMsOf);

/** Memory, of which pages that several processes share are divided among them (PSS). */
export const familyBytes = (pid: number): number => sum(pid, pssBytesOf);

const pssBytesOf = (pid: number): number =>
  Number(/^Pss:\s+(\d+) kB/m.exec(textOf(pid, "smaps_rollup"))?.[1] ?? 0) * 1024;

const sum = (pid: number, of: (pid: number) => number): number =>
  familyOf(pid).reduce((total, it) => total + of(it), 0);

/** Its own and that of its children which have ended; a name may hold spaces, so fields are counted from its bracket. */
function cpuMsOf(pid: number): number {
  const stat = textOf(pid, "stat");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, 15).reduce((total, it) => total + Number(it), 0);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

function textOf(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "latin1"); // system path
  } catch {
    return "";
  }
}
