// Where an installed release begins: the program itself, or, when it cannot even be put together, the file that is not of
// this release. It loads as little as possible before that, as any file may be the wrong one.
import { sentence } from "./base/fault.ts";
import { findMixture } from "./release/check/mixture.ts";
import { findProgram } from "./release/program-files.ts";

try {
  await import("./main.ts");
} catch (error) {
  const { release } = findProgram("", Bun.main);
  const mixed = release === undefined ? undefined : findMixture(release, undefined);
  if (mixed === undefined) throw error;
  console.error(`error: ${sentence(mixed)}`);
  process.exit(1);
}
