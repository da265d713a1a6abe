import { expect, test } from "bun:test";
import { linesOf } from "./lines-of.ts";

test("lines are the same however their bytes come, and one that is not ended is not told", async () => {
  const bytes = Buffer.from("eins\n\nzwölf €\nunfinished");
  for (let size = 1; size <= bytes.length; size++) {
    const pieces = (async function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })();
    expect(await Array.fromAsync(linesOf(pieces))).toEqual(["eins", "", "zwölf €"]);
  }
});
