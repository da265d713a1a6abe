// What is known of one destination while it is being delivered to: what waits in memory, how many connections it may
// have, and whether it rests after failures. It decides; nothing is sent or claimed here.
import type { Clock } from "../../base/clock.ts";
import { pauseAfter, type RetrySchedule } from "../../proto/smtp/message/schedule.ts";
import type { Rate } from "../../schema/kinds/rate.ts";
import type { Claim } from "../../spool/spool.ts";
import { Pace } from "./pace.ts";
import type { Fate } from "./settle.ts";
import type { Work } from "./work.ts";

/** Why a destination rests. */
export interface Rest {
  readonly untilMs: number;
  readonly remote: string;
  readonly fate: Fate & { readonly is: "trouble" };
}

/** How long a connection without work is held for more. */
const IDLE_MS = 3000;
/** Messages that are claimed ahead: so many are in doubt when the process is killed, and with fewer connections would wait. */
const AHEAD_MIN = 64;
/** Of a destination that rests: nothing is sent, they are only put off. */
const PUT_OFF_AT_ONCE = 500;

export class Lane {
  readonly destination: string;
  /** Connections that exist or are being made. */
  couriers = 0;
  /** Of them those that have taken mail on theirs. */
  open = 0;
  failures = 0;
  rest: Rest | undefined;
  /** There may be more in the queue than was claimed. */
  hasMore = false;
  isClaiming = false;
  private readonly clock: Clock;
  private readonly onRoom: () => void;
  private readonly pace = new Pace();
  private readonly queue: Work[] = [];
  private readonly idle: ((work: Work | undefined) => void)[] = [];
  private connectionsMax = 1;
  /** Fewer than the settings allow, as the other side has refused more. */
  private connectionsNow = Number.POSITIVE_INFINITY;
  private cancelPace: (() => void) | undefined;

  constructor(destination: string, clock: Clock, onRoom: () => void = () => {}) {
    this.destination = destination;
    this.clock = clock;
    this.onRoom = onRoom;
  }

  get waiting(): number {
    return this.queue.length;
  }

  get isResting(): boolean {
    return this.rest !== undefined && this.rest.untilMs > this.clock.wallMs();
  }

  /** Nothing is under way. */
  get isAtRest(): boolean {
    return this.couriers === 0 && this.queue.length === 0 && !this.isClaiming && !this.hasMore;
  }

  /** Nor is anything remembered that matters. */
  get isForgettable(): boolean {
    return this.isAtRest && !this.isResting && this.failures === 0;
  }

  /** How many messages it may have in memory besides: as many as its connections are soon done with. */
  get room(): number {
    if (this.isResting) return PUT_OFF_AT_ONCE;
    const most = Math.max(2 * this.limit, AHEAD_MIN);
    // In portions: each of them is a question to the queue and a sync of the disk.
    return this.queue.length > most / 2 ? 0 : most - this.queue.length;
  }

  /** Whether another connection would help. */
  get wantsCourier(): boolean {
    return (
      !this.isResting &&
      this.queue.length > this.idle.length &&
      this.couriers < this.limit &&
      this.cancelPace === undefined
    );
  }

  follow(connectionsMax: number, pace: Rate | null): void {
    this.connectionsMax = connectionsMax;
    this.pace.follow(pace, this.clock.steadyMs());
  }

  put(work: Work): void {
    this.queue.push(work);
    this.handOut();
  }

  /** Before all others, as its turn had come. */
  putBack(work: Work): void {
    this.queue.unshift(work);
    this.handOut();
  }

  /** The next piece of work; undefined when none came for a while: the connection then is of no use any more. */
  async next(): Promise<Work | undefined> {
    return await new Promise((resolve) => {
      const take = (work: Work | undefined) => {
        cancel();
        const at = this.idle.indexOf(take);
        if (at >= 0) this.idle.splice(at, 1);
        resolve(work);
      };
      const cancel = this.clock.after(IDLE_MS, () => take(undefined));
      this.idle.push(take);
      this.handOut();
    });
  }

  /** Everything that waits, and nobody waits for more. */
  empty(): readonly Work[] {
    this.cancelPace?.();
    this.cancelPace = undefined;
    for (const take of [...this.idle]) take(undefined);
    return this.queue.splice(0);
  }

  /** Mail was taken: whatever was before is over. The number of failures that it ends. */
  succeeded(): number {
    const { failures } = this;
    this.failures = 0;
    this.rest = undefined;
    if (this.connectionsNow < this.connectionsMax) this.connectionsNow += 0.1; // one more after ten messages
    return failures;
  }

  /** Others go on, so it is the number of connections that the other side does not like. */
  refusedOneMore(): boolean {
    if (this.open === 0) return false;
    this.connectionsNow = Math.max(1, this.open);
    return true;
  }

  /** RFC 5321 §4.5.4.1 done: the destination rests, and longer each time. */
  failed(schedule: RetrySchedule, chance: number, remote: string, fate: Rest["fate"]): Rest {
    this.failures++;
    this.rest = { untilMs: this.clock.wallMs() + pauseAfter(schedule, this.failures, chance), remote, fate };
    return this.rest;
  }

  /**
   * Whether somebody has ordered to try now what rests: then it was due at the end of the rest, and is due before. What is
   * due to be given up or told of is not such an order.
   */
  isOrdered({ receivedMs, recipients }: Claim, { delayNoticeMs, expiryMs }: RetrySchedule): boolean {
    const { rest } = this;
    return recipients.some(
      ({ attempts, dueMs }) =>
        rest !== undefined &&
        attempts > 0 &&
        dueMs < rest.untilMs &&
        dueMs !== receivedMs + delayNoticeMs &&
        dueMs !== receivedMs + expiryMs,
    );
  }

  private get limit(): number {
    return Math.min(this.connectionsMax, Math.floor(this.connectionsNow));
  }

  private handOut(): void {
    while (this.queue.length > 0 && this.cancelPace === undefined) {
      const [take] = this.idle;
      if (take === undefined) return;
      const waitMs = this.pace.take(this.clock.steadyMs());
      if (waitMs > 0) {
        this.cancelPace = this.clock.after(waitMs, () => {
          this.cancelPace = undefined;
          this.handOut();
        });
        return;
      }
      take(this.queue.shift());
      if (this.hasMore && this.room > 0) this.onRoom();
    }
  }
}
