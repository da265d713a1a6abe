// The life of a server process from the lock of its home to its end: turn by turn, as the home may be given to another
// release and come back. Both beginnings stand here: the ordinary one, and that of a release that takes over.
import { about, type Fault, fault } from "../base/fault.ts";
import { inheritedSockets } from "../net/system/inherited-sockets.ts";
import { refuseRoot } from "./act-as-owner.ts";
import { supervisorEvents } from "./events.ts";
import { lackOfHome, makeHome } from "./home-folders.ts";
import { type HeldHome, holdHomePatiently, shareHome } from "./home-holder.ts";
import { unborrowed } from "./listener-table.ts";
import { Manager } from "./manager.ts";
import type { ServerEnd, ServerHooks, ServerParts } from "./server-parts.ts";
import type { Process } from "./server-process.ts";
import { Signals } from "./signals.ts";
import { Decisions } from "./succession/decisions.ts";
import { takeSockets } from "./succession/hand-over.ts";
import { leaveHome } from "./succession/leave-home.ts";
import { linkToStarter } from "./succession/link.ts";
import { lookForTrial } from "./succession/look-for-trial.ts";
import { StandBy } from "./succession/stand-by.ts";
import { type Beginning, takeTurn } from "./turn.ts";

/** A command that has the home for a moment is waited for so long. */
const COMMANDS_TAKE_MS = 5000;
const BEGIN_LIMIT_MS = 60_000;
/** A release that has got ready waits for the home so long: connections may have to finish first. */
const GIVE_LIMIT_MS = 86_400_000;
/** Given, so that the last message is through. */
const LAST_WORDS_MS = 100;

export async function runServer(parts: ServerParts, hooks: ServerHooks): Promise<ServerEnd> {
  const { home, clock } = parts;
  const lack = lackOfHome(home) ?? refuseRoot(home);
  if (lack !== undefined) {
    hooks.failed(lack);
    return "failed";
  }
  const held = await holdHomePatiently(home, clock, COMMANDS_TAKE_MS);
  if (!held.ok) {
    hooks.failed(held.error.fault);
    return held.error.is === "held" ? "held" : "failed";
  }
  const { fallen } = held.value;
  // Folders that do not matter, such as run/ and cache/, may be missing after a move.
  const folders = makeHome(home);
  const looked = folders.ok ? await lookForTrial(parts, held.value) : folders;
  if (!looked.ok) {
    held.value.release();
    hooks.failed(looked.error);
    return "failed";
  }
  const { trial } = looked.value;
  return reign(newProcess(parts, hooks, looked.value.held), {
    sockets: (report) => inheritedSockets(parts.environment, process.pid, report).map(unborrowed),
    asked: [],
    events: [],
    predecessor: undefined,
    tell(report) {
      if (fallen !== undefined) report(supervisorEvents.fallenServer, about("home", home.root), { pid: fallen.pid });
      trial.tell(report);
    },
    serves: () => trial.settle(),
  });
}

/** A release that was started to take over from the one that serves. */
export async function succeedServer(parts: ServerParts, hooks: ServerHooks): Promise<ServerEnd> {
  const { home, version, clock } = parts;
  const link = linkToStarter();
  const begin = await link?.next(["giver.succession.begin"], BEGIN_LIMIT_MS);
  if (link === undefined || begin === undefined) {
    hooks.failed(byHand);
    return "failed";
  }
  const refuse = async (fault: Fault, when: "before" | "after"): Promise<ServerEnd> => {
    link.send({ name: when === "before" ? "taker.release.refuse" : "taker.home.refuse", fault });
    await Bun.sleep(LAST_WORDS_MS);
    return "failed";
  };
  const attempted = `Cannot activate release ${begin.to}`;
  const wrong = (because: string) =>
    fault(about("release", begin.to), attempted, because, "See: inetsrv release verify");
  if (begin.to !== version) return refuse(wrong(`the program that was started is release ${version}`), "before");
  const lack = lackOfHome(home);
  if (lack !== undefined) return refuse(lack, "before");
  // Read now, when it costs nobody a moment; it throws when a file cannot be read.
  const identity = parts.identity();
  link.send({ name: "taker.release.prepared", version });

  const take = await link.next(["giver.home.take"], GIVE_LIMIT_MS);
  if (take === undefined) return "failed";
  const lock = take.lock === null ? undefined : link.take(take.lock);
  const sockets = takeSockets(link, take);
  if (lock === undefined || !sockets.ok)
    return refuse(wrong(sockets.ok ? "the lock of the home did not come" : sockets.error), "after");
  const { from, to, asked, events, trialMs } = take;
  const own = { ...parts, identity: () => identity };
  return reign(newProcess(own, hooks, shareHome(home, lock, clock.wallMs())), {
    sockets: () => sockets.value,
    asked,
    events,
    predecessor: { link, trial: trialMs === null ? null : { from, to, ms: trialMs } },
    tell() {},
    serves() {},
  });
}

const newProcess = (parts: ServerParts, hooks: ServerHooks, held: HeldHome): Process => ({
  parts,
  hooks,
  held,
  decisions: new Decisions(),
  signals: new Signals(parts.clock),
  manager: new Manager(parts.environment, parts.clock),
  parent: null,
});

async function reign(it: Process, first: Beginning): Promise<ServerEnd> {
  const end = await turns(it, first);
  it.manager.close();
  it.signals.close();
  return end;
}

/** From one turn to the next, until the home is somebody else's or nobody's. */
async function turns(it: Process, first: Beginning): Promise<ServerEnd> {
  let beginning = first;
  for (;;) {
    const end = await takeTurn(it, beginning);
    if (end.is === "ended") {
      it.held.release();
      return "ended";
    }
    if (end.is === "failed") {
      beginning.predecessor?.link.send({ name: "taker.home.refuse", fault: end.fault });
      await Bun.sleep(LAST_WORDS_MS);
      if (beginning.predecessor?.trial) it.held.leave();
      else it.held.release();
      it.hooks.failed(end.fault);
      return "failed";
    }
    if (end.order.is === "return") return { code: await leaveHome(it, end.order.link, end.leaving) };
    const after = await new StandBy(it, end.order.succession, end.leaving).run();
    if (after.is === "over") return { code: after.code };
    if (after.is === "failed") {
      it.held.release();
      it.hooks.failed(after.fault);
      return "failed";
    }
    beginning = after.beginning;
  }
}

const byHand = fault(
  about("command", "succeed"),
  "Cannot take the home over",
  "the server itself starts this, not a person",
  "Type: inetsrv release activate VERSION",
);
