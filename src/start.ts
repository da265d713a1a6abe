// Where an installed release begins: the program itself, or, when it cannot even be put together, the file that is not of
// this release, told to whoever asks: a person, a script that asks the doctor, the supervisor of a worker. It loads as little
// as possible before that, as any file may be the wrong one.
import { sentence } from "./base/fault.ts";
import { findMixture } from "./release/check/mixture.ts";
import { mixtureReport } from "./release/check/mixture-report.ts";
import { findProgram } from "./release/program-files.ts";

try {
  await import("./main.ts");
} catch (error) {
  const { release } = findProgram("", Bun.main);
  const mixed = release === undefined ? undefined : findMixture(release, undefined);
  if (mixed === undefined) throw error;
  const asked = process.argv.slice(2);
  if (asked.includes("doctor") && asked.includes("--json")) console.log(JSON.stringify(mixtureReport(mixed)));
  console.error(`error: ${sentence(mixed)}`);
  // A worker, which the supervisor hears best in the words that it knows.
  if (process.send === undefined) process.exit(1);
  process.send({ name: "worker.release.refuse", fault: mixed }, () => process.exit(1));
}
