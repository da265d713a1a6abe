// Runs rows as tests: each a test of its own, two at a time, on copies of one installation. Only for tests.
import { afterAll, beforeAll, test } from "bun:test";
import { Gate } from "./gate.ts";
import { Installation } from "./installation.ts";
import { live } from "./live.ts";
import { checks, type FaultRow } from "./row.ts";

const AT_ONCE = 2;
const ROW_WITHIN_MS = 900_000;

export function testRows(rows: readonly FaultRow[], judge: (failed: readonly string[]) => void): void {
  let installation: Installation;
  const gate = new Gate(AT_ONCE);
  beforeAll(async () => {
    installation = await Installation.make();
  }, ROW_WITHIN_MS);
  afterAll(() => installation[Symbol.asyncDispose]());
  for (const row of rows) {
    const skipped = row.skip === undefined ? "" : ` (skipped: ${row.skip})`;
    const life = () => gate.pass(() => live(row, installation));
    test.concurrent.skipIf(row.skip !== undefined)(
      `${row.family}: ${row.name}${skipped}`,
      async () => {
        const verdicts = await life();
        const failed = checks.flatMap((it) => {
          const verdict = verdicts[it];
          return verdict.is === "failed" ? [`${it}: ${verdict.because}`] : [];
        });
        judge(failed);
      },
      ROW_WITHIN_MS,
    );
  }
}
