// The open connections of a service: how many, since when, from whom, and the bound on them. Holds no socket: each
// connection brings the two ways in which it can be ended.
import type { Clock } from "../base/clock.ts";

export interface Endpoint {
  /** An IPv4 address is spelled as such, whatever socket it came through. */
  readonly address: string;
  readonly port: number;
}

export interface Endings {
  /** At the next point where nothing is lost, with the protocol's own words for it. */
  finish(): void;
  /** Now, whatever is lost. */
  cut(): void;
}

interface OpenConnection {
  readonly peer: Endpoint;
  readonly sinceMs: number;
  readonly endings: Endings;
}

export class ConnectionLedger {
  /** May be changed at any time; what is open stays open. */
  max: number;
  private readonly clock: Clock;
  /** The larger whole that has a bound of its own, such as the descriptors of the process. */
  private readonly within: ConnectionLedger | undefined;
  /** In the order of their coming, so that the first is the eldest. */
  private readonly open = new Set<OpenConnection>();
  private waiting: (() => void)[] = [];

  constructor(max: number, clock: Clock, within?: ConnectionLedger) {
    this.max = max;
    this.clock = clock;
    this.within = within;
  }

  get size(): number {
    return this.open.size;
  }

  get full(): boolean {
    return this.open.size >= this.max || (this.within?.full ?? false);
  }

  /** The answer takes it out again, and may be called more than once. */
  add(peer: Endpoint, endings: Endings): () => void {
    const connection = { peer, sinceMs: this.clock.steadyMs(), endings };
    const leaveWhole = this.within?.add(peer, endings);
    this.open.add(connection);
    return () => {
      leaveWhole?.();
      if (!this.open.delete(connection) || this.open.size > 0) return;
      for (const tell of this.waiting.splice(0)) tell();
    };
  }

  /** "3 connections, the oldest open for 12 s, from 192.0.2.1": what a drain is waiting for. */
  describe(): string {
    const [eldest] = this.open;
    if (eldest === undefined) return "no connection open";
    const seconds = Math.floor((this.clock.steadyMs() - eldest.sinceMs) / 1000);
    return `${this.open.size} ${this.open.size === 1 ? "connection" : "connections"}, the oldest open for ${seconds} s, from ${eldest.peer.address}`;
  }

  /** Asks all to come to their end. */
  finishAll(): void {
    for (const connection of [...this.open]) connection.endings.finish();
  }

  cutAll(): void {
    for (const connection of [...this.open]) connection.endings.cut();
  }

  /** Resolves when none is open. */
  whenEmpty(): Promise<void> {
    return this.open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }
}
