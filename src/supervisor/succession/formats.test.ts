import { expect, test } from "bun:test";
import { bringBack, lackOfFormat, sameFormats } from "./formats.ts";

const from = { version: "1.0.0", command: ["false"], formats: { metabase: 2, spool: 1 } };
const to = (reads: readonly number[]) => ({
  version: "1.1.0",
  folder: "there",
  command: ["true"],
  formats: { metabase: { writes: 3, reads }, spool: { writes: 1, reads: [1] } },
});

test("a release that reads what was written lacks nothing; of another one the format and the command are named", () => {
  expect(lackOfFormat(from, to([2, 3]))).toBeUndefined();
  const lack = lackOfFormat(from, to([3]));
  expect(lack?.because).toBe("it reads the metabase in format 3, and 1.0.0 has written format 2");
  expect(lack?.remedy).toContain("inetsrv formats --write metabase=3,spool=1");
});

test("data is brought back by the newer release, or the command that does it is said", async () => {
  const newer = { version: "1.1.0", command: ["true"], formats: { metabase: 3, spool: 1 } };
  expect(sameFormats({ from, to: newer })).toBe(false);
  expect(sameFormats({ from, to: from })).toBe(true);
  const home = { root: "a home", from: "--home" } as const;
  expect((await bringBack(home, newer, from)).ok).toBe(true);
  for (const command of [["false"], ["no such program"]]) {
    const failed = await bringBack(home, { ...newer, command }, from);
    expect(failed.ok ? "" : failed.error.remedy).toContain("--home 'a home' formats --write metabase=2,spool=1");
  }
});
