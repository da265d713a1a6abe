// A deliverer that begins while the spool cannot answer: what the one before it left is taken up all the same.
import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { bad } from "../../base/result.ts";
import { memorySpool } from "../../spool/memory-spool.ts";
import type { MailSpool } from "../../spool/spool.ts";
import { claimed, names, put, recipient } from "../../spool/testing/rig.ts";
import { trouble } from "../../spool/trouble.ts";
import { deliverRig, policyOf, storyOf } from "./testing/deliver-rig.ts";
import { openSink } from "./testing/sink.ts";

/** A message that a deliverer had under way when it died; the spool does not say so until the test lets it. */
async function left() {
  const clock = new ManualClock(1_000_000);
  const spool = memorySpool({ clock, names: names() });
  const id = await put(spool, { to: [recipient("anna@example.org", { destination: "smarthost:default" })] });
  await claimed(spool, clock.wallMs());
  const takeOver = spool.takeOver.bind(spool);
  const asked = { times: 0, answers: false, claims: 0 };
  const claim = spool.claim.bind(spool);
  const stubborn: Pick<MailSpool, "takeOver" | "claim"> = {
    async takeOver(atMs) {
      asked.times++;
      return asked.answers ? takeOver(atMs) : bad(trouble("full", "the disk is full"));
    },
    claim(wish) {
      asked.claims++;
      return claim(wish);
    },
  };
  return { clock, id, asked, spool: Object.assign(spool, stubborn) };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test("It is asked for every five seconds, told once, and nothing is claimed before it is there", async () => {
  const { clock, spool, id, asked } = await left();
  await using sink = await openSink();
  await using rig = await deliverRig({ clock, spool, policy: policyOf({ smartHost: `[127.0.0.1]:${sink.port}` }) });
  const other = await rig.put({ to: [recipient("ben@example.org", { destination: "smarthost:default" })] });
  for (let turn = 0; turn < 4; turn++) {
    clock.advance(5000);
    await settled();
  }
  expect(asked).toMatchObject({ times: 5, claims: 0 });
  expect(rig.events.map((it) => it.number)).toEqual([6057]);
  asked.answers = true;
  clock.advance(5000);
  await settled();
  clock.advance(0);
  await sink.received(2);
  for (const it of [id, other]) expect((await rig.tried(it, 0)).recipients[0]?.status).toBe("delivered");
  expect((await storyOf(spool, id)).happenings.map((it) => it.what)).toEqual(["interrupted", "delivered"]);
  clock.advance(60_000);
  await settled();
  expect(asked.times).toBe(6);
});

test("After the end nothing is asked for any more", async () => {
  const { clock, spool, asked } = await left();
  const rig = await deliverRig({ clock, spool });
  await rig.deliverer.close(0);
  asked.answers = true;
  clock.advance(60_000);
  await settled();
  expect(asked).toMatchObject({ times: 1, claims: 0 });
});
