// How long the doctor takes at a healthy home, with one site of each service and with a thousand more. The bar is 3 seconds.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../src/base/result.ts";
import type { DoctorAnswer } from "../src/doctor/doctor.ts";
import { Program } from "../test/program/program.ts";
import { takeHome } from "../test/program/take-home.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const RUNS = 3;

export const benches: readonly Bench[] = [
  {
    name: "doctor",
    measures:
      "`inetsrv doctor --offline` at a healthy home without a server: from the first look to the last, and from the start of the " +
      "command to its end; the best of three. Each site has a folder of its own, every tenth a port of its own.",
    run: async () => [await measure(0), await measure(1000)],
  },
];

async function measure(sites: number): Promise<Row> {
  await using program = new Program();
  await program.init();
  const names = Array.from({ length: sites }, (_, index) => `site-${index}`);
  const bindings = (index: number) => [`127.0.0.1:${index % 10 === 0 ? 20_000 + index : 19_999}:h${index}.example`];
  const document = {
    www: { sites: Object.fromEntries(names.map((it, index) => [it, { bindings: bindings(index) }])) },
  };
  const client = await takeHome(program.home);
  expectGood(await client.call("config.apply", { document, mode: "merge", who: "bench" }));
  await client.close();
  for (const name of names) mkdirSync(join(program.home, "content", name));
  const runs: { readonly lookMs: number; readonly wholeMs: number }[] = [];
  for (let run = 0; run < RUNS; run++) {
    const startMs = performance.now();
    const { tookMs, findings } = await program.json<DoctorAnswer>("doctor", "--offline");
    if (findings.length > 0) throw new Error(findings[0]?.what);
    runs.push({ lookMs: tookMs, wholeMs: performance.now() - startMs });
  }
  return {
    sites: sites + 4,
    "look ms": Math.min(...runs.map((it) => it.lookMs)),
    "whole ms": Math.min(...runs.map((it) => it.wholeMs)),
  };
}
