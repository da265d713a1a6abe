// Runs the queue: claims what is due, gives each destination its connections, writes down what came of it, and sees to it
// that nothing is under way when it ends. How a destination behaves is in lane.ts, what is said to it in courier.ts.
import type { Clock, Randomness } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import type { Recipient } from "../../spool/message.ts";
import type { Claim, ClaimWish, MailSpool } from "../../spool/spool.ts";
import { type ConcludeParts, conclude } from "./conclude.ts";
import { Courier, type CourierWorld } from "./courier.ts";
import type { DeliverySite } from "./delivery-site.ts";
import { deliverEvents } from "./events.ts";
import type { Fates } from "./hand-over.ts";
import { Lane } from "./lane.ts";
import type { NoWay } from "./open-way.ts";
import { outboundLog } from "./outbound-log.ts";
import type { Recorder } from "./recorder.ts";
import { type Fate, type Settled, settle } from "./settle.ts";
import { tellUnreachable } from "./tell-unreachable.ts";
import { leaveBody, type Work, workOf } from "./work.ts";

export interface RunnerParts extends ConcludeParts {
  readonly clock: Clock;
  readonly random: Randomness;
  readonly report: Report;
  readonly spool: MailSpool;
  readonly recorder: Recorder;
  readonly way: Omit<CourierWorld, "spool" | "witness" | "finished" | "unreachable">;
  sites(): Iterable<DeliverySite>;
  counted(outcome: "delivered" | "deferred" | "failed", recipients: number): void;
}

/** Messages in memory at a time, claimed and not written down yet. */
const HELD_MAX = 4000;
/** Of a destination that was not looked at before; with so many it is asked for more by itself. */
const FIRST_MAX = 4;
const RECIPIENTS_MAX = 100;
const CLAIMS_MAX = 200;
/** Files of this machine, which do not become faster by being many. */
const LOCAL_COURIERS = 4;
const LANES_MAX = 20_000;
/** Of a body that is asked for ahead. */
const AHEAD_BYTES_MAX = 64 * 1024;
/** A change is looked at once in this time, however many there are; our own records are changes too. */
const LOOK_APART_MS = 100;
/** The wall clock may be put forward while we wait. */
const LOOK_AT_LEAST_MS = 60_000;
const FIRST_AGAIN_MS = 1000;
const AFTER_TROUBLE_MS = 5000;
const UNKNOWN_SITE_MS = 10_000;
const LAST_WORDS_MS = 1000;

export class Runner implements Pick<CourierWorld, "witness" | "finished" | "unreachable"> {
  private readonly parts: RunnerParts;
  private readonly world: CourierWorld;
  private readonly lanes = new Map<string, Lane>();
  private readonly couriers = new Map<Courier, Promise<void>>();
  private readonly pending = new Set<Promise<void>>();
  private readonly unknownSites = new Set<string>();
  private connections = 0;
  private isLooking = false;
  private lookAgain = false;
  private isClosing = false;
  private isUnread = false;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private cancelTimer = () => {};
  private timerMs = Number.POSITIVE_INFINITY;
  private stopWatching = () => {};

  constructor(parts: RunnerParts) {
    this.parts = parts;
    this.world = {
      ...parts.way,
      spool: parts.spool,
      witness: (work) => this.witness(work),
      finished: (lane, work, remote, fates) => this.finished(lane, work, remote, fates),
      unreachable: (lane, work, why) => this.unreachable(lane, work, why),
    };
  }

  start(): void {
    this.stopWatching = this.parts.spool.onChange(() => this.wake());
    this.wake();
    // What another process has changed is noticed from the second look of the spool on; what came before is looked for.
    this.lookIn(FIRST_AGAIN_MS);
  }

  /** Something has changed: the queue, or the settings. */
  wake(): void {
    const { clock } = this.parts;
    const sinceMs = clock.steadyMs() - this.lookedMs;
    if (sinceMs >= LOOK_APART_MS) void this.look();
    else this.lookIn(LOOK_APART_MS - sinceMs);
  }

  async close(limitMs: number): Promise<void> {
    const { clock, recorder } = this.parts;
    this.isClosing = true;
    this.stopWatching();
    this.cancelTimer();
    for (const lane of this.lanes.values()) for (const work of lane.empty()) this.giveBack(work);
    for (const courier of this.couriers.keys()) {
      const work = courier.stop();
      if (work !== undefined) this.giveBack(work);
    }
    const done = () => Promise.all([...this.couriers.values()]);
    await within(clock, Math.max(0, limitMs - LAST_WORDS_MS), done());
    for (const courier of this.couriers.keys()) courier.abandon();
    await within(clock, LAST_WORDS_MS, done());
    await within(
      clock,
      LAST_WORDS_MS,
      Promise.all(this.pending).then(() => recorder.close()),
    );
  }

  witness(work: Work) {
    return outboundLog(work.site.log, this.parts.clock, work.claim.id);
  }

  finished(lane: Lane, work: Work, remote: string, fates: Fates): void {
    const { report } = this.parts;
    const { site, claim } = work;
    if (work.to.is === "remote" || [...fates.values()].some((it) => it.is === "delivered")) {
      const failures = lane.succeeded();
      if (failures > site.policy.schedule.glitchRetries)
        report(deliverEvents.hostBack, about("site", site.path), { destination: lane.destination, failures });
    }
    for (const [recipient, fate] of fates)
      if (fate.is === "trouble" && fate.uncertain)
        report(deliverEvents.uncertain, about("site", site.path), {
          remote,
          id: claim.id,
          address: recipient.address,
          because: fate.words,
        });
    this.settleWork(work, remote, (recipient) => fates.get(recipient));
  }

  unreachable(lane: Lane, work: Work, why: NoWay): void {
    const { random, report } = this.parts;
    const { site } = work;
    const { remote, fate } = why;
    // The domain itself says so: it is no trouble of the way to it.
    if (fate.reply.code >= 500) {
      void leaveBody(work);
      return this.settleWork(work, remote, () => fate);
    }
    void leaveBody(work);
    if (lane.refusedOneMore()) {
      const { body: _, ...rest } = work;
      return lane.putBack(rest);
    }
    const rest = lane.failed(site.policy.schedule, random(), remote, fate);
    tellUnreachable(report, site, lane, why, rest.untilMs);
    this.settleWork(work, remote, () => fate, rest.untilMs);
    for (const other of lane.empty()) this.putOff(lane, other);
    lane.hasMore = true;
    void this.refill(lane);
  }

  /** Claims of destinations that nobody is busy with. */
  private async look(): Promise<void> {
    if (this.isLooking || this.isClosing) {
      this.lookAgain = true;
      return;
    }
    this.isLooking = true;
    do {
      this.lookAgain = false;
      this.lookedMs = this.parts.clock.steadyMs();
      const found = await this.claim({ messagesMax: CLAIMS_MAX, perDestinationMax: FIRST_MAX, except: this.busy() });
      if (found >= CLAIMS_MAX) this.lookAgain = true;
    } while (this.lookAgain && !this.isClosing && this.held < HELD_MAX);
    this.isLooking = false;
  }

  /** More for one that is. */
  private async refill(lane: Lane): Promise<void> {
    const room = Math.min(lane.room, HELD_MAX - this.held);
    if (!lane.hasMore || lane.isClaiming || this.isClosing || room < 1) return;
    lane.isClaiming = true;
    const wish = { messagesMax: room, perDestinationMax: room, destinations: [lane.destination] };
    const found = await this.claim(wish);
    lane.isClaiming = false;
    lane.hasMore = found >= room;
    if (lane.hasMore) void this.refill(lane);
  }

  private busy(): readonly string[] {
    const busy: string[] = [];
    for (const lane of this.lanes.values()) {
      if (lane.room === 0) lane.hasMore = true; // nobody looks for it until it has room
      if (lane.hasMore || lane.isClaiming) busy.push(lane.destination);
    }
    return busy;
  }

  private async claim(wish: Omit<ClaimWish, "nowMs" | "recipientsMax">): Promise<number> {
    const { spool, clock, report } = this.parts;
    const claimed = await spool.claim({ ...wish, nowMs: clock.wallMs(), recipientsMax: RECIPIENTS_MAX });
    if (!claimed.ok) {
      if (!this.isUnread && !this.isClosing)
        report(deliverEvents.spoolUnread, about("service", "smtp"), { because: claimed.error.because });
      this.isUnread = true;
      this.lookIn(AFTER_TROUBLE_MS);
      return 0;
    }
    this.isUnread = false;
    const { claims, nextMs } = claimed.value;
    for (const claim of claims) this.take(claim);
    for (const name of new Set(claims.map((it) => it.destination))) {
      const lane = this.lanes.get(name);
      if (lane === undefined) continue;
      if (claims.filter((it) => it.destination === name).length >= FIRST_MAX) lane.hasMore = true;
      this.pump(lane);
      void this.refill(lane);
    }
    this.lookIn(nextMs === null ? LOOK_AT_LEAST_MS : Math.max(LOOK_APART_MS, nextMs - clock.wallMs()));
    return claims.length;
  }

  private take(claim: Claim): void {
    const site = this.siteOf(claim);
    if (site === undefined) return this.takeOfNobody(claim);
    const lane = this.laneFor(claim.destination);
    const works = workOf(claim, site);
    if (this.isClosing) for (const work of works) this.giveBack(work);
    else if (lane.isResting && !lane.isOrdered(claim, site.policy.schedule))
      for (const work of works) this.putOff(lane, work);
    else
      for (const work of works) {
        lane.rest = undefined;
        const [leg] = work.to.is === "remote" ? work.to.legs : [];
        lane.follow(leg?.way.connectionsMax ?? LOCAL_COURIERS, leg?.way.pace ?? null);
        lane.put(isSmall(claim) ? { ...work, body: this.parts.spool.body(claim.id) } : work);
      }
  }

  private takeOfNobody({ id, source, recipients }: Claim): void {
    const { clock, recorder, report } = this.parts;
    const nowMs = clock.wallMs();
    if (!this.unknownSites.has(source.site)) report(deliverEvents.siteUnknown, about("site", source.site || "?"));
    this.unknownSites.add(source.site);
    const reply = `There is no site ${source.site} to deliver it`;
    const outcome = { is: "deferred", untilMs: nowMs + UNKNOWN_SITE_MS } as const;
    const attempts = recipients.map((it) => ({ id, recipient: it.index, atMs: nowMs, outcome, remote: "", reply }));
    void recorder.record({ attempts });
  }

  private pump(lane: Lane): void {
    const isLocal = lane.destination.startsWith("local:");
    while (!this.isClosing && lane.wantsCourier && (isLocal || this.connections < this.connectionsMax())) {
      const courier = new Courier(lane, this.world);
      lane.couriers++;
      if (!isLocal) this.connections++;
      const run = courier.run().then(() => {
        this.couriers.delete(courier);
        lane.couriers--;
        if (!isLocal) this.connections--;
        this.courierEnded(lane);
      });
      this.couriers.set(courier, run);
    }
  }

  private courierEnded(lane: Lane): void {
    if (this.isClosing) return;
    this.pump(lane);
    if (lane.isForgettable && !lane.hasMore) this.lanes.delete(lane.destination);
    // Others may have waited for the connection.
    if (this.connections >= this.connectionsMax() - 1) for (const it of this.lanes.values()) this.pump(it);
  }

  private settleWork(
    work: Work,
    remote: string,
    fateOf: (it: Recipient) => Fate | undefined,
    restsUntilMs?: number,
  ): void {
    const { claim, site, recipients } = work;
    const nowMs = this.parts.clock.wallMs();
    const moment = { schedule: site.policy.schedule, nowMs, chance: this.parts.random(), restsUntilMs };
    const settled: Settled[] = [];
    const left: Recipient[] = [];
    for (const it of recipients) {
      const fate = fateOf(it);
      if (fate === undefined) left.push(it);
      else settled.push(settle(claim, it, remote, fate, moment));
    }
    for (const { attempt } of settled)
      if (attempt.outcome.is === "delivered" || attempt.outcome.is === "deferred" || attempt.outcome.is === "failed")
        this.parts.counted(attempt.outcome.is, 1);
    this.track(claim.destination, async () => {
      const conclusion = await conclude(this.parts, site, claim, settled);
      const returned = left.map((it) => returnedAttempt(claim, it, nowMs));
      await this.parts.recorder.record({ ...conclusion, attempts: [...conclusion.attempts, ...returned] });
    });
  }

  /** Not asked for, as its destination rests: it waits with the others, and is told of or given up in time. */
  private putOff(lane: Lane, work: Work): void {
    const { rest } = lane;
    if (rest === undefined) return this.giveBack(work);
    void leaveBody(work);
    this.settleWork(work, "", () => rest.fate, rest.untilMs);
  }

  private giveBack(work: Work): void {
    const { claim, recipients } = work;
    void leaveBody(work);
    const nowMs = this.parts.clock.wallMs();
    const attempts = recipients.map((it) => returnedAttempt(claim, it, nowMs));
    this.track(claim.destination, () => this.parts.recorder.record({ attempts }));
  }

  private track(destination: string, run: () => Promise<void>): void {
    const running = run().then(() => {
      this.pending.delete(running);
      const lane = this.lanes.get(destination);
      if (lane !== undefined && lane.room > 0) void this.refill(lane);
    });
    this.pending.add(running);
  }

  private get held(): number {
    let waiting = 0;
    for (const lane of this.lanes.values()) waiting += lane.waiting;
    return waiting + this.pending.size + this.couriers.size;
  }

  private laneFor(destination: string): Lane {
    const known = this.lanes.get(destination);
    if (known !== undefined) return known;
    if (this.lanes.size >= LANES_MAX)
      for (const [name, it] of this.lanes)
        if (it.couriers === 0 && it.waiting === 0 && !it.isClaiming) this.lanes.delete(name);
    const lane: Lane = new Lane(destination, this.parts.clock, () => void this.refill(lane));
    this.lanes.set(destination, lane);
    return lane;
  }

  private siteOf({ source }: Claim): DeliverySite | undefined {
    for (const site of this.parts.sites()) if (site.path === source.site) return site;
    return undefined;
  }

  private connectionsMax(): number {
    let most = 1;
    for (const { policy } of this.parts.sites()) most = Math.max(most, policy.connectionsMax);
    return most;
  }

  /** The earliest wish counts. */
  private lookIn(delayMs: number): void {
    const { clock } = this.parts;
    const dueMs = clock.steadyMs() + Math.min(delayMs, LOOK_AT_LEAST_MS);
    if (dueMs >= this.timerMs || this.isClosing) return;
    this.cancelTimer();
    this.timerMs = dueMs;
    this.cancelTimer = clock.after(dueMs - clock.steadyMs(), () => {
      this.timerMs = Number.POSITIVE_INFINITY;
      void this.look();
    });
  }
}

const isSmall = ({ sizeBytes }: Claim): boolean => sizeBytes <= AHEAD_BYTES_MAX;

const returnedAttempt = ({ id }: Claim, { index }: Recipient, atMs: number) =>
  ({ id, recipient: index, atMs, outcome: { is: "returned" }, remote: "", reply: "" }) as const;

async function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<void> {
  let cancel = () => {};
  await Promise.race([work, new Promise<void>((resolve) => (cancel = clock.after(limitMs, resolve)))]);
  cancel();
}
