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

/** The name of the program may hold spaces and brackets, so the fields are counted from the last bracket. */
export function cpuMsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1000) / TICKS_PER_SECOND;
}

/** What this process alone keeps in memory: pages of the program's file, which all processes share, do not count. */
export function residentBytesOf(status: string): number {
  const kilobytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0);
  return (kilobytes("RssAnon") || kilobytes("VmRSS")) * 1024;
}
