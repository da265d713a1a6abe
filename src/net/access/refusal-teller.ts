// Tells the event log of refusals without filling it: the first of a reason at once, with the address and the setting
// that decides, and then once a minute how many more there were. It keeps no address, only about how many they were.
import type { Clock } from "../../base/clock.ts";
import { about, type Subject } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import { netEvents } from "../events.ts";
import { DistinctCount } from "./distinct-count.ts";
import type { KeyedHash } from "./keyed-hash.ts";
import { type RefusalReason, refusalReasons } from "./refusal-reasons.ts";
import type { Peer } from "./visit.ts";

const PERIOD_MS = 60_000;

/** What came of one reason since it was told last. */
interface Period {
  count: number;
  readonly addresses: DistinctCount;
  readonly sinceMs: number;
  readonly cancelTimer: () => void;
}

export class RefusalTeller {
  private readonly path: string;
  private readonly subject: Subject<"site">;
  private readonly hash: KeyedHash;
  private readonly clock: Clock;
  private readonly report: Report;
  private readonly periods = new Map<RefusalReason, Period>();

  constructor(path: string, hash: KeyedHash, clock: Clock, report: Report) {
    this.path = path;
    this.subject = about("site", path);
    this.hash = hash;
    this.clock = clock;
    this.report = report;
  }

  /** `because` goes on after "as smtp/sites/default/access says:"; it is asked only when it is told. */
  tell(reason: RefusalReason, peer: Peer, because: () => string): void {
    const period = this.periods.get(reason);
    if (period !== undefined) {
      period.count++;
      period.addresses.add(this.hash(peer));
      return;
    }
    const { event, setting } = refusalReasons[reason];
    const { address } = peer;
    this.report(event, this.subject, { address, setting: `${this.path}/${setting}`, because: because() });
    this.begin(reason);
  }

  /** Tells what is left to tell. */
  close(): void {
    for (const [reason, period] of this.periods) {
      period.cancelTimer();
      this.sum(reason, period);
    }
    this.periods.clear();
  }

  private begin(reason: RefusalReason): void {
    const cancelTimer = this.clock.after(PERIOD_MS, () => this.end(reason));
    this.periods.set(reason, { count: 0, addresses: new DistinctCount(), sinceMs: this.clock.steadyMs(), cancelTimer });
  }

  /** A minute without any, and the next one is told as a first one again. */
  private end(reason: RefusalReason): void {
    const period = this.periods.get(reason);
    this.periods.delete(reason);
    if (period !== undefined && this.sum(reason, period)) this.begin(reason);
  }

  private sum(reason: RefusalReason, { count, addresses, sinceMs }: Period): boolean {
    if (count === 0) return false;
    const { setting, sentence } = refusalReasons[reason];
    this.report(netEvents.refusalsCounted, this.subject, {
      count,
      addresses: addresses.estimate,
      seconds: Math.round((this.clock.steadyMs() - sinceMs) / 1000),
      setting: `${this.path}/${setting}`,
      because: sentence,
    });
    return true;
  }
}
