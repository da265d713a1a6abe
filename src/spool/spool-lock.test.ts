// One deliverer: who has the lock, who waits for it, and who gets it when a process ends in any way.
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { expectGood } from "../base/result.ts";
import { delivererLock, useLock } from "./spool-lock.ts";

const within = async (run: (folder: string) => Promise<void>) => {
  const folder = mkdtempSync(join(tmpdir(), "lock-"));
  await run(folder).finally(() => rmSync(folder, { recursive: true }));
};

test("one delivers, the next waits and takes over when it has ended", () =>
  within(async (folder) => {
    const clock = new ManualClock();
    const first = expectGood(delivererLock(folder, clock).take());
    const second = delivererLock(folder, clock);
    const refused = second.take();
    expect(refused.ok ? "taken" : refused.error.is).toBe("held");
    const waiting = second.wait(new AbortController().signal);
    clock.advance(1000);
    first.release();
    clock.advance(250);
    const taken = await waiting;
    expect(delivererLock(folder, clock).take().ok).toBe(false);
    taken?.release();
    expect(delivererLock(folder, clock).take().ok).toBe(true);
  }));

test("waiting ends when it is called off", () =>
  within(async (folder) => {
    const clock = new ManualClock();
    const held = expectGood(delivererLock(folder, clock).take());
    const off = new AbortController();
    const waiting = delivererLock(folder, clock).wait(off.signal);
    off.abort();
    expect(await waiting).toBeUndefined();
    held.release();
    clock.advance(1000);
    expect(delivererLock(folder, clock).take().ok).toBe(true);
  }));

test("the lock of a process that was killed is free", () =>
  within(async (folder) => {
    const script = `import { takeLock } from ${JSON.stringify(join(import.meta.dir, "spool-lock.ts"))};
      globalThis.held = takeLock(${JSON.stringify(join(folder, "deliverer.lock"))}, "alone");
      console.log(globalThis.held.ok); setInterval(() => {}, 1000);`;
    const child = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe" });
    const { value } = await child.stdout.getReader().read();
    expect(Buffer.from(value ?? []).toString()).toBe("true\n");
    expect(delivererLock(folder, new ManualClock()).take().ok).toBe(false);
    child.kill("SIGKILL");
    await child.exited;
    expect(delivererLock(folder, new ManualClock()).take().ok).toBe(true);
  }));

test("many have it open together, and nobody alone meanwhile", () =>
  within(async (folder) => {
    const both = [expectGood(useLock(folder, "shared")), expectGood(useLock(folder, "shared"))];
    expect(useLock(folder, "alone").ok).toBe(false);
    for (const it of both) it.release();
    const alone = expectGood(useLock(folder, "alone"));
    expect(useLock(folder, "shared").ok).toBe(false);
    alone.release();
  }));

test("to ask for a lock that this process has already gives up nothing", () =>
  within(async (folder) => {
    const held = expectGood(useLock(folder, "shared"));
    expectGood(useLock(folder, "shared")).release();
    const script = `import { useLock } from ${JSON.stringify(join(import.meta.dir, "spool-lock.ts"))};
      console.log(useLock(${JSON.stringify(folder)}, "alone").ok);`;
    const { stdout } = Bun.spawnSync([process.execPath, "-e", script]);
    expect(stdout.toString()).toBe("false\n");
    held.release();
  }));
