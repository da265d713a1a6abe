// Who has a home: one server, or one command that changes it while no server runs. The lock is the kernel's and ends
// with its process in any way; the words in it only tell who holds it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { isObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import { type FileLock, lockFile, sharedLock } from "../net/system/home-lock.ts";

export interface Holder {
  readonly role: "server" | "command";
  readonly pid: number;
  readonly sinceMs: number;
  /** It was told to end. */
  readonly ending?: true;
}

export interface HeldHome {
  /** Of the lock: given to another process, both hold the home until neither has it open. */
  readonly fd: number;
  /** Says again that this process is the server; after another one that shares the lock was. */
  claim(): void;
  /** Another process that shares the lock goes on as the server. */
  leave(): void;
  /** For whoever finds the home held from now on. */
  tellEnding(): void;
  /** A server that had the home before and did not give it back in order. */
  readonly fallen: Holder | undefined;
  release(): void;
}

export type HoldFailure =
  | { readonly is: "held"; readonly by: Holder | undefined; readonly fault: Fault }
  | { readonly is: "broken"; readonly fault: Fault };

/** The same, waiting a while for a command that has the home for a moment. */
export async function holdHomePatiently(
  home: Home,
  clock: Clock,
  waitMs: number,
): Promise<Result<HeldHome, HoldFailure>> {
  const endMs = clock.steadyMs() + waitMs;
  for (;;) {
    const held = holdHome(home, "server", clock.wallMs());
    const brief = !held.ok && held.error.is === "held" && held.error.by?.role !== "server";
    if (!brief || clock.steadyMs() >= endMs) return held;
    await Bun.sleep(LOOK_AGAIN_MS);
  }
}

const LOOK_AGAIN_MS = 50;

export function holdHome(home: Home, role: Holder["role"], nowMs: number): Result<HeldHome, HoldFailure> {
  const path = roomPath(home, "run", "supervisor.lock");
  try {
    mkdirSync(roomPath(home, "run"), { recursive: true, mode: 0o700 });
  } catch (error) {
    return bad({ is: "broken", fault: isInTheWay(error) ? inTheWay(home) : cannotHold(home, messageOf(error)) });
  }
  const locked = lockFile(path);
  if (locked.ok) return good(heldHome(home, locked.value, { role, pid: process.pid, sinceMs: nowMs }));
  if (locked.error.kind === "failed") return bad({ is: "broken", fault: cannotHold(home, locked.error.because) });
  const by = holderIn(locked.error.by);
  return bad({ is: "held", by, fault: held(home, by) });
}

/** The home of a server that has given us a descriptor of its lock. */
export function shareHome(home: Home, fd: number, nowMs: number): HeldHome {
  return heldHome(home, sharedLock(fd), { role: "server", pid: process.pid, sinceMs: nowMs });
}

function heldHome(home: Home, lock: FileLock, me: Holder): HeldHome {
  const holder = JSON.stringify(me);
  // It is removed in order only: found at a start, it tells of a server that was killed.
  const mark = roomPath(home, "run", "server.json");
  const isServer = me.role === "server";
  const claim = (): void => {
    lock.write(holder);
    if (!isServer) return;
    try {
      writeFileSync(mark, holder, { mode: 0o600 });
    } catch {
      // A full disk: the next start will not know how this one ended, and that is all.
    }
  };
  const fallen = isServer ? readHolder(mark) : undefined;
  claim();
  return {
    fd: lock.fd,
    fallen,
    claim,
    tellEnding: () => lock.write(JSON.stringify({ ...me, ending: true } satisfies Holder)),
    leave: () => lock.leave(),
    release() {
      if (isServer) rmSync(mark, { force: true });
      lock.release();
    },
  };
}

function held(home: Home, by: Holder | undefined): Fault {
  const attempted = `Cannot take the home ${home.root}`;
  const [who, remedy] = wordsFor(by);
  return fault(about("home", home.root), attempted, `${who} has it`, remedy);
}

function wordsFor(by: Holder | undefined): readonly [who: string, remedy: string] {
  if (by === undefined) return ["another process", "See how it is: inetsrv status"];
  if (by.role === "command")
    return [
      `a command that changes it (process ${by.pid})`,
      `Wait until it has ended; if it hangs, end it: kill ${by.pid}`,
    ];
  if (by.ending)
    return [
      `a server that is ending (process ${by.pid}) still`,
      "Wait for its end, and see what it waits for: inetsrv down",
    ];
  return [`a running server (process ${by.pid})`, "See how it is: inetsrv status. End it first: inetsrv down"];
}

const cannotHold = (home: Home, because: string): Fault =>
  fault(
    about("home", home.root),
    `Cannot take the home ${home.root}`,
    because,
    "Run this as the owner of the home, and see that its disk can be written",
  );

/** Something else lies where a folder is to be. */
const isInTheWay = (error: unknown): boolean => (error as NodeJS.ErrnoException).code === "EEXIST";

const inTheWay = (home: Home): Fault =>
  fault(
    about("home", home.root),
    `Cannot take the home ${home.root}`,
    `what lies at ${roomPath(home, "run")} is no folder`,
    "Move it away; the folder is made anew",
  );

function readHolder(path: string): Holder | undefined {
  try {
    return holderIn(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

function holderIn(text: string): Holder | undefined {
  try {
    const given: unknown = JSON.parse(text);
    return isObject(given) && (given.role === "server" || given.role === "command") && Number.isSafeInteger(given.pid)
      ? (given as unknown as Holder)
      : undefined;
  } catch {
    return undefined;
  }
}
