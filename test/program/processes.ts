// What the system tells of a process: whether it lives, and as whom it runs. Only looks.
import { readFileSync } from "node:fs";

/** One that has ended and was not yet taken note of by its parent is not alive. */
export function alive(pid: number): boolean {
  const state = /^State:\s+(\w)/m.exec(statusOf(pid))?.[1];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** Real, effective, saved and file system user. */
export const usersOf = (pid: number): readonly number[] =>
  (/^Uid:\s+(.*)$/m.exec(statusOf(pid))?.[1] ?? "").split(/\s+/).map(Number);

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "latin1"); // system path
  } catch {
    return "";
  }
}

/** The most that it ever had in memory. */
export const peakBytes = (pid: number): number => 1024 * Number(/^VmHWM:\s+(\d+)/m.exec(statusOf(pid))?.[1]);
