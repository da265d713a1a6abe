// Runs one program in our place: hands signals on exactly once, and ends as it ended. It knows nothing of what runs.
import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { constants } from "node:os";

/** Those that a terminal itself sends to every process of the group in front. */
const fromKeyboard = ["SIGINT", "SIGQUIT"];
const relayed = [...fromKeyboard, "SIGTERM", "SIGHUP"];
const ORPHAN_POLL_MS = 500;

/** How the program ended: `{ code, signal }`, or `{ error }` when it could not be started. */
export function runChild(file, args, options, onStart = (_pid) => {}) {
  return new Promise((resolve) => {
    // Listening begins first: a signal in between would end us and leave the child alone. The handlers run later.
    const relay = (signal) => {
      if (!(fromKeyboard.includes(signal) && terminalSignalsUs())) child.kill(signal);
    };
    for (const signal of relayed) process.on(signal, relay);
    const child = spawn(file, args, options);
    if (child.pid !== undefined) onStart(child.pid);
    const forgetParent = onLostParent(() => child.kill("SIGTERM"));
    const done = (end) => {
      for (const signal of relayed) process.off(signal, relay);
      forgetParent();
      resolve(end);
    };
    child.once("error", (error) => done({ error }));
    child.once("exit", (code, signal) => done({ code, signal }));
  });
}

/** Ends this process as the other ended, by signal where it was one: a shell stops its script only then. */
export function endLike({ code, signal }) {
  if (signal === null) process.exit(code);
  process.kill(process.pid, signal);
  // Reached only with a signal that does not end us, which needs an answer all the same.
  return new Promise(() => setTimeout(() => process.exit(128 + constants.signals[signal]), 1000));
}

/**
 * Is our group the one in front of a terminal? Then Ctrl-C has reached the child without us, and npm above us hands
 * us a second one: passing any of them on would be heard as impatience. In every other place (a service manager, a
 * job in the background, a pipe in CI) no keyboard can be the sender, so the signal was meant for us and is handed on.
 * Left over is `kill -INT` of us alone from another terminal: not to be told from a key, so it is taken for one;
 * SIGTERM always arrives.
 */
function terminalSignalsUs() {
  if (process.platform === "win32") return true; // the console sends Ctrl-C to all; kill() there would end, not ask
  const [group, inFront] = process.platform === "linux" ? groupsFromProc() : groupsFromPs();
  return inFront !== undefined && group === inFront;
}

function groupsFromProc() {
  const stat = readFileSync("/proc/self/stat", "utf8"); // system path
  // The name in parentheses may hold anything; after it: state, parent, group, session, terminal, group in front.
  const [, , group, , , inFront] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return [group, inFront];
}

function groupsFromPs() {
  const { stdout } = spawnSync("ps", ["-o", "pgid=,tpgid=", "-p", String(process.pid)], { encoding: "utf8" });
  return (stdout ?? "").trim().split(/\s+/);
}

/** npm hands SIGTERM to its shell, which ends and tells nobody. Under npm the loss of the parent is that signal. */
function onLostParent(call) {
  if (process.env.npm_lifecycle_event === undefined) return () => {};
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    call();
  }, ORPHAN_POLL_MS);
  return () => clearInterval(timer);
}
