// What is remembered of addresses: for each a few moments until which something counts against it. It has room for a
// fixed number and never grows; when more come, it forgets whoever would have been forgotten soonest anyway.
import type { Counted, KeyedHash } from "./keyed-hash.ts";

/** A moment on the steady clock, in milliseconds; one that has passed says nothing any more. */
export const moments = { connections: 0, requests: 1, failures: 2, restriction: 3 } as const;
export type Moment = keyof typeof moments;

const MOMENTS = 4;
/** An address has one of so many places, found by its hash; so what it costs to look it up has a bound. */
const WAYS = 16;
/** With 65,536 addresses: 2.9 MB for a worker, whatever the number of its sites. */
const ADDRESSES = 65_536;

export class AddressMemory {
  readonly max: number;
  private readonly hash: KeyedHash;
  private readonly displaced: () => void;
  /** Made when the first address is remembered, as most servers never count any. */
  private places: Places | undefined;

  /** `displaced` hears of each that is forgotten although something counts against it. Of `max`, a power of two is used. */
  constructor(hash: KeyedHash, displaced: () => void, max = ADDRESSES) {
    this.hash = hash;
    this.displaced = displaced;
    this.max = Math.max(WAYS, 2 ** Math.floor(Math.log2(max)));
  }

  get bytes(): number {
    const { highs, lows, owners, untils } = this.places ?? nothing;
    return highs.byteLength + lows.byteLength + owners.byteLength + untils.byteLength;
  }

  /** Until when this counts against it; 0 for an address that is not remembered. */
  until(it: Counted, moment: Moment): number {
    if (this.places === undefined) return 0;
    const place = placeOf(this.places, it, this.firstWay(it));
    return place < 0 ? 0 : (this.places.untils[place * MOMENTS + moments[moment]] ?? 0);
  }

  remember(it: Counted, moment: Moment, untilMs: number, nowMs: number): void {
    this.places ??= places(this.max);
    const first = this.firstWay(it);
    const found = placeOf(this.places, it, first);
    const place = found < 0 ? this.makeRoom(this.places, it, first, nowMs) : found;
    this.places.untils[place * MOMENTS + moments[moment]] = untilMs;
  }

  private firstWay(it: Counted): number {
    return (this.hash(it) % (this.max / WAYS)) * WAYS;
  }

  /**
   * The newcomer always gets a place, or it would never be counted. Of those there, the one goes about whom all will
   * be forgiven first: an attacker that comes once from each of a million addresses pushes out its own kind, and
   * whoever has much against him stays.
   */
  private makeRoom(places: Places, { high, low, owner }: Counted, first: number, nowMs: number): number {
    let place = first;
    let soonestMs = Number.POSITIVE_INFINITY;
    for (let candidate = first; candidate < first + WAYS; candidate++) {
      const untilMs = forgottenAt(places.untils, candidate);
      if (untilMs >= soonestMs) continue;
      soonestMs = untilMs;
      place = candidate;
    }
    if (soonestMs > nowMs) this.displaced();
    places.highs[place] = high;
    places.lows[place] = low;
    places.owners[place] = owner;
    places.untils.fill(0, place * MOMENTS, (place + 1) * MOMENTS);
    return place;
  }
}

interface Places {
  readonly highs: Uint32Array;
  readonly lows: Uint32Array;
  /** 0: nobody is here yet. */
  readonly owners: Uint32Array;
  readonly untils: Float64Array;
}

const places = (count: number): Places => ({
  highs: new Uint32Array(count),
  lows: new Uint32Array(count),
  owners: new Uint32Array(count),
  untils: new Float64Array(count * MOMENTS),
});

const nothing = places(0);

function placeOf({ highs, lows, owners }: Places, { high, low, owner }: Counted, first: number): number {
  for (let place = first; place < first + WAYS; place++)
    if (lows[place] === low && highs[place] === high && owners[place] === owner) return place;
  return -1;
}

function forgottenAt(untils: Float64Array, place: number): number {
  let latestMs = 0;
  for (let at = place * MOMENTS; at < (place + 1) * MOMENTS; at++) latestMs = Math.max(latestMs, untils[at] ?? 0);
  return latestMs;
}
