// Looks now and then how long the queue is and how old its oldest message, for the metrics. It is not asked more often than
// numbers are read.
import type { Clock } from "../../base/clock.ts";
import type { MailSpool } from "../../spool/spool.ts";

export interface QueueTally {
  attempted(outcome: "delivered" | "deferred" | "failed", recipients: number): void;
  queued(recipients: number, oldestSeconds: number): void;
}

const LOOK_EVERY_MS = 10_000;

export function watchQueue(spool: MailSpool, clock: Clock, tally: QueueTally): () => void {
  let isOver = false;
  let cancel = () => {};
  const look = async () => {
    const summary = await spool.summary();
    const oldest = await spool.find({}, { limit: 1 });
    if (isOver) return;
    if (summary.ok && oldest.ok) {
      const recipients = summary.value.reduce((sum, it) => sum + it.recipients, 0);
      const sinceMs = oldest.value[0]?.message.receivedMs;
      tally.queued(recipients, sinceMs === undefined ? 0 : Math.max(0, clock.wallMs() - sinceMs) / 1000);
    }
    cancel = clock.after(LOOK_EVERY_MS, look);
  };
  void look();
  return () => {
    isOver = true;
    cancel();
    tally.queued(0, 0);
  };
}
