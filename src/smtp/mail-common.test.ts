import { expect, test } from "bun:test";
import { ManualClock, seeded } from "../base/clock.ts";
import { bad, good } from "../base/result.ts";
import { CertificateBook } from "../certificate/certificate-book.ts";
import { reporter } from "../event/event.ts";
import { SiteMetrics } from "../net/metrics/site-metrics.ts";
import { TraceSource } from "../net/trace-id.ts";
import { memorySpool } from "../spool/memory-spool.ts";
import type { SpoolLock } from "../spool/spool-lock.ts";
import { type Trouble, trouble, troubleFault } from "../spool/trouble.ts";
import { siteFrom } from "./accept/testing/rig.ts";
import type { OpenDeliverer } from "./deliverer.ts";
import { MailCommon } from "./mail-common.ts";
import { mailMetrics } from "./metrics.ts";

/** A lock that is free when the test says so. */
class Lock {
  readonly freed = Promise.withResolvers<SpoolLock>();
  released = false;

  free(): void {
    const release = (): void => {
      this.released = true;
    };
    this.freed.resolve({ release });
  }

  readonly ask = () => ({
    take: () => bad(trouble("held", "another has it")),
    wait: (signal: AbortSignal) => {
      const aborted = new Promise<undefined>((resolve) => signal.addEventListener("abort", () => resolve(undefined)));
      return Promise.race([this.freed.promise, aborted]);
    },
  });
}

async function rig({ lack }: { readonly lack?: Trouble["is"] } = {}) {
  const clock = new ManualClock();
  const events: number[] = [];
  const told: string[] = [];
  const lock = new Lock();
  const spool = memorySpool({ clock, names: new TraceSource(clock, seeded(1)) });
  const missing = troubleFault(trouble(lack ?? "failed", "the disk is gone"), "Cannot open the mail spool", "spool");
  const deliver: OpenDeliverer = async () => ({
    follow: ({ name, hostName }) => told.push(`follow ${name} ${hostName}`),
    forget: (name) => told.push(`forget ${name}`),
    settle: ({ historyAge }) => told.push(`settle ${historyAge}`),
    close: async (limitMs) => void told.push(`close ${limitMs}`),
  });
  const world = {
    home: { root: "home", from: "--home" },
    clock,
    report: reporter(
      "smtp",
      () => 0,
      ({ number }) => events.push(number),
    ),
    metrics: new SiteMetrics("", mailMetrics.end, () => {}),
    certificates: new CertificateBook(clock),
  } as const;
  const common = await MailCommon.open(world, {
    folder: "spool",
    openSpool: async () => (lack === undefined ? good(spool) : bad(missing)),
    lock: lock.ask,
    deliver,
  });
  return { common, lock, told, events, spool };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("nobody delivers until the lock is free; then whoever has it is told of every site", async () => {
  const { common, lock, told } = await rig();
  common.follow(siteFrom());
  await settled();
  expect(told).toEqual([]);
  lock.free();
  await settled();
  expect(told).toEqual(["follow default mail.example"]);
  await common.close(0);
});

test("a site that was replaced is followed anew, and its old self is not forgotten with the new one", async () => {
  const { common, lock, told } = await rig();
  lock.free();
  await settled();
  const [old, changed] = [siteFrom(), siteFrom({ settings: { fullyQualifiedName: "new.example" } })];
  common.follow(old);
  common.follow(changed);
  common.forget(old);
  expect(common.sites.get("default")).toBe(changed);
  common.forget(changed);
  expect(told).toEqual(["follow default mail.example", "follow default new.example", "forget default"]);
  await common.close(0);
});

test("how the queue is to be kept is told to whoever delivers, whenever that begins", async () => {
  const { common, lock, told } = await rig();
  common.settle({ historyAge: 1 });
  common.settle({ historyAge: 2 });
  lock.free();
  await settled();
  common.settle({ historyAge: 3 });
  expect(told).toEqual(["settle 2", "settle 3"]);
  await common.close(0);
});

test("at the end delivering comes to its end before the lock is let go, and the spool is closed last", async () => {
  const { common, lock, told, spool } = await rig();
  lock.free();
  await settled();
  await common.close(5000);
  expect([told, lock.released]).toEqual([["close 5000"], true]);
  expect((await spool.summary()).ok).toBe(false);
});

test("one that never had the lock ends without it", async () => {
  const { common, lock, told } = await rig();
  await common.close(5000);
  expect([told, lock.released]).toEqual([[], false]);
});

test("a spool that cannot be opened is told once, by what keeps it shut, and is a fault of every site", async () => {
  const numbers = { failed: 6003, damaged: 6003, denied: 6004, "read-only": 6004, full: 6005, newer: 6006 } as const;
  for (const [lack, number] of Object.entries(numbers)) {
    const { common, events } = await rig({ lack: lack as keyof typeof numbers });
    expect([events, common.faults.map((it) => it.because)]).toEqual([[number], ["the disk is gone"]]);
    await common.close(0);
    expect(common.spool.ok).toBe(false);
  }
});
