// Forgets the story of messages that left long ago, and gives back the room that the queue does not need any more: each
// hour, in small steps with pauses, so that nobody who accepts or delivers has to wait.
import type { Clock } from "../base/clock.ts";
import type { MailSpool } from "../spool/spool.ts";

const LOOK_EVERY_MS = 3_600_000;
const PAUSE_MS = 100;

export class HistoryKeeper {
  private readonly spool: Pick<MailSpool, "purge" | "shrink">;
  private readonly clock: Clock;
  private ageMs = Number.POSITIVE_INFINITY;
  private isOver = false;
  private cancel = () => {};

  constructor(spool: Pick<MailSpool, "purge" | "shrink">, clock: Clock) {
    this.spool = spool;
    this.clock = clock;
  }

  /** What is older than this is forgotten, now and from here on. Nothing is before it was said once. */
  follow(ageMs: number): void {
    this.ageMs = ageMs;
    this.lookIn(0);
  }

  close(): void {
    this.isOver = true;
    this.cancel();
  }

  private lookIn(delayMs: number): void {
    this.cancel();
    this.cancel = this.clock.after(delayMs, () => void this.step());
  }

  /** What cannot be done now is tried again with the next hour; the spool itself tells of its disk. */
  private async step(): Promise<void> {
    const { ageMs } = this;
    const purged = await this.spool.purge(this.clock.wallMs() - ageMs);
    const done = purged.ok && !purged.value ? await this.spool.shrink() : purged;
    // For another age, told meanwhile, a look of its own is on its way.
    if (!this.isOver && ageMs === this.ageMs) this.lookIn(done.ok && done.value ? PAUSE_MS : LOOK_EVERY_MS);
  }
}
