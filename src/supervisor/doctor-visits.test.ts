import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../base/clock.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import { DoctorVisits } from "./doctor-visits.ts";

/** A program that is called as the doctor is, and says what a file holds. */
function called() {
  const folder = mkdtempSync(join(tmpdir(), "visits ü "));
  const [answer, words] = [join(folder, "answer"), join(folder, "words")];
  const program = join(folder, "program");
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" > '${words}'\ncat '${answer}'\n`);
  chmodSync(program, 0o755);
  const clock = new ManualClock(0);
  const every = { ms: 3_600_000 };
  const told: Occurrence[] = [];
  const report = reporter("server", clock.wallMs.bind(clock), (it) => told.push(it));
  const home = { root: join(folder, "home"), from: "--home" } as const;
  const visits = new DoctorVisits({ home, clock, report, command: [program], everyMs: () => every.ms });
  return {
    visits,
    every,
    told,
    words: () => readFileSync(words, "utf8").split("\n"),
    home,
    /** He comes, and has said it. */
    async look(said: string, passMs: number) {
      writeFileSync(answer, said);
      const before = visits.latest;
      clock.advance(passMs);
      for (let tries = 0; visits.latest === before && tries < 1500; tries++) await Bun.sleep(10);
      return visits.latest;
    },
    [Symbol.dispose]() {
      visits.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const finding = (name: string, more: object = {}) => ({
  id: 1,
  check: "ports",
  level: "error",
  subject: { kind: "address", name },
  what: `${name} is taken`,
  remedy: "Stop it",
  causedBy: null,
  ...more,
});
const answer = (...findings: readonly object[]): string => JSON.stringify({ healthy: false, findings });

test("what he finds is kept with the first of it, told once, and told to be over", async () => {
  using it = called();
  const two = answer(finding(":25"), finding("/x", { check: "logs", level: "warning" }));
  const first = await it.look(two, 120_000);
  expect(first).toEqual({ atMs: 120_000, errors: 1, warnings: 1, first: ":25 is taken" });
  expect(it.words().slice(0, -1)).toEqual(["--home", it.home.root, "doctor", "--json", "--offline"]);
  expect((await it.look(two, 3_600_000))?.atMs).toBe(3_720_000);
  expect(it.told.map(({ number }) => number)).toEqual([1093, 1093]);
  expect(it.told[0]?.sentence).toContain(":25 is taken");
  expect(await it.look(answer(), 3_600_000)).toMatchObject({ errors: 0, warnings: 0, first: null });
  expect(it.told.map(({ number }) => number)).toEqual([1093, 1093, 1094]);
});

test("what comes of something else, and what the server says itself, is left out", async () => {
  using it = called();
  const said = answer(finding("a", { causedBy: 3 }), finding("b", { check: "server" }));
  expect(await it.look(said, 120_000)).toMatchObject({ errors: 0, first: null });
});

test("a setting that has changed counts within a minute, whatever it was before", async () => {
  using it = called();
  it.every.ms = 30 * 86_400_000;
  expect(await it.look(answer(finding("a")), 120_000)).toMatchObject({ atMs: 120_000, errors: 1 });
  it.every.ms = 600_000;
  expect(await it.look(answer(finding("b")), 600_000)).toMatchObject({ atMs: 720_000, first: "b is taken" });
  it.every.ms = 0;
  expect(await it.look("", 60_000)).toBeNull();
});
