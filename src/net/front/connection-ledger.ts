// The open connections of a service: how many, since when, from whom, and the bound on them. Holds no socket: each
// connection has two ways in which it can be ended.
import type { Clock } from "../../base/clock.ts";
import type { Endpoint } from "../connection.ts";

/** Its own key, so that a ledger costs an open connection two words and no object. */
export interface OpenConnection {
  readonly peer: Endpoint;
  /** At the next point where nothing is lost, with the protocol's own words for it. */
  finish(): void;
  /** Now, whatever is lost. */
  cut(): void;
}

export class ConnectionLedger {
  /** May be changed at any time; what is open stays open. */
  max: number;
  private readonly clock: Clock;
  /** Since when, in the order of their coming, so that the first is the eldest. */
  private readonly open = new Map<OpenConnection, number>();
  /** Undefined while nobody waits, as nearly always. */
  private waiting: (() => void)[] | undefined;
  private waitingForRoom: (() => void)[] | undefined;

  constructor(max: number, clock: Clock) {
    this.max = max;
    this.clock = clock;
  }

  get size(): number {
    return this.open.size;
  }

  get full(): boolean {
    return this.open.size >= this.max;
  }

  add(connection: OpenConnection): void {
    this.open.set(connection, this.clock.steadyMs());
  }

  /** May be called more than once. */
  remove(connection: OpenConnection): void {
    if (!this.open.delete(connection)) return;
    const { waiting, waitingForRoom } = this;
    if (waitingForRoom !== undefined && this.roomy) {
      this.waitingForRoom = undefined;
      for (const tell of waitingForRoom) tell();
    }
    if (waiting === undefined || this.open.size > 0) return;
    this.waiting = undefined;
    for (const tell of waiting) tell();
  }

  /** An eighth is free: what comes and goes with each connection is one shortage. */
  get roomy(): boolean {
    return this.open.size <= (this.max * 7) / 8;
  }

  /** "3 connections, the oldest open for 12 s, from 192.0.2.1": what a drain is waiting for. */
  describe(): string {
    const [eldest] = this.open;
    if (eldest === undefined) return "no connection open";
    const [{ peer }, sinceMs] = eldest;
    const seconds = Math.floor((this.clock.steadyMs() - sinceMs) / 1000);
    return `${this.open.size} ${this.open.size === 1 ? "connection" : "connections"}, the oldest open for ${seconds} s, from ${peer.address}`;
  }

  /** Asks all to come to their end. */
  finishAll(): void {
    for (const connection of [...this.open.keys()]) connection.finish();
  }

  cutAll(): void {
    for (const connection of [...this.open.keys()]) connection.cut();
  }

  /** Resolves when the shortage is over. */
  whenRoomy(): Promise<void> {
    if (this.roomy) return Promise.resolve();
    return new Promise((resolve) => {
      this.waitingForRoom = [...(this.waitingForRoom ?? []), resolve];
    });
  }

  /** Resolves when none is open. */
  whenEmpty(): Promise<void> {
    if (this.open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiting = [...(this.waiting ?? []), resolve];
    });
  }
}
