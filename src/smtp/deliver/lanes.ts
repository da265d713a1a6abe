// The destinations that something is known of, by name: found or made, and forgotten when nothing is left to remember.
import type { Clock } from "../../base/clock.ts";
import { Lane } from "./lane.ts";

const LANES_MAX = 20_000;

export class Lanes {
  private readonly clock: Clock;
  private readonly onRoom: (lane: Lane) => void;
  private readonly lanes = new Map<string, Lane>();

  /** `onRoom` is told when a destination could take more than it has. */
  constructor(clock: Clock, onRoom: (lane: Lane) => void) {
    this.clock = clock;
    this.onRoom = onRoom;
  }

  of(destination: string): Lane {
    const known = this.lanes.get(destination);
    if (known !== undefined) return known;
    if (this.lanes.size >= LANES_MAX) this.makeRoom();
    const lane: Lane = new Lane(destination, this.clock, () => this.onRoom(lane));
    this.lanes.set(destination, lane);
    return lane;
  }

  find(destination: string): Lane | undefined {
    return this.lanes.get(destination);
  }

  all(): Iterable<Lane> {
    return this.lanes.values();
  }

  /** Messages that wait in memory. */
  get waiting(): number {
    let waiting = 0;
    for (const lane of this.lanes.values()) waiting += lane.waiting;
    return waiting;
  }

  /** Those that look for more by themselves, or will when they have room for it. */
  busy(): readonly string[] {
    const busy: string[] = [];
    for (const lane of this.lanes.values()) {
      if (lane.room === 0) lane.hasMore = true;
      if (lane.hasMore || lane.isClaiming) busy.push(lane.destination);
    }
    return busy;
  }

  forget(lane: Lane): void {
    if (lane.isForgettable) this.lanes.delete(lane.destination);
  }

  /** Of those that only rest, the rest is forgotten: they are tried once more than they should be. */
  private makeRoom(): void {
    for (const lane of this.lanes.values()) if (lane.isAtRest) this.lanes.delete(lane.destination);
  }
}
