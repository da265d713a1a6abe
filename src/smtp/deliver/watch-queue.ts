// Looks now and then how long the queue is and how old its oldest message, for the metrics. It is not asked more often than
// numbers are read.
import type { Clock } from "../../base/clock.ts";
import type { MailSpool } from "../../spool/spool.ts";

export interface QueueTally {
  attempted(outcome: "delivered" | "deferred" | "failed", recipients: number): void;
  queued(recipients: number, oldestSeconds: number): void;
}

const LOOK_EVERY_MS = 10_000;

export function watchQueue(spool: Pick<MailSpool, "backlog">, clock: Clock, tally: QueueTally): () => void {
  let isOver = false;
  let cancel = () => {};
  const look = async () => {
    const backlog = await spool.backlog();
    if (isOver) return;
    if (backlog.ok) {
      const { recipients, oldestMs } = backlog.value;
      tally.queued(recipients, oldestMs === null ? 0 : Math.max(0, clock.wallMs() - oldestMs) / 1000);
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
