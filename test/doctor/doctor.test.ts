// The doctor and every harm that it knows: it names the true cause first, changes nothing while it looks, mends what is safe
// to mend, and puts all of it back when it is told to.
import { afterAll, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../../src/base/result.ts";
import { checkList } from "../../src/doctor/doctor.ts";
import { undoFix } from "../../src/doctor/mend/undo-fix.ts";
import { house } from "../../src/house.ts";
import { harms } from "./harms.ts";
import { type Called, forgetTemplate, roots, SickHome } from "./sick-home.ts";

afterAll(forgetTemplate);

const articles = new Set(readdirSync(join(import.meta.dir, "../../knowledge")).map((it) => it.replace(/\.md$/, "")));

test("a healthy home is healthy, and nothing in it is changed", async () => {
  using it = await SickHome.make();
  const before = it.state();
  const answer = await it.consult();
  expect(answer.findings).toEqual([]);
  expect(answer.healthy).toBe(true);
  expect(answer.checked.map(({ check }) => check)).toEqual(checkList(house.services).map(({ name }) => name));
  expect(answer.checked.flatMap((it) => (it.skipped === null ? [] : [it.check]))).toEqual(["mail-hosts"]);
  expect(it.state()).toBe(before);
});

for (const row of harms) {
  const { check, harm, level = "error", article } = row;
  test(`${check}: ${harm}`, async () => {
    using it = await SickHome.make();
    const called = (await row.do(it)) as Called | false | undefined;
    if (called === false) return; // this machine or this user cannot be so harmed
    const isThere = harm !== "it is not there";
    const before = isThere ? it.state() : "";
    const options = { ...called, wanted: [check] };
    const answer = await it.consult(options);
    const [first] = roots(answer);
    expect(first).toMatchObject({ check, level, article });
    expect(`${first?.subject.name} ${first?.what}`).toContain(row.says(it));
    expect(answer.healthy).toBe(level === "warning");
    for (const found of answer.findings) if (found.article !== null) expect(articles).toContain(found.article);
    if (isThere) expect(it.state()).toBe(before);
    if (row.mends !== true) return;

    expect(first?.fix).toBeString();
    const mended = await it.consult({ ...options, fix: true });
    expect(mended.failed).toEqual([]);
    expect(mended.fixed?.length).toBeGreaterThan(0);
    expect(roots(mended)).toEqual([]);
    expect(mended.healthy).toBe(true);

    const undone = expectGood(undoFix(it.home, undefined));
    expect(undone.left).toEqual([]);
    expect(it.state()).toBe(before);
  });
}
