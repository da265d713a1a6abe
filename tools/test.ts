// Runs every test of the project, or those that the arguments name, and closes with one line of counts.
// It decides nothing about a test; what `bun test` says goes through as it comes.
import { root } from "./source.ts";

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

const folders = ["./src", "./tools", "./test", "./bench"];
/** One worker per core; the limit is for machines that do other work meanwhile. A later flag wins. */
const flags = ["--parallel", "--timeout=60000"];

/** `args` as for `bun test`: names or parts of paths first, then flags; without a name all folders run. */
export async function runTests(args: readonly string[]): Promise<Counts> {
  const named = args[0] !== undefined && !args[0].startsWith("-");
  const child = Bun.spawn([process.execPath, "test", ...(named ? [] : folders), ...flags, ...args], {
    cwd: root,
    stdin: "ignore",
    stdout: "inherit",
    stderr: "pipe",
  });
  let tail = "";
  for await (const piece of child.stderr) {
    process.stderr.write(piece);
    tail = (tail + Buffer.from(piece).toString("latin1")).slice(-2000);
  }
  await child.exited;
  return countsIn(tail, child.exitCode === 0);
}

/** Reads the numbers at the end of what `bun test` says. A run that failed, or ran nothing, counts one failure. */
export function countsIn(tail: string, succeeded: boolean): Counts {
  const plain = Bun.stripANSI(tail);
  const last = (word: string) => Number([...plain.matchAll(new RegExp(`^ *(\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
  const counted = { passed: last("pass"), failed: last("fail"), skipped: last("skip") + last("todo") };
  const sound = succeeded && counted.passed + counted.failed > 0;
  return sound ? counted : { ...counted, failed: Math.max(counted.failed, 1) };
}

export const closingLine = ({ passed, failed, skipped }: Counts): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;

if (import.meta.main) {
  const counts = await runTests(process.argv.slice(2));
  console.log(closingLine(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
}
