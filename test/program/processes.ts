// What the system tells of a process: whether it lives, as whom it runs, and what it has started. Only looks.
import { readdirSync, readFileSync } from "node:fs";

/** One that has ended and was not yet taken note of by its parent is not alive. */
export function alive(pid: number): boolean {
  const state = /^State:\s+(\w)/m.exec(statusOf(pid))?.[1];
  return state !== undefined && state !== "Z" && state !== "X";
}

/** Real, effective, saved and file system user. */
export const usersOf = (pid: number): readonly number[] =>
  (/^Uid:\s+(.*)$/m.exec(statusOf(pid))?.[1] ?? "").split(/\s+/).map(Number);

/** It, and all that it and its children have started and that live. */
export function familyOf(pid: number): readonly number[] {
  const children = new Map<number, number[]>();
  const everybody = readdirSync("/proc").map(Number).filter(Number.isInteger); // system path
  for (const it of everybody) {
    const parent = Number(/^PPid:\s+(\d+)/m.exec(statusOf(it))?.[1]);
    children.set(parent, [...(children.get(parent) ?? []), it]);
  }
  const family = [pid];
  for (const it of family) family.push(...(children.get(it) ?? []));
  return family;
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "latin1"); // system path
  } catch {
    return "";
  }
}
