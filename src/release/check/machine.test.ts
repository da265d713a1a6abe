import { expect, test } from "bun:test";
import type { Manifest } from "../manifest/manifest.ts";
import { lackOf, thisMachine } from "./machine.ts";

const needing = (needs: string, atLeast: string): Manifest => ({
  version: "0.2.0",
  platform: thisMachine.platform,
  base: null,
  start: ["inetsrv"],
  formats: { metabase: { writes: 1, reads: [1] }, spool: { writes: 1, reads: [1] } },
  // A newer release may need what this one has never heard of.
  prerequisites: [{ needs: needs as "kernel", atLeast }],
  madeMs: 1,
  files: new Map(),
  proof: null,
});

test("what a release needs is compared with what the machine has of it, and with nothing else", () => {
  expect(lackOf(needing("kernel", "2.6"), thisMachine)).toBeUndefined();
  expect(lackOf(needing("kernel", "9999"), thisMachine)?.because).toContain("it needs kernel 9999");
  expect(lackOf(needing("novelty", "1"), thisMachine)?.because).toBe("it needs novelty 1, this machine has none");
});
