// How fast several servers do the same work, and what of the processor it takes them. They take turns, and the middle of
// several rounds counts: what else runs on the machine then meets all of them alike. A rate is of client and server together,
// which share the machine; the processor's time is the server's own.
import { processUsage } from "../src/supervisor/process-usage.ts";

export interface Side {
  /** The process that serves. */
  readonly pid: number;
  /** Does a round of work and says how many pieces that were. */
  work(): Promise<number>;
}

export interface Pace {
  readonly perSecond: number;
  /** Milliseconds of the processor for one piece. */
  readonly cpuMs: number;
}

/** Until the code is compiled: a server that is up for weeks is measured, not one that has just come. */
export const WARM_ROUNDS = 4;

/** In the order of the sides. */
export async function paces(
  sides: readonly Side[],
  rounds: number,
  warmRounds = WARM_ROUNDS,
): Promise<readonly Pace[]> {
  const all = await turns(sides, rounds, warmRounds);
  return sides.map((_, index) => {
    const own = all.flatMap((turn) => turn.slice(index, index + 1));
    return { perSecond: median(own.map((it) => it.perSecond)), cpuMs: median(own.map((it) => it.cpuMs)) };
  });
}

/** Round by round what each side did in it. Who goes first goes last in the next, as he may leave work to whoever follows. */
export async function turns(
  sides: readonly Side[],
  rounds: number,
  warmRounds = WARM_ROUNDS,
): Promise<readonly (readonly Pace[])[]> {
  for (let round = 0; round < warmRounds; round++) for (const side of sides) await paceOf(side);
  const all: (readonly Pace[])[] = [];
  for (let round = 0; round < rounds; round++) {
    const isTurned = round % 2 === 1;
    const turn: Pace[] = [];
    for (const side of isTurned ? sides.toReversed() : sides) turn.push(await paceOf(side));
    all.push(isTurned ? turn.toReversed() : turn);
  }
  return all;
}

async function paceOf({ pid, work }: Side): Promise<Pace> {
  const [cpuMs, begun] = [cpuMsOf(pid), performance.now()];
  const pieces = await work();
  const seconds = (performance.now() - begun) / 1000;
  return { perSecond: pieces / seconds, cpuMs: (cpuMsOf(pid) - cpuMs) / pieces };
}

const cpuMsOf = (pid: number): number => processUsage(pid)?.cpuMs ?? Number.NaN;

export const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
