// The process that was started first where nobody above it can be told of another one, as a terminal: it stays above all
// later servers, passes signals on, and ends as the last of them ends. And the other side: a server that ends with it.
import { readdirSync, readFileSync } from "node:fs";
import type { Clock } from "../../base/clock.ts";
import { seen } from "../../base/seen.ts";
import { adoptOrphans, endOfAnyChild, endWithParent } from "../../net/system/system-calls.ts";
import type { Signals } from "../signals.ts";
import type { Heir } from "./heir.ts";

const LOOK_AGAIN_MS = 50;

/** Every server after the next one becomes a child of this process, when the one that has started it ends. */
export const becomeParent = adoptOrphans;

/** Ends with the last server, and with its code. */
export async function standAbove(heir: Heir, signals: Signals): Promise<number> {
  const pass = (signal: NodeJS.Signals): void => {
    for (const pid of children()) process.kill(pid, signal);
  };
  signals.to(pass, pass);
  let { code } = await heir.ended;
  for (;;) {
    const end = endOfAnyChild();
    if (!end.ok) return code;
    if (end.value === undefined) await Bun.sleep(LOOK_AGAIN_MS);
    else code = end.value;
  }
}

/** Calls `gone` when the process above is no more; `former` resolves when whoever has started this one has ended. */
export async function mindParent(parent: number, former: Promise<void>, clock: Clock, gone: () => void): Promise<void> {
  if (process.ppid !== parent) await former;
  const endMs = clock.steadyMs() + ADOPTION_LIMIT_MS;
  while (process.ppid !== parent && clock.steadyMs() < endMs) await Bun.sleep(LOOK_AGAIN_MS);
  endWithParent();
  // It may have ended before the kernel was told.
  if (process.ppid !== parent) gone();
}

/** From the end of a process until its children have another parent. */
const ADOPTION_LIMIT_MS = 5000;

function children(): readonly number[] {
  return readdirSync("/proc") // system path
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === process.pid);
}

/** undefined of one that has ended meanwhile. */
const parentOf = (pid: number): number | undefined =>
  seen(() => Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1]), undefined); // system path
