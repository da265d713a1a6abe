// One connection's life: it takes work of its destination as long as there is some, opens a conversation, and hands over
// message after message. What comes of it goes back to whoever sent it out.

import { ours } from "../../proto/smtp/client/talk.ts";
import type { Recipient } from "../../spool/message.ts";
import type { Body, MailSpool } from "../../spool/spool.ts";
import type { Spooled } from "../../spool/trouble.ts";
import type { Leg } from "./choose-route.ts";
import { bodyGone, type Fates, handOver } from "./hand-over.ts";
import type { Lane } from "./lane.ts";
import { type NoWay, type OpenWay, openWay, type WayWorld } from "./open-way.ts";
import type { Witness } from "./outbound-session.ts";
import { type Fate, troubleFate } from "./settle.ts";
import { sameLegs, type Work } from "./work.ts";

export interface CourierWorld extends WayWorld {
  readonly spool: MailSpool;
  witness(work: Work): Witness;
  /** What came of it. */
  finished(lane: Lane, work: Work, remote: string, fates: Fates): void;
  /** Nobody could be spoken with, or whoever was has sent us away at once. */
  unreachable(lane: Lane, work: Work, why: NoWay): void;
}

export class Courier {
  private readonly lane: Lane;
  private readonly world: CourierWorld;
  private opened: OpenWay | undefined;
  private legs: readonly Leg[] = [];
  private current: Work | undefined;
  /** What is known of its recipients so far: a message may need several turns. */
  private fates = new Map<Recipient, Fate>();
  private isStopped = false;

  constructor(lane: Lane, world: CourierWorld) {
    this.lane = lane;
    this.world = world;
  }

  async run(): Promise<void> {
    while (!this.isStopped) {
      const work = await this.lane.next();
      if (work === undefined) break;
      this.current = work;
      this.fates = new Map();
      const goesOn =
        work.to.is === "local" ? await this.deliverHere(work, work.to.domain) : await this.deliver(work, work.to.legs);
      this.current = undefined;
      if (!goesOn) break;
    }
    await this.close();
  }

  /** What has not begun is given back; what is in its text, or has been taken for some already, may end. */
  stop(): Work | undefined {
    this.isStopped = true;
    const { current: work, opened, fates } = this;
    const hasBegun = fates.size > 0 || opened?.session.isInText === true;
    if (work === undefined || work.to.is === "local" || hasBegun) return undefined;
    this.current = undefined;
    opened?.session.abandon("The service stops");
    return work;
  }

  /** The time for that is over. */
  abandon(): void {
    this.opened?.session.abandon("The service stops");
  }

  /** Whether it makes sense to go on with this connection, or to make another one. */
  private async deliver(work: Work, legs: readonly Leg[]): Promise<boolean> {
    const opened = await this.openFor(work, legs);
    if (opened === undefined) return false;
    const { session, way } = opened;
    const isUsed = session.messages > 0;
    const { envelope } = work.claim;
    const fates = await this.withBody(work, (body) =>
      handOver(session, way, envelope, work.recipients, body, this.fates),
    );
    if (this.current !== work) return false; // given back meanwhile
    const lost = session.takesMore || session.reachedText ? undefined : lossOf(fates);
    if (!session.takesMore) await this.close();
    if (lost === undefined) this.world.finished(this.lane, work, session.remote, fates);
    // A connection that has waited for more may be gone, which is nobody's trouble.
    else if (isUsed && !work.isSecondTry) {
      const { body: _, ...rest } = work; // which is closed
      this.lane.putBack({ ...rest, isSecondTry: true });
    } else this.world.unreachable(this.lane, work, { remote: session.remote, stage: "hello", way, fate: lost });
    return lost === undefined || isUsed;
  }

  private async openFor(work: Work, legs: readonly Leg[]): Promise<OpenWay | undefined> {
    const { opened } = this;
    const witness = this.world.witness(work);
    if (opened !== undefined) {
      const { session, way } = opened;
      const isFull = session.messages >= way.messagesPerConnection || !session.takesMore;
      if (!isFull && sameLegs(this.legs, legs)) {
        session.watch(witness);
        return opened;
      }
      await this.close();
    }
    const found = await openWay(legs, work.site.policy, this.world, witness);
    if (this.current !== work) {
      if (found.ok) await found.value.session.quit();
      return undefined;
    }
    if (!found.ok) {
      this.world.unreachable(this.lane, work, found.error);
      return undefined;
    }
    this.opened = found.value;
    this.legs = legs;
    this.lane.open++;
    return found.value;
  }

  private async deliverHere(work: Work, domain: string): Promise<boolean> {
    const { claim, recipients, site } = work;
    const fates = await this.withBody(work, async (body) => {
      const fate = localFate(await site.deliverLocally({ domain, message: claim, recipients, body }));
      return new Map(recipients.map((it) => [it, fate]));
    });
    this.world.finished(this.lane, work, domain, fates);
    return true;
  }

  private async withBody(work: Work, use: (body: Body) => Promise<Fates>): Promise<Fates> {
    const body = await (work.body ?? this.world.spool.body(work.claim.id));
    if (!body.ok || body.value === null) return new Map(work.recipients.map((it) => [it, bodyGone]));
    try {
      return await use(body.value);
    } finally {
      await body.value.close();
    }
  }

  private async close(): Promise<void> {
    const { opened } = this;
    if (opened === undefined) return;
    this.opened = undefined;
    this.lane.open--;
    await opened.session.quit();
  }
}

/** RFC 5321 §3.8: all that was heard is that the connection is over. */
function lossOf(fates: Fates): NoWay["fate"] | undefined {
  const all = [...fates.values()];
  const [first] = all;
  return first?.is === "trouble" && all.every((it) => it.is === "trouble" && it.reply.code === 421) ? first : undefined;
}

/** Of the folder of a local domain every trouble passes. */
const localFate = (put: Spooled<string>): Fate =>
  put.ok
    ? { is: "delivered", words: put.value, here: true, keepsDsn: false }
    : troubleFate(ours(451, "4.3.0", put.error.because));
