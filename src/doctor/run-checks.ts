// Runs checks: those whose needs are met at once, each within a limit, and says which were left out and why.
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/thrown.ts";
import type { DoctorCheck, Finding } from "../service/doctor-check.ts";

export interface Checked {
  readonly check: string;
  readonly tookMs: number;
  /** Why it was not carried out, or not to its end. */
  readonly skipped: string | null;
  /** It should have been carried out, and could not. */
  readonly failed?: true;
  readonly findings: readonly Finding[];
}

export interface RunOptions {
  readonly clock: Clock;
  readonly offline: boolean;
  /** Only these, and what they need; all where none is named. */
  readonly wanted: readonly string[];
  readonly limitMs?: number;
}

/** More than any check takes on a machine that answers. */
const LIMIT_MS = 20_000;

/** In the order of the rows. */
export async function runChecks<On>(
  rows: readonly DoctorCheck<never>[],
  patient: On,
  { clock, offline, wanted, limitMs = LIMIT_MS }: RunOptions,
): Promise<readonly Checked[]> {
  const all = rows as readonly DoctorCheck<never>[];
  const chosen = chosenRows(all, wanted);
  const running = new Map<string, Promise<Checked>>();
  const run = (row: DoctorCheck<never>): Promise<Checked> => {
    const begun = running.get(row.name);
    if (begun !== undefined) return begun;
    const going = (async () => {
      const before = await Promise.all(all.filter((it) => row.needs.includes(it.name)).map(run));
      return carryOut(row, patient, before, clock, offline, limitMs);
    })();
    running.set(row.name, going);
    return going;
  };
  return Promise.all(chosen.map(run));
}

/** Those that are wanted, and what they need. */
export function chosenRows(
  rows: readonly DoctorCheck<never>[],
  wanted: readonly string[],
): readonly DoctorCheck<never>[] {
  if (wanted.length === 0) return rows;
  const names = new Set(wanted);
  // Names that are added while it goes are reached too.
  for (const name of names) for (const it of rows.find((row) => row.name === name)?.needs ?? []) names.add(it);
  return rows.filter((it) => names.has(it.name));
}

async function carryOut(
  row: DoctorCheck<never>,
  patient: unknown,
  before: readonly Checked[],
  clock: Clock,
  offline: boolean,
  limitMs: number,
): Promise<Checked> {
  const skip = (skipped: string): Checked => ({ check: row.name, tookMs: 0, skipped, findings: [] });
  const blind = before.find((it) => it.skipped !== null || it.findings.some((found) => found.stops));
  if (blind !== undefined) return skip(`it needs what "${blind.check}" found missing`);
  if (row.asksOthers && offline) return skip("it asks other machines, and --offline was given");
  const startMs = clock.steadyMs();
  const tookMs = () => Math.round(clock.steadyMs() - startMs);
  try {
    const findings = await within(limitMs, row.look(patient as never));
    if (findings !== undefined) return { check: row.name, tookMs: tookMs(), skipped: null, findings };
    return { ...skip(`it took more than ${limitMs / 1000} s`), failed: true, tookMs: tookMs() };
  } catch (error) {
    // One check that is wrong about the world must not take the others along.
    return {
      ...skip(`it failed, which is a fault of the program: ${messageOf(error)}`),
      failed: true,
      tookMs: tookMs(),
    };
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), limitMs);
  });
  try {
    return await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
