import { expect, test } from "bun:test";
import type { State } from "../states.ts";
import { judgeStart, judgeTrial, LOSSES_MAX } from "./judge-trial.ts";
import type { ServiceHealth } from "./messages.ts";

const smtp = (state: State, site: State = "running", workersLost = 0): ServiceHealth => ({
  name: "smtp",
  state,
  workersLost,
  because: "a cause",
  sites: [{ name: "default", state: site, because: "another cause" }],
});
const before = [smtp("running")];

test("at its start a release must serve every service and site that was served", () => {
  for (const state of ["running", "degraded", "paused"] as const) {
    expect(judgeStart(before, [smtp(state)])).toBeUndefined();
    expect(judgeStart(before, [smtp("running", state)])).toBeUndefined();
  }
  for (const state of ["starting", "backing-off", "failed", "stopped"] as const) {
    const because = `it served before and is ${state} now: `;
    expect(judgeStart(before, [smtp(state)])).toEqual({
      subject: { kind: "service", name: "smtp" },
      because: `${because}a cause`,
    });
    expect(judgeStart(before, [smtp("running", state)])).toEqual({
      subject: { kind: "site", name: "smtp/default" },
      because: `${because}another cause`,
    });
  }
  expect(judgeStart(before, [])?.because).toBe("it served before and is stopped now");
});

test("what did not serve before is no reason to go back", () => {
  for (const state of ["failed", "stopped", "backing-off"] as const) {
    expect(judgeStart([smtp(state)], [smtp("failed")])).toBeUndefined();
    expect(judgeStart([smtp("running", state)], [smtp("running", "failed")])).toBeUndefined();
  }
});

test("later what an operator stops or removes is none either, and what fails is", () => {
  for (const state of ["stopped", "draining", "starting", "backing-off"] as const)
    expect(judgeTrial(before, [smtp(state, state)])).toBeUndefined();
  expect(judgeTrial(before, [])).toBeUndefined();
  expect(judgeTrial(before, [smtp("failed")])?.subject.kind).toBe("service");
  expect(judgeTrial(before, [smtp("running", "failed")])?.subject.kind).toBe("site");
});

test("a worker may be lost, and not again and again", () => {
  expect(judgeTrial(before, [smtp("running", "running", LOSSES_MAX - 1)])).toBeUndefined();
  expect(judgeTrial(before, [smtp("running", "running", LOSSES_MAX)])?.because).toBe(
    `its workers were lost ${LOSSES_MAX} times, a cause`,
  );
});
