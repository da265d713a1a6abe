// The signals that end a server, for whoever has to hear them at a time. One that comes while nobody does waits.
import type { Clock } from "../base/clock.ts";

export type EndSignal = "SIGTERM" | "SIGINT" | "SIGHUP";
const names: readonly EndSignal[] = ["SIGTERM", "SIGINT", "SIGHUP"];

/** A second signal within this time is taken for the same one: managers signal the whole group. */
const SAME_SIGNAL_MS = 2000;

type Hear = (signal: EndSignal) => void;

export class Signals {
  private readonly clock: Clock;
  private first: Hear | undefined;
  private later: Hear = () => {};
  private firstMs: number | undefined;
  private waiting: EndSignal | undefined;
  private readonly handlers = names.map((name) => ({ name, handle: () => this.heard(name) }));

  constructor(clock: Clock) {
    this.clock = clock;
    for (const { name, handle } of this.handlers) process.on(name, handle);
  }

  /** The first signal is an order to end, a later one an order to end at once. */
  to(first: Hear, later: Hear): void {
    this.first = first;
    this.later = later;
    const { waiting } = this;
    this.waiting = undefined;
    if (waiting !== undefined) first(waiting);
  }

  /** What comes from now on is for whoever hears next, as is one that was heard and not obeyed. */
  nobody(unmet?: EndSignal): void {
    this.first = undefined;
    this.waiting ??= unmet;
  }

  close(): void {
    for (const { name, handle } of this.handlers) process.off(name, handle);
  }

  private heard(signal: EndSignal): void {
    const now = this.clock.steadyMs();
    if (this.firstMs !== undefined && now - this.firstMs <= SAME_SIGNAL_MS) return;
    const isFirst = this.firstMs === undefined;
    this.firstMs ??= now;
    if (this.first === undefined) this.waiting ??= signal;
    else if (isFirst) this.first(signal);
    else this.later(signal);
  }
}
