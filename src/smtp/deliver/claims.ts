// Asks the queue for what is due: for destinations that nobody is busy with when something changes or falls due, and for
// those that are as soon as they have room. What is claimed is handed on at once.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { Claim, ClaimWish, MailSpool } from "../../spool/spool.ts";
import { deliverEvents } from "./events.ts";
import type { Lane } from "./lane.ts";
import type { Lanes } from "./lanes.ts";

export interface ClaimsParts {
  readonly spool: MailSpool;
  readonly clock: Clock;
  readonly report: Report;
  readonly lanes: Lanes;
  /** Messages that are in memory, and not written down yet. */
  held(): number;
  take(claims: readonly Claim[]): void;
}

type Wish = Omit<ClaimWish, "nowMs" | "recipientsMax">;

const HELD_MAX = 4000;
/** Of a destination that was not looked at before; with so many it is asked for more by itself. */
const FIRST_MAX = 4;
const RECIPIENTS_MAX = 100;
const CLAIMS_MAX = 200;
/** A change is looked at once in this time, however many there are; our own records are changes too. */
const LOOK_APART_MS = 100;
/** The wall clock may be put forward while we wait. */
const LOOK_AT_LEAST_MS = 60_000;
const AFTER_TROUBLE_MS = 5000;

export class Claims {
  private readonly parts: ClaimsParts;
  private isOver = false;
  private isLooking = false;
  private lookAgain = false;
  private isUnread = false;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private timerMs = Number.POSITIVE_INFINITY;
  private cancelTimer = () => {};
  private readonly asking = new Set<Promise<number>>();
  private stopWatching = () => {};

  constructor(parts: ClaimsParts) {
    this.parts = parts;
  }

  start(): void {
    this.stopWatching = this.parts.spool.onChange(() => this.wake());
    this.wake();
  }

  /** Resolves when what was asked for is here, too: it is claimed, and somebody has to give it back. */
  async stop(): Promise<void> {
    this.isOver = true;
    this.stopWatching();
    this.cancelTimer();
    await Promise.all(this.asking);
  }

  /** Something has changed: the queue, or the settings. */
  wake(): void {
    const sinceMs = this.parts.clock.steadyMs() - this.lookedMs;
    if (sinceMs >= LOOK_APART_MS) void this.look();
    else this.lookIn(LOOK_APART_MS - sinceMs);
  }

  /** Something is off our hands: what was too much then may be looked at now. */
  goOn(): void {
    if (this.lookAgain) void this.look();
  }

  /** More for a destination that is busy. */
  async refill(lane: Lane): Promise<void> {
    if (!lane.hasMore || lane.isClaiming || this.isOver) return;
    const room = Math.min(lane.room, HELD_MAX - this.parts.held());
    if (room < 1) return;
    lane.isClaiming = true;
    const wish = { messagesMax: room, perDestinationMax: room, destinations: [lane.destination] };
    const found = await this.claim(wish);
    lane.isClaiming = false;
    lane.hasMore = found >= room;
    if (lane.hasMore) void this.refill(lane);
  }

  private async look(): Promise<void> {
    this.lookAgain = true;
    if (this.isLooking || this.isOver) return;
    this.isLooking = true;
    while (this.lookAgain && !this.isOver && this.parts.held() < HELD_MAX) {
      this.lookedMs = this.parts.clock.steadyMs();
      const except = this.parts.lanes.busy();
      const found = await this.claim({ messagesMax: CLAIMS_MAX, perDestinationMax: FIRST_MAX, except });
      this.lookAgain = found >= CLAIMS_MAX;
    }
    this.isLooking = false;
  }

  /** How many messages were claimed. */
  private claim(wish: Wish): Promise<number> {
    const asked = this.ask(wish).finally(() => this.asking.delete(asked));
    this.asking.add(asked);
    return asked;
  }

  private async ask(wish: Wish): Promise<number> {
    const { spool, clock, lanes, take } = this.parts;
    const claimed = await spool.claim({ ...wish, nowMs: clock.wallMs(), recipientsMax: RECIPIENTS_MAX });
    if (!claimed.ok) {
      this.tellUnread(claimed.error.because);
      this.lookIn(AFTER_TROUBLE_MS);
      return 0;
    }
    this.isUnread = false;
    const { claims, nextMs } = claimed.value;
    take(claims);
    const counts = new Map<string, number>();
    for (const { destination } of claims) counts.set(destination, (counts.get(destination) ?? 0) + 1);
    for (const [destination, count] of counts) {
      const lane = lanes.find(destination);
      if (lane === undefined || count < FIRST_MAX) continue;
      lane.hasMore = true;
      void this.refill(lane);
    }
    this.lookIn(nextMs === null ? LOOK_AT_LEAST_MS : Math.max(LOOK_APART_MS, nextMs - clock.wallMs()));
    return claims.length;
  }

  private tellUnread(because: string): void {
    if (!this.isUnread && !this.isOver)
      this.parts.report(deliverEvents.spoolUnread, about("service", "smtp"), { because });
    this.isUnread = true;
  }

  /** The earliest wish counts. */
  private lookIn(delayMs: number): void {
    const { clock } = this.parts;
    const dueMs = clock.steadyMs() + Math.min(delayMs, LOOK_AT_LEAST_MS);
    if (dueMs >= this.timerMs || this.isOver) return;
    this.cancelTimer();
    this.timerMs = dueMs;
    this.cancelTimer = clock.after(dueMs - clock.steadyMs(), () => {
      this.timerMs = Number.POSITIVE_INFINITY;
      void this.look();
    });
  }
}
