// One at a time among processes: a file that exists while work is done, with the numbers of the processes that do it.
// It outlives processes that were killed, so whoever waits looks whether one of them still lives.
import { appendFileSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";

const POLL_MS = 200;
const OLD_MS = 15 * 60_000; // longer than any install; by now the numbers may belong to others

/**
 * Runs `work(share)` alone among all that use the same file. `share(pid)` adds a process that does the work for
 * us and may outlive us. `onWait(pids)` is told once when another is at it.
 */
export async function withLock(path, onWait, work) {
  let waited = false;
  while (!take(path)) {
    const holders = livingHolders(path);
    if (holders === undefined) continue;
    if (!waited) onWait(holders);
    waited = true;
    await wait(POLL_MS);
  }
  const release = () => rmSync(path, { force: true });
  process.once("exit", release);
  try {
    return await work((pid) => appendFileSync(path, ` ${pid}`));
  } finally {
    process.off("exit", release);
    release();
  }
}

function take(path) {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code === "EEXIST") return false;
    throw error;
  }
}

/** Who holds the lock; undefined when it is free again, because they let go or are no more. */
function livingHolders(path) {
  let text;
  try {
    text = readFileSync(path, "utf8");
    const holders = text.split(" ").filter((pid) => pid === "" || lives(Number(pid)));
    if (holders.length > 0 && Date.now() - statSync(path).mtimeMs < OLD_MS) return holders.join(", ");
    const aside = `${path}.${process.pid}`;
    renameSync(path, aside);
    // Another one may have cleared the old lock and taken a new one since we read it: that one goes back.
    if (readFileSync(aside, "utf8") === text) rmSync(aside);
    else renameSync(aside, path);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  return undefined;
}

function lives(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM"; // there, but another user's
  }
}
