import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock } from "../../base/clock.ts";
import { DAY_MS } from "../judge.ts";
import { ToldMemory } from "./told-memory.ts";

class Rig implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), "inetsrv-told-"));
  readonly file = join(this.folder, "cache", "told.json");
  readonly clock = new ManualClock(1_000_000_000);
  memory = this.again();

  again(): ToldMemory {
    this.memory = new ToldMemory(this.file, () => this.clock.wallMs());
    return this.memory;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
}

test("a thing is told once, or once in its time, and a restart does not forget", () => {
  using rig = new Rig();
  expect([rig.memory.isDue("a"), rig.memory.isDue("a"), rig.memory.isDue("b", DAY_MS)]).toEqual([true, false, true]);
  rig.clock.advance(DAY_MS - 1);
  expect([rig.again().isDue("a"), rig.memory.isDue("b", DAY_MS)]).toEqual([false, false]);
  rig.clock.advance(1);
  expect([rig.again().isDue("a"), rig.memory.isDue("b", DAY_MS)]).toEqual([false, true]);
});

test("a clock that was set back keeps nothing silent", () => {
  using rig = new Rig();
  rig.memory.isDue("a", DAY_MS);
  rig.clock.jump(-365 * DAY_MS);
  expect([rig.memory.isDue("a", DAY_MS), rig.memory.isDue("a", DAY_MS)]).toEqual([true, false]);
});

test("a memory that is lost, broken or cannot be written only makes things told once more", () => {
  using rig = new Rig();
  rig.memory.isDue("a");
  for (const text of ["", "{", "[1]", '{"a":"x"}', "null"]) {
    writeFileSync(rig.file, text);
    expect([text, rig.again().isDue("a"), rig.memory.isDue("a")]).toEqual([text, true, false]);
  }
  const nowhere = new ToldMemory(join(rig.file, "below", "a", "file"), () => 0);
  expect([nowhere.isDue("a"), nowhere.isDue("a")]).toEqual([true, false]);
});

test("it keeps the last ten thousand things and no more", () => {
  using rig = new Rig();
  const many = Object.fromEntries(Array.from({ length: 10_050 }, (_, index) => [`key ${index}`, 1]));
  expect(existsSync(rig.file)).toBe(false);
  rig.memory.isDue("first");
  writeFileSync(rig.file, JSON.stringify(many));
  rig.again().isDue("one more");
  const kept = Object.keys(JSON.parse(readFileSync(rig.file, "utf8")));
  expect([kept.length, kept[0], kept.at(-1)]).toEqual([10_000, "key 51", "one more"]);
});
