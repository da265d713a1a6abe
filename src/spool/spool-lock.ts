// Who has the spool open, and who delivers. The locks are those of SQLite on an empty file, so they need no system call of
// our own, and the kernel frees them with their process; the files themselves say nothing and stay.
import { Database } from "bun:sqlite";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { bad, good } from "../base/result.ts";
import { type Spooled, troubleOf } from "./trouble.ts";

const OWNER_ONLY = 0o600;

export interface SpoolLock {
  release(): void;
}

/** Does not wait: "held" when another has it, also another in this process. */
export function takeLock(path: string, how: "shared" | "alone"): Spooled<SpoolLock> {
  let database: Database | undefined;
  try {
    makeFile(path);
    database = new Database(path, { create: true, readwrite: true });
    database.run("PRAGMA busy_timeout = 0");
    database.run(how === "alone" ? "BEGIN EXCLUSIVE" : "BEGIN");
    database.query("SELECT count(*) FROM sqlite_schema").get(); // a shared lock begins with the first read
  } catch (thrown) {
    database?.close();
    return bad(troubleOf(thrown));
  }
  const held = database;
  return good({ release: () => held.close() });
}

/**
 * Whoever may read a file may lock it: others could keep the queue from opening. Only one that is new is touched: to
 * close a file gives up all locks that the process has on it (POSIX).
 */
function makeFile(path: string): void {
  try {
    closeSync(openSync(path, "wx", OWNER_ONLY));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EEXIST") throw thrown;
  }
}

export const useLock = (folder: string, how: "shared" | "alone"): Spooled<SpoolLock> =>
  takeLock(join(folder, "use.lock"), how);

export interface DelivererLock {
  /** "held" when another process delivers. */
  take(): Spooled<SpoolLock>;
  /** Waits until whoever delivers has ended; undefined when the signal came first. */
  wait(signal: AbortSignal): Promise<SpoolLock | undefined>;
}

const ASK_EVERY_MS = 250;

export function delivererLock(folder: string, clock: Clock): DelivererLock {
  const take = () => takeLock(join(folder, "deliverer.lock"), "alone");
  return {
    take,
    wait: (signal) =>
      new Promise((resolve) => {
        let cancel = () => {};
        const stop = () => {
          cancel();
          resolve(undefined);
        };
        const ask = () => {
          const taken = take();
          if (!taken.ok) {
            cancel = clock.after(ASK_EVERY_MS, ask);
            return;
          }
          signal.removeEventListener("abort", stop);
          resolve(taken.value);
        };
        if (signal.aborted) return stop();
        signal.addEventListener("abort", stop, { once: true });
        ask();
      }),
  };
}
