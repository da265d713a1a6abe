// Runs the queue: gives each destination its connections, decides what a failure means for it, and sees to it that nothing
// is under way when it ends. What is due comes from claims.ts, what came of it goes to outcomes.ts.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import type { Claim, MailSpool } from "../../spool/spool.ts";
import { localDomainOf } from "./choose-route.ts";
import { Claims } from "./claims.ts";
import { Courier, type CourierWorld } from "./courier.ts";
import type { DeliverySite } from "./delivery-site.ts";
import { deliverEvents } from "./events.ts";
import type { Fates } from "./hand-over.ts";
import type { Lane } from "./lane.ts";
import { Lanes } from "./lanes.ts";
import type { NoWay, WayWorld } from "./open-way.ts";
import { outboundLog } from "./outbound-log.ts";
import { Outcomes, type OutcomesParts } from "./outcomes.ts";
import { tellUnreachable } from "./tell-unreachable.ts";
import { leaveBody, type Work, workOf } from "./work.ts";

export interface RunnerParts extends Omit<OutcomesParts, "written"> {
  readonly spool: MailSpool;
  readonly way: WayWorld;
  sites(): Iterable<DeliverySite>;
}

/** Files of this machine, which do not become faster by being many. */
const LOCAL_COURIERS = 4;
/** Of a body that is asked for ahead. */
const AHEAD_BYTES_MAX = 64 * 1024;
/** For each of the last steps, beyond which a worker waits for nobody. */
const LAST_WORDS_MS = 1000;

export class Runner {
  private readonly parts: RunnerParts;
  private readonly world: CourierWorld;
  private readonly lanes: Lanes;
  private readonly claims: Claims;
  private readonly outcomes: Outcomes;
  private readonly couriers = new Map<Courier, Promise<void>>();
  private connections = 0;
  private isClosing = false;

  constructor(parts: RunnerParts) {
    const { spool, clock, report } = parts;
    this.parts = parts;
    this.lanes = new Lanes(clock, (lane) => void this.claims.refill(lane));
    this.outcomes = new Outcomes({ ...parts, written: (destination) => this.written(destination) });
    this.claims = new Claims({
      spool,
      clock,
      report,
      lanes: this.lanes,
      held: () => this.lanes.waiting + this.couriers.size + this.outcomes.unwritten,
      take: (claims) => this.take(claims),
    });
    this.world = {
      ...parts.way,
      spool,
      witness: ({ site, claim }) => outboundLog(site.log, clock, claim.id),
      finished: (lane, work, remote, fates) => this.finished(lane, work, remote, fates),
      unreachable: (lane, work, why) => this.unreachable(lane, work, why),
    };
  }

  start(): void {
    this.claims.start();
  }

  /** Settings have changed. */
  wake(): void {
    this.claims.wake();
  }

  async close(limitMs: number): Promise<void> {
    const { clock } = this.parts;
    this.isClosing = true;
    const claimed = this.claims.stop();
    for (const lane of this.lanes.all()) for (const work of lane.empty()) this.outcomes.giveBack(work);
    for (const courier of this.couriers.keys()) {
      const work = courier.stop();
      if (work !== undefined) this.outcomes.giveBack(work);
    }
    const done = () => Promise.all([claimed, ...this.couriers.values()]);
    await within(clock, Math.max(0, limitMs - LAST_WORDS_MS), done());
    for (const courier of this.couriers.keys()) courier.abandon();
    await within(clock, LAST_WORDS_MS, done());
    await within(clock, LAST_WORDS_MS, this.outcomes.close());
  }

  private take(claims: readonly Claim[]): void {
    const lanes = new Set<Lane>();
    for (const claim of claims) {
      const site = this.siteOf(claim);
      if (site === undefined) this.outcomes.deferUnknown(claim);
      else lanes.add(this.takeFor(site, claim));
    }
    for (const lane of lanes) this.pump(lane);
  }

  private takeFor(site: DeliverySite, claim: Claim): Lane {
    const lane = this.lanes.of(claim.destination);
    const isPutOff = lane.isResting && !lane.isOrdered(claim, site.policy.schedule);
    if (!isPutOff) lane.rest = undefined;
    for (const work of workOf(claim, site)) {
      if (this.isClosing) this.outcomes.giveBack(work);
      else if (isPutOff) this.putOff(lane, work);
      else {
        const [leg] = work.to.is === "remote" ? work.to.legs : [];
        lane.follow(leg?.way.connectionsMax ?? LOCAL_COURIERS, leg?.way.pace ?? null);
        lane.put(claim.sizeBytes <= AHEAD_BYTES_MAX ? { ...work, body: this.parts.spool.body(claim.id) } : work);
      }
    }
    return lane;
  }

  private pump(lane: Lane): void {
    const isLocal = localDomainOf(lane.destination) !== undefined;
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
    this.lanes.forget(lane);
    // Others may have waited for the connection.
    if (this.connections === this.connectionsMax() - 1) for (const it of this.lanes.all()) this.pump(it);
  }

  private finished(lane: Lane, work: Work, remote: string, fates: Fates): void {
    const { report } = this.parts;
    const { site, claim, to } = work;
    if (to.is === "remote" || [...fates.values()].some((it) => it.is === "delivered")) {
      const failures = lane.succeeded();
      if (failures > site.policy.schedule.glitchRetries)
        report(deliverEvents.hostBack, about("site", site.path), { destination: lane.destination, failures });
    }
    for (const [{ address }, fate] of fates) {
      if (fate.is === "delivered" || !fate.uncertain) continue;
      const facts = { remote, id: claim.id, address, because: fate.words };
      report(deliverEvents.uncertain, about("site", site.path), facts);
    }
    this.outcomes.settle(work, remote, (recipient) => fates.get(recipient));
  }

  private unreachable(lane: Lane, work: Work, why: NoWay): void {
    const { random, report } = this.parts;
    const { site, body, ...rest } = work;
    const { remote, fate } = why;
    void leaveBody(work);
    // The domain itself says so: it is no trouble of the way to it.
    if (fate.reply.code >= 500) return this.outcomes.settle(work, remote, () => fate);
    if (lane.refusedOneMore()) return lane.putBack({ ...rest, site });
    const { untilMs } = lane.failed(site.policy.schedule, random(), remote, fate);
    tellUnreachable(report, site, lane, why, untilMs);
    this.outcomes.settle(work, remote, () => fate, untilMs);
    for (const other of lane.empty()) this.putOff(lane, other);
    lane.hasMore = true;
    void this.claims.refill(lane);
  }

  /** Not asked for, as its destination rests: it waits with the others, and is told of or given up in time. */
  private putOff({ rest }: Lane, work: Work): void {
    if (rest === undefined) return this.outcomes.giveBack(work);
    void leaveBody(work);
    this.outcomes.settle(work, "", () => rest.fate, rest.untilMs);
  }

  private written(destination: string): void {
    const lane = this.lanes.find(destination);
    if (lane !== undefined && lane.room > 0) void this.claims.refill(lane);
    this.claims.goOn();
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
}

async function within(clock: Clock, limitMs: number, work: Promise<unknown>): Promise<void> {
  const over = Promise.withResolvers<void>();
  const cancel = clock.after(limitMs, over.resolve);
  await Promise.race([work, over.promise]);
  cancel();
}
