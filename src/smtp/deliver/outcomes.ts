// What becomes of work that is over: settled with the notices it causes, put off, or given back as it was, and written
// down. It knows what is still on its way to the disk.
import { about } from "../../base/fault.ts";
import type { Attempt, Recipient } from "../../spool/message.ts";
import type { Claim } from "../../spool/spool.ts";
import { type ConcludeParts, conclude } from "./conclude.ts";
import { deliverEvents } from "./events.ts";
import type { Recorder } from "./recorder.ts";
import { type Fate, type Settled, settle } from "./settle.ts";
import { leaveBody, type Work } from "./work.ts";

export interface OutcomesParts extends ConcludeParts {
  readonly recorder: Recorder;
  counted(outcome: "delivered" | "deferred" | "failed", recipients: number): void;
  /** Something of that destination is on the disk. */
  written(destination: string): void;
}

const UNKNOWN_SITE_MS = 10_000;

export class Outcomes {
  private readonly parts: OutcomesParts;
  private readonly pending = new Set<Promise<void>>();
  private readonly unknownSites = new Set<string>();

  constructor(parts: OutcomesParts) {
    this.parts = parts;
  }

  get unwritten(): number {
    return this.pending.size;
  }

  /** Recipients without a fate were not asked for, and go back as they were. */
  settle(work: Work, remote: string, fateOf: (it: Recipient) => Fate | undefined, restsUntilMs?: number): void {
    const { clock, random, recorder } = this.parts;
    const { claim, site, recipients } = work;
    const nowMs = clock.wallMs();
    const moment = { schedule: site.policy.schedule, nowMs, chance: random(), restsUntilMs };
    const settled: Settled[] = [];
    const returned: Attempt[] = [];
    for (const it of recipients) {
      const fate = fateOf(it);
      if (fate === undefined) returned.push(returnedAttempt(claim, it, nowMs));
      else settled.push(settle(claim, it, remote, fate, moment));
    }
    this.count(settled);
    this.track(claim, async () => {
      const conclusion = await conclude(this.parts, site, claim, settled);
      await recorder.record({ ...conclusion, attempts: [...conclusion.attempts, ...returned] });
    });
  }

  giveBack(work: Work): void {
    const { claim, recipients } = work;
    void leaveBody(work);
    const nowMs = this.parts.clock.wallMs();
    const attempts = recipients.map((it) => returnedAttempt(claim, it, nowMs));
    this.track(claim, () => this.parts.recorder.record({ attempts }));
  }

  /** Its site is not there, or not yet. */
  deferUnknown(claim: Claim): void {
    const { clock, report, recorder } = this.parts;
    const { id, source, recipients } = claim;
    const nowMs = clock.wallMs();
    if (!this.unknownSites.has(source.site)) report(deliverEvents.siteUnknown, about("site", source.site || "?"));
    this.unknownSites.add(source.site);
    const outcome = { is: "deferred", untilMs: nowMs + UNKNOWN_SITE_MS } as const;
    const reply = `There is no site ${source.site} to deliver it`;
    const attempts = recipients.map((it) => ({ id, recipient: it.index, atMs: nowMs, outcome, remote: "", reply }));
    this.track(claim, () => recorder.record({ attempts }));
  }

  async close(): Promise<void> {
    await Promise.all(this.pending);
    await this.parts.recorder.close();
  }

  private count(settled: readonly Settled[]): void {
    for (const { attempt } of settled) {
      const { is } = attempt.outcome;
      if (is === "delivered" || is === "deferred" || is === "failed") this.parts.counted(is, 1);
    }
  }

  private track({ destination }: Claim, run: () => Promise<void>): void {
    const running = run().then(() => {
      this.pending.delete(running);
      this.parts.written(destination);
    });
    this.pending.add(running);
  }
}

const returnedAttempt = ({ id }: Claim, { index }: Recipient, atMs: number): Attempt => ({
  id,
  recipient: index,
  atMs,
  outcome: { is: "returned" },
  remote: "",
  reply: "",
});
