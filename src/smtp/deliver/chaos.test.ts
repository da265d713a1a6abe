// Servers that do anything at any moment, from a seed: whatever they do, no message is lost, and none arrives twice unless
// its story says that it may.
import { expect, test } from "bun:test";
import { seeded } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { recipient } from "../../spool/testing/rig.ts";
import { deliverRig, policyOf, storyOf } from "./testing/deliver-rig.ts";
import { openSink } from "./testing/sink.ts";

const MESSAGES = 25;
/** Eleven once made an empty message, by a refusal of RSET. */
const seeds = [3, 7, 11, 12];
const moods = ["close", "421 4.3.2 Busy", "451 4.3.0 Later", "550 5.7.1 No", "nonsense", "250 2.0.0 Yes"] as const;

for (const seed of seeds)
  test(`Nothing is lost with seed ${seed}`, async () => {
    const random = seeded(seed);
    const badness = 0.02 + random() * 0.2;
    await using sink = await openSink({
      behave: () => (random() < badness ? moods[Math.floor(random() * moods.length)] : undefined),
    });
    const policy = policyOf({
      smartHost: `[127.0.0.1]:${sink.port}`,
      remoteTimeout: "2s",
      outConnectionsPerDomain: 1 + Math.floor(random() * 5),
      outMessagesPerConnection: 1 + Math.floor(random() * 8),
    });
    await using rig = await deliverRig({ policy });
    const ids: string[] = [];
    for (let n = 0; n < MESSAGES; n++) {
      const to = [`one${n}@example.org`, `two${n}@example.org`].map((it) =>
        recipient(it, { destination: "smarthost:default" }),
      );
      ids.push(await rig.put({ to, sender: "" }, `Subject: ${n}\r\n\r\n.${n}\r\n`));
    }
    while (expectGood(await rig.spool.count({})).recipients > 0) {
      expectGood(await rig.spool.order({ filter: {}, what: { is: "retry" }, who: "the test", atMs: Date.now() }));
      await new Promise((resolve) => setImmediate(resolve)); // sockets get their turn
    }
    for (const [n, id] of ids.entries()) {
      const { recipients, happenings } = await storyOf(rig.spool, id);
      for (const it of recipients) {
        const arrived = sink.messages.filter(({ to }) => to.includes(it.address));
        for (const { text } of arrived) expect(text).toBe(`Subject: ${n}\r\n\r\n.${n}\r\n`);
        const doubts = happenings.filter(({ recipient: index, what, text }) => {
          const isUnanswered = /broke|closed|no reply|nonsense/i.test(text);
          return index === it.index && what === "deferred" && isUnanswered;
        });
        if (it.status === "delivered") expect(arrived.length).toBeGreaterThanOrEqual(1);
        expect(arrived.length).toBeLessThanOrEqual(1 + doubts.length);
        if (it.status === "failed") expect(it.reply).toContain("550");
      }
    }
    const failed = expectGood(await rig.spool.find({ status: ["failed"] }, { limit: 1000 })).map((it) => it.address);
    expect(rig.badmail.flatMap((it) => it.recipients).sort()).toEqual(failed.sort());
  }, 20_000);
