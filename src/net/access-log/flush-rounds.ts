// When the logs of a process write what they have gathered. Those whose first lines came at about the same time have one timer
// together: with ten thousand sites as many timers cost more than the lines. Where many logs have lines each gathers for longer,
// and so more lines for the same price; all are in their files within a second.
import type { Clock } from "../../base/clock.ts";

const FLUSH_AFTER_MS = 200;
const CROWDED_FLUSH_AFTER_MS = 700;
const CROWD = 100;
/** For so long others join a round: rounds are small and many, as one that is large holds up whoever serves. */
const OPEN_MS = 1;
/** For so long at a time; then whoever serves has his turn. */
const TURN_MS = 2;

export interface Gathering {
  flush(): unknown;
}

/** Those who are in it, until they leave. */
export type Round = Set<Gathering>;

export class FlushRounds {
  private readonly clock: Clock;
  private open: Round = new Set();
  private openUntilMs = Number.NEGATIVE_INFINITY;
  /** Logs that have lines for which the time has not come. */
  private gathering = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get isCrowded(): boolean {
    return this.gathering >= CROWD;
  }

  join(log: Gathering): Round {
    const nowMs = this.clock.steadyMs();
    if (nowMs >= this.openUntilMs) this.begin(nowMs);
    this.open.add(log);
    this.gathering++;
    return this.open;
  }

  leave(log: Gathering, round: Round): void {
    if (round.delete(log)) this.gathering--;
  }

  private begin(nowMs: number): void {
    const round: Round = new Set();
    this.open = round;
    this.openUntilMs = nowMs + OPEN_MS;
    this.clock.after(this.isCrowded ? CROWDED_FLUSH_AFTER_MS : FLUSH_AFTER_MS, () => this.flush(round));
  }

  private flush(round: Round): void {
    const untilMs = this.clock.steadyMs() + TURN_MS;
    for (const log of round) {
      if (this.clock.steadyMs() > untilMs) return void setImmediate(() => this.flush(round));
      this.leave(log, round);
      log.flush();
    }
  }
}
