import { expect, test } from "bun:test";
import type { Json } from "../base/json.ts";
import { good } from "../base/result.ts";
import type { SiteOrder, SupervisorMessage } from "../ipc/messages.ts";
import { ErrandDesk } from "./errand-desk.ts";

const order: SiteOrder = {
  name: "a",
  path: "smtp/sites/a",
  revision: 1,
  values: {},
  below: {},
  secrets: {},
  routes: [],
  paused: false,
};
const errand = { errand: "test", order, given: { to: "x" } };

function rig() {
  const desk = new ErrandDesk();
  const sent: SupervisorMessage[] = [];
  const worker = { pid: 7, send: (it: SupervisorMessage) => void sent.push(it) };
  const steps: Json[] = [];
  const leaving = new AbortController();
  const follower = { tell: (it: Json) => void steps.push(it), gone: leaving.signal };
  return { desk, sent, worker, steps, leaving, begin: () => desk.begin(worker, errand, follower) };
}
const step = (id: number, n: number) => ({ name: "worker.errand.step", id, step: { n } }) as const;

test("steps go to who follows, and the end is the answer", async () => {
  const { desk, sent, worker, steps, begin } = rig();
  const answer = begin();
  expect(sent).toEqual([{ name: "supervisor.errand.begin", id: 1, ...errand }]);
  desk.heard(worker, step(1, 1));
  desk.heard(worker, step(1, 2));
  desk.heard(worker, { name: "worker.errand.end", id: 1, answer: { taken: true }, because: "" });
  desk.heard(worker, step(1, 3));
  expect(await answer).toEqual(good({ taken: true }));
  expect(steps).toEqual([{ n: 1 }, { n: 2 }]);
});

test("what another process says of it counts for nothing", async () => {
  const { desk, worker, steps, begin } = rig();
  const answer = begin();
  desk.heard({ pid: 8 }, step(1, 1));
  desk.heard({ pid: 8 }, { name: "worker.errand.end", id: 1, answer: {}, because: "" });
  desk.gone(8);
  desk.heard(worker, { name: "worker.errand.end", id: 1, answer: null, because: "There is no x" });
  expect(await answer).toMatchObject({ ok: false, error: { reason: "wrong", sentence: "There is no x" } });
  expect(steps).toEqual([]);
});

test("when its process ends it is over", async () => {
  const { desk, begin } = rig();
  const answer = begin();
  desk.gone(7);
  expect(await answer).toMatchObject({ ok: false, error: { reason: "unavailable" } });
});

test("when nobody follows it any more its process is told once", async () => {
  const { desk, sent, worker, leaving, begin } = rig();
  const answer = begin();
  leaving.abort();
  expect(sent.at(-1)).toEqual({ name: "supervisor.errand.drop", id: 1 });
  desk.heard(worker, { name: "worker.errand.end", id: 1, answer: {}, because: "" });
  await answer;
  expect(sent).toHaveLength(2);
});

test("there are only so many at a time, and each has only so many steps", async () => {
  const { desk, sent, worker, steps, begin } = rig();
  const first = begin();
  for (let more = 1; more < 16; more++) void begin();
  expect(await begin()).toMatchObject({ ok: false, error: { reason: "conflict" } });
  for (let n = 0; n < 6000; n++) desk.heard(worker, step(1, n));
  expect(await first).toMatchObject({ ok: false, error: { reason: "unavailable" } });
  expect(steps).toHaveLength(5000);
  expect(sent.at(-1)).toEqual({ name: "supervisor.errand.drop", id: 1 });
});
