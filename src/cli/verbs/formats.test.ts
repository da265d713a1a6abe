import { expect, test } from "bun:test";
import { about, fault } from "../../base/fault.ts";
import { bad, good } from "../../base/result.ts";
import type { FormatWish, HomeFormats, WrittenFormats } from "../../supervisor/formats/home-formats.ts";
import { exitCodes } from "../exit-code.ts";
import { run } from "../testing/run.ts";

const rooms: HomeFormats = {
  metabase: { found: 1, writes: 2, reads: [1, 2] },
  spool: { found: null, writes: 1, reads: [1] },
};

const writing = (answer: (wish: FormatWish) => WrittenFormats) => ({
  overrides: { formats: { show: () => good(rooms), write: (_: unknown, wish: FormatWish) => good(answer(wish)) } },
});

test("formats shows what is on the disk and what this release knows", async () => {
  const { code, out } = await run(
    "formats",
    writing(() => ({ formats: rooms, brought: {} })),
  );
  expect(code).toBe(exitCodes.done);
  expect(out.split("\n").map((it) => it.split(/ {2,}/))).toEqual([
    ["", "on disk", "this release writes", "and reads"],
    ["metabase", "1", "2", "1, 2"],
    ["spool", "none", "1", "1"],
    [""],
  ]);
});

test("formats --write says what was brought where, what lies only in the kept copy, and what comes next", async () => {
  const asked: FormatWish[] = [];
  const brought = { metabase: { from: 2, to: 1, kept: "/kept/one", leftOut: ["the label of x"] } };
  const options = writing((wish) => {
    asked.push(wish);
    return { formats: rooms, brought };
  });
  const { code, out } = await run("formats --write metabase=1,spool=1", options);
  expect([code, asked]).toEqual([exitCodes.done, [{ metabase: 1, spool: 1 }]]);
  for (const it of ["from format 2 to format 1", "/kept/one", "the label of x", "brings them forward again"])
    expect(out).toContain(it);
  const json = await run("formats --write metabase=1 --json", options);
  expect(JSON.parse(json.out)).toEqual({ formats: rooms, brought });
});

test("a wish that makes no sense is said, and what stands in the way has its own exit code", async () => {
  for (const words of ["metabase", "metabase=0", "metabase=1,metabase=2", "news=1", "spool=1e3", ""])
    expect([words, (await run(["formats", "--write", words])).code]).toEqual([words, exitCodes.usage]);
  const held = fault(about("home", "/h"), "Cannot take the home /h", "a running server has it", "inetsrv down");
  for (const [is, code] of [
    ["held", exitCodes.conflict],
    ["refused", exitCodes.refused],
    ["failed", exitCodes.failed],
  ] as const) {
    const write = () => bad({ is, fault: held });
    const ended = await run("formats --write spool=1", { overrides: { formats: { show: () => good(rooms), write } } });
    expect([is, ended.code]).toEqual([is, code]);
    expect(ended.err).toContain("a running server has it");
  }
});
