// Two spools on one folder, as two processes have them: what one changes the other hears of.
import { expect, test } from "bun:test";
import { makeRig, put } from "./testing/rig.ts";

const LOOK_MS = 100;

test("what another changes right after somebody began to wait is heard of, and nothing is heard without a change", async () => {
  await using rig = makeRig();
  const [spool, other] = [await rig.open(), await rig.open()];
  let heard = 0;
  /** A look at the queue is over when something that was asked after it is answered. */
  const look = async () => {
    rig.clock.advance(LOOK_MS);
    await spool.summary();
    return heard;
  };
  const stop = spool.onChange(() => heard++);
  await put(other);
  expect([await look(), await look()]).toEqual([1, 1]);
  await put(other);
  expect(await look()).toBe(2);
  stop();
  await put(other);
  spool.onChange(() => heard++);
  expect(await look()).toBe(3);
});
