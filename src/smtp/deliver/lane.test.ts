import { expect, test } from "bun:test";
import { ManualClock } from "../../base/clock.ts";
import { usualSchedule } from "../../proto/smtp/message/schedule.ts";
import { say } from "../../proto/smtp/reply.ts";
import type { Claim } from "../../spool/spool.ts";
import { Lane } from "./lane.ts";
import { troubleFate } from "./settle.ts";
import type { Work } from "./work.ts";

const away = troubleFate({ from: "connection", reply: say(421, "4.4.2", "Away") }) as Parameters<Lane["failed"]>[3];
const work = (name: string): Work => ({ claim: { id: name } }) as unknown as Work;
const claim = (dueMs: number, attempts = 1): Claim =>
  ({ receivedMs: 0, recipients: [{ attempts, dueMs }] }) as unknown as Claim;

function lane(connectionsMax = 2) {
  const clock = new ManualClock(1000);
  const it = new Lane("example.org", clock);
  it.follow(connectionsMax, null);
  return { clock, it };
}

test("Work is handed out in its order, to whoever waits, and what came back comes first", async () => {
  const { it } = lane();
  it.put(work("one"));
  it.put(work("two"));
  expect((await it.next())?.claim.id).toBe("one");
  it.putBack(work("again"));
  expect((await it.next())?.claim.id).toBe("again");
  const waiting = [it.next(), it.next()];
  it.put(work("three"));
  expect((await waiting[0])?.claim.id).toBe("two");
  expect((await waiting[1])?.claim.id).toBe("three");
});

test("Who waits for a while without work is told that there is none", async () => {
  const { it, clock } = lane();
  const waiting = it.next();
  clock.advance(3000);
  expect(await waiting).toBeUndefined();
  it.put(work("one"));
  expect(it.waiting).toBe(1);
});

test("Each failure makes the rest longer, and mail that is taken ends it", () => {
  const { it, clock } = lane();
  const rests = Array.from({ length: 5 }, () => it.failed(usualSchedule, 0, "", away).untilMs - clock.wallMs());
  expect(rests.map((ms) => ms / 60_000)).toEqual([1, 1, 1, 15, 30]);
  expect(it.isResting).toBe(true);
  expect(it.wantsCourier).toBe(false);
  expect(it.succeeded()).toBe(5);
  expect(it.isResting).toBe(false);
});

test("A rest is over when its time is", () => {
  const { it, clock } = lane();
  it.failed(usualSchedule, 0, "", away);
  it.put(work("one"));
  clock.advance(60_000);
  expect(it.isResting).toBe(false);
  expect(it.wantsCourier).toBe(true);
});

test("An order to retry is told from new mail, and from what is due to be told of or given up", () => {
  const { it } = lane();
  const { untilMs } = it.failed(usualSchedule, 0, "", away);
  expect(it.isOrdered(claim(1000), usualSchedule)).toBe(true);
  expect(it.isOrdered(claim(untilMs), usualSchedule)).toBe(false);
  expect(it.isOrdered(claim(1000, 0), usualSchedule)).toBe(false);
  const soon = { ...usualSchedule, delayNoticeMs: 1000 };
  expect(it.isOrdered(claim(1000), soon)).toBe(false);
});

test("Who is refused one connection more while others go on has that many, and slowly more again", () => {
  const { it } = lane(10);
  expect(it.refusedOneMore()).toBe(false);
  it.open = 3;
  it.couriers = 3;
  expect(it.refusedOneMore()).toBe(true);
  for (let n = 0; n < 50; n++) it.put(work(`${n}`));
  expect(it.wantsCourier).toBe(false);
  for (let n = 0; n < 11; n++) it.succeeded();
  expect(it.wantsCourier).toBe(true);
});

test("A pace holds back what is there, and more connections do not help", async () => {
  const { it, clock } = lane();
  it.follow(2, { count: 1, perMs: 1000 });
  it.put(work("one"));
  it.put(work("two"));
  expect((await it.next())?.claim.id).toBe("one");
  const waiting = it.next();
  expect(it.wantsCourier).toBe(false);
  clock.advance(1000);
  expect((await waiting)?.claim.id).toBe("two");
});

test("When it is emptied, nobody waits any more", async () => {
  const { it } = lane();
  const waiting = it.next();
  expect(it.empty()).toEqual([]);
  expect(await waiting).toBeUndefined();
});
