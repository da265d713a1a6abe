// Says how long the queue is, and how old: asked of the spool every few seconds by the one process that delivers, as it is
// one queue whoever fills it. It changes nothing.
import type { Deliverer, DelivererWorld } from "./deliverer.ts";
import { mailCells } from "./metrics.ts";

const EVERY_MS = 10_000;

export function openQueueGauges({ spool, clock, metrics }: DelivererWorld): Deliverer {
  let over = false;
  let cancel = () => {};
  const look = async (): Promise<void> => {
    const summary = await spool.summary();
    const oldest = await spool.find({}, { limit: 1 });
    if (over) return;
    if (summary.ok)
      metrics.set(
        mailCells.queueLength,
        summary.value.reduce((sum, it) => sum + it.recipients, 0),
      );
    if (oldest.ok) {
      const [first] = oldest.value;
      const sinceMs = first === undefined ? 0 : Math.max(clock.wallMs() - first.message.receivedMs, 0);
      metrics.set(mailCells.queueAge, Math.floor(sinceMs / 1000));
    }
    cancel = clock.after(EVERY_MS, () => void look());
  };
  void look();
  return {
    follow() {},
    forget() {},
    async close() {
      over = true;
      cancel();
      // Whoever delivers next says it.
      metrics.set(mailCells.queueLength, 0);
      metrics.set(mailCells.queueAge, 0);
    },
  };
}
