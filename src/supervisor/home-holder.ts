// Who has a home: one server, or one command that changes it while no server runs. The lock is the kernel's and ends
// with its process in any way; the words in it only tell who holds it.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Clock } from "../base/clock.ts";
import { about, type Fault, fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { isObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import { messageOf } from "../base/thrown.ts";
import { lockFile } from "../net/system/home-lock.ts";

export interface Holder {
  readonly role: "server" | "command";
  readonly pid: number;
  readonly sinceMs: number;
  /** It was told to end. */
  readonly ending?: true;
}

export interface HeldHome {
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
  if (locked.ok) {
    const me: Holder = { role, pid: process.pid, sinceMs: nowMs };
    const holder = JSON.stringify(me);
    locked.value.write(holder);
    const tellEnding = () => locked.value.write(JSON.stringify({ ...me, ending: true } satisfies Holder));
    if (role === "command") return good({ fallen: undefined, tellEnding, release: () => locked.value.release() });
    // It is removed in order only: found at a start, it tells of a server that was killed.
    const mark = roomPath(home, "run", "server.json");
    const fallen = readHolder(mark);
    try {
      writeFileSync(mark, holder, { mode: 0o600 });
    } catch {
      // A full disk: the next start will not know how this one ended, and that is all.
    }
    return good({
      fallen,
      tellEnding,
      release() {
        rmSync(mark, { force: true });
        locked.value.release();
      },
    });
  }
  if (locked.error.kind === "failed") return bad({ is: "broken", fault: cannotHold(home, locked.error.because) });
  const by = holderIn(locked.error.by);
  return bad({ is: "held", by, fault: held(home, by) });
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
