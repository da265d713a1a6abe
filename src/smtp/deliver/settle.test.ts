import { expect, test } from "bun:test";
import { usualSchedule } from "../../proto/smtp/message/schedule.ts";
import { say } from "../../proto/smtp/reply.ts";
import type { MessageHead, Recipient } from "../../spool/message.ts";
import { type Fate, settle, troubleFate } from "./settle.ts";

const HOUR_MS = 3_600_000;
const message = { id: "m1", receivedMs: 0 } as MessageHead;
const anna: Recipient = {
  index: 0,
  address: "anna@example.org",
  destination: "example.org",
  status: "claimed",
  dueMs: 0,
  attempts: 0,
  reply: "",
  notify: null,
  orcpt: null,
  delayTold: false,
  uncertain: false,
};
const at = (nowMs: number, restsUntilMs?: number) => ({ schedule: usualSchedule, nowMs, chance: 0, restsUntilMs });
const later = troubleFate({ from: "server", reply: say(450, "4.2.0", "Later") });
const never = troubleFate({ from: "server", reply: say(550, "5.1.1", "No such user") });
const taken: Fate = { is: "delivered", words: "250 OK", here: false, keepsDsn: false };
const outcome = (fate: Fate, more: Partial<Recipient> = {}, moment = at(0)) => {
  const { attempt, told, status } = settle(message, { ...anna, ...more }, "mx", fate, moment);
  return {
    is: attempt.outcome.is,
    untilMs: "untilMs" in attempt.outcome ? attempt.outcome.untilMs : undefined,
    told,
    status,
  };
};

test("What fails for now is tried in a minute three times, then after 15, 30, 60 and 240 minutes", () => {
  const pauses = [0, 1, 2, 3, 4, 5, 6, 7].map((attempts) => (outcome(later, { attempts }).untilMs ?? 0) / 60_000);
  expect(pauses).toEqual([1, 1, 1, 15, 30, 60, 240, 240]);
});

test("While its destination rests it waits for the end of the rest, whatever its own count says", () => {
  expect(outcome(later, { attempts: 7 }, at(0, 12_345))).toMatchObject({ is: "deferred", untilMs: 12_345 });
});

test("After twelve hours its sender is told once, and after two days it goes back", () => {
  const told = settle(message, { ...anna, attempts: 9 }, "mx", later, at(12 * HOUR_MS));
  expect(told).toMatchObject({ told: "delayed", attempt: { delayTold: true, outcome: { is: "deferred" } } });
  expect(outcome(later, { attempts: 9, delayTold: true }, at(13 * HOUR_MS)).told).toBeUndefined();
  expect(outcome(later, { attempts: 9 }, at(48 * HOUR_MS))).toMatchObject({
    is: "failed",
    told: "failed",
    status: "5.4.7",
  });
});

test("It is looked at again in time to be told of, or to be given up", () => {
  expect(outcome(later, { attempts: 9 }, at(10 * HOUR_MS)).untilMs).toBe(12 * HOUR_MS);
  expect(outcome(later, { attempts: 9, delayTold: true }, at(47 * HOUR_MS)).untilMs).toBe(48 * HOUR_MS);
});

test("What a sender wants to hear is what is told", () => {
  expect(outcome(never).told).toBe("failed");
  expect(outcome(never, { notify: "NEVER" })).toMatchObject({ is: "failed", told: undefined });
  expect(outcome(never, { notify: "DELAY" }).told).toBeUndefined();
  expect(outcome(later, { notify: "FAILURE" }, at(12 * HOUR_MS)).told).toBeUndefined();
  expect(outcome(taken).told).toBeUndefined();
  expect(outcome(taken, { notify: "SUCCESS" }).told).toBe("relayed");
  expect(outcome({ ...taken, keepsDsn: true }, { notify: "SUCCESS" }).told).toBeUndefined();
  expect(outcome({ ...taken, here: true }, { notify: "SUCCESS,FAILURE" }).told).toBe("delivered");
});

test("What may have arrived is marked so", () => {
  const lost = troubleFate({ from: "connection", reply: say(421, "4.4.2", "Gone") }, true);
  expect(settle(message, anna, "mx", lost, at(0)).attempt.uncertain).toBe(true);
});
