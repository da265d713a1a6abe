// What is counted of a connection at the site that serves it, however it came there.
import { siteCells } from "../metrics/metrics.ts";
import type { SiteMetrics } from "../metrics/site-metrics.ts";
import type { OpenConnection } from "./connection-ledger.ts";
import type { Door } from "./door.ts";

type Counted = Pick<Door, "ledger" | "metrics">;

export function enter({ ledger, metrics }: Counted, connection: OpenConnection): void {
  ledger.add(connection);
  metrics.add(siteCells.connections);
  metrics.move(siteCells.connectionsOpen, 1);
}

export function leave({ ledger, metrics }: Counted, connection: OpenConnection): void {
  ledger.remove(connection);
  metrics.move(siteCells.connectionsOpen, -1);
}

/** What has come and gone since it was counted last. */
export function countBytes(metrics: SiteMetrics, bytesIn: number, bytesOut: number): void {
  metrics.add(siteCells.bytesIn, bytesIn);
  metrics.add(siteCells.bytesOut, bytesOut);
}
