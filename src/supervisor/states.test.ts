import { expect, test } from "bun:test";
import fc from "fast-check";
import { ManualClock } from "../base/clock.ts";
import { BackOff, standardRules } from "./back-off.ts";
import { type Duties, Life } from "./life.ts";
import { lifeEvents, next, type State, serves, states } from "./states.ts";

const walk = (from: State, ...events: readonly (typeof lifeEvents)[number][]): State =>
  events.reduce((state, event) => next(state, event).to, from);

test("a service starts, serves, drains and stops", () => {
  expect(walk("stopped", "start", "ready")).toBe("running");
  expect(walk("running", "stop")).toBe("draining");
  expect(walk("draining", "drained")).toBe("stopped");
  expect(next("stopped", "start").actions).toEqual(["open"]);
  expect(next("running", "stop").actions).toEqual(["close"]);
});

test("a start while it runs and a stop while it stops change nothing", () => {
  expect(next("running", "start")).toEqual({ to: "running", actions: [] });
  expect(next("draining", "stop").to).toBe("draining");
});

test("whatever happens, a stop and its end lead to stopped, and a start and ready lead to serving", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...lifeEvents), { maxLength: 30 }), (events) => {
      const state = walk("stopped", ...events);
      expect(walk(state, "stop", "drained")).toBe("stopped");
      expect(serves(walk(state, "stop", "drained", "start", "ready"))).toBe(true);
    }),
  );
});

test("whenever something is open and the state leaves it, it is closed or abandoned first", () => {
  const open = new Set<State>(["starting", "running", "degraded", "paused"]);
  for (const state of states)
    for (const event of lifeEvents) {
      const step = next(state, event);
      if (open.has(state) && !open.has(step.to))
        expect(step.actions.some((it) => it === "close" || it === "abandon")).toBe(true);
      if (!open.has(state) && step.to === "starting")
        expect(step.actions.some((it) => it === "open" || it === "reopen")).toBe(true);
    }
});

test("a start during a drain follows when the drain is over, unless a stop comes after it", async () => {
  const done: string[] = [];
  const duty = (name: string) => () => void done.push(name);
  const duties: Duties = {
    open: duty("open"),
    reopen: duty("reopen"),
    close: duty("close"),
    abandon: duty("abandon"),
    pause: duty("pause"),
    continue: duty("continue"),
    "retry-later": duty("retry-later"),
    "probe-later": duty("probe-later"),
    "forget-retry": duty("forget-retry"),
  };
  const life = new Life(new ManualClock(), duties, () => done.push(life.state));
  for (const event of ["start", "ready", "stop", "start", "drained"] as const) life.fire(event);
  await Promise.resolve();
  expect(done).toEqual(["open", "starting", "running", "close", "draining", "stopped", "open", "starting"]);
  for (const event of ["stop", "start", "stop", "drained"] as const) life.fire(event);
  await Promise.resolve();
  expect(life.state).toBe("stopped");
});

test("losses wait longer each time, then are a crash loop that is only probed", () => {
  const backOff = new BackOff();
  const plans = [0, 1000, 3000, 7000, 15_000].map((at) => backOff.lost(at));
  expect(plans.map((it) => it.event)).toEqual(["lost", "lost", "lost", "lost", "looping"]);
  expect(plans.map((it) => it.delayMs)).toEqual([500, 1000, 2000, 4000, standardRules.probeMs]);
  backOff.forget();
  expect(backOff.lost(20_000).event).toBe("lost");
});

test("losses far apart are no crash loop", () => {
  const backOff = new BackOff();
  for (let at = 0; at < 20; at++) expect(backOff.lost(at * standardRules.windowMs).event).toBe("lost");
});
