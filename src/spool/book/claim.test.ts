// Whatever is in the queue and however little is asked for at a time: everything due is claimed once, nothing before its
// time, and no source waits for more than one message of each other.
import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { memorySpool } from "../memory-spool.ts";
import type { priorities } from "../message.ts";
import { claimed, names, put, recipient, wish } from "../testing/rig.ts";

const letters = (...from: readonly string[]) => fc.constantFrom(...from);
const queued = fc.record({
  client: letters("a", "b", "c", "d"),
  priority: letters("urgent", "normal", "bulk") as fc.Arbitrary<(typeof priorities)[number]>,
  to: fc.array(fc.record({ domain: letters("x.example", "y.example", "z.example"), due: fc.nat({ max: 4 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
});
const wishes = fc.record({
  messagesMax: fc.integer({ min: 1, max: 5 }),
  perDestinationMax: fc.integer({ min: 1, max: 3 }),
  recipientsMax: fc.integer({ min: 1, max: 3 }),
});

test("everything is claimed once, and nothing before it is due", () =>
  fc.assert(
    fc.asyncProperty(fc.array(queued, { maxLength: 12 }), wishes, async (messages, limits) => {
      const spool = memorySpool({ clock: new ManualClock(0), names: names() });
      const dueMs = new Map<string, number>();
      for (const { client, priority, to } of messages) {
        const all = to.map(({ domain, due }, n) => recipient(`r${n}@${domain}`, { dueMs: due * 10 }));
        const id = await put(spool, { to: all, source: { client }, priority });
        for (const [n, { due }] of to.entries()) dueMs.set(`${id} ${n}`, due * 10);
      }
      const seen = new Map<string, number>();
      let inVain = 0;
      for (let nowMs = 0; ; ) {
        const { claims, nextMs } = expectGood(await spool.claim(wish(nowMs, limits)));
        for (const it of claims)
          for (const { index } of it.recipients) {
            const key = `${it.id} ${index}`;
            expect([key, seen.has(key), (dueMs.get(key) ?? Infinity) <= nowMs]).toEqual([key, false, true]);
            seen.set(key, nowMs);
          }
        if (nextMs === null) break;
        inVain = claims.length > 0 || nextMs > nowMs ? 0 : inVain + 1;
        expect(inVain).toBeLessThanOrEqual(3); // at most once for each destination
        nowMs = Math.max(nowMs, nextMs);
      }
      expect(seen).toEqual(dueMs as never); // each at the very time it was due
      await spool.close();
    }),
    { numRuns: 150 },
  ));

test("a source with one message waits for one of each other, however many they have", async () => {
  const spool = memorySpool({ clock: new ManualClock(0), names: names() });
  for (let n = 0; n < 50; n++) await put(spool, { source: { client: "newsletter" } });
  await put(spool, { source: { client: "shop" } });
  await put(spool, { source: { client: "erp" } });
  const turns = [];
  for (let n = 0; n < 4; n++) turns.push((await claimed(spool, 0, { messagesMax: 1 }))[0]?.source.client);
  expect(turns.sort()).toEqual(["erp", "newsletter", "newsletter", "shop"]);
  await spool.close();
});
