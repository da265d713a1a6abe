// The life of a service or a site: its state, since when, and the table that says what an event makes of it. What an
// action means is for its owner, who hands in one function for each.
import type { Clock } from "../base/clock.ts";
import { type Action, type LifeEvent, next, type State } from "./states.ts";

/** A start asked for during a drain is kept here, and follows when nothing is left. */
type Kept = "start-again" | "stay-stopped" | "resume";
export type Duties = Readonly<Record<Exclude<Action, Kept>, () => void>>;

export class Life {
  state: State = "stopped";
  sinceMs: number;
  private again = false;
  private readonly clock: Clock;
  private readonly duties: Duties;
  private readonly changed: () => void;

  constructor(clock: Clock, duties: Duties, changed: () => void) {
    this.clock = clock;
    this.sinceMs = clock.wallMs();
    this.duties = duties;
    this.changed = changed;
  }

  fire(event: LifeEvent): void {
    const { to, actions } = next(this.state, event);
    const moved = this.move(to);
    for (const action of actions)
      switch (action) {
        case "start-again":
          this.again = true;
          break;
        case "stay-stopped":
          this.again = false;
          break;
        case "resume":
          // Behind what is under way now, so that the end is told before the beginning.
          if (this.again) queueMicrotask(() => this.fire("start"));
          this.again = false;
          break;
        default:
          this.duties[action]();
      }
    if (moved) this.changed();
  }

  /** Into a state without an event: what it depends on has changed. Nothing is told. */
  move(to: State): boolean {
    if (to === this.state) return false;
    this.state = to;
    this.sinceMs = this.clock.wallMs();
    return true;
  }
}
