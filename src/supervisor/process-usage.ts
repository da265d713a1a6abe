// CPU time and memory of a process, as the system counts them. Reads only; a process that is gone has none.
import { readFileSync } from "node:fs";
import type { ProcessUsage } from "./answers.ts";

/** Fixed by the kernel's interface for user programs, whatever the kernel itself ticks at. */
const TICKS_PER_SECOND = 100;

export function processUsage(pid: number): ProcessUsage | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1"); // system path
    const status = readFileSync(`/proc/${pid}/status`, "latin1"); // system path
    return { pid, cpuMs: cpuMsOf(stat), memoryBytes: residentBytesOf(status) };
  } catch {
    return null;
  }
}

/**
 * Its own, or with that of its children that have ended. The name of the program may hold spaces and brackets, so the
 * fields are counted from the last bracket.
 */
export function cpuMsOf(stat: string, whose: "own" | "with-children" = "own"): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = fields.slice(11, whose === "own" ? 13 : 15).reduce((sum, it) => sum + Number(it), 0);
  return (ticks * 1000) / TICKS_PER_SECOND;
}

/** What this process alone keeps in memory: pages of the program's file, which all processes share, do not count. */
export function residentBytesOf(status: string): number {
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return (kilobytes("RssAnon") || kilobytes("VmRSS")) * 1024;
}
