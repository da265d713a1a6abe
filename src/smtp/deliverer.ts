// What delivers mail, as the rest of the service sees it: somebody who is told of the sites and does the rest. Interfaces
// only; of all processes of a home one has it at a time.
import type { Clock } from "../base/clock.ts";
import type { Home } from "../base/home.ts";
import type { CertificateEntries } from "../certificate/certificate-book.ts";
import type { Report } from "../event/event.ts";
import type { SiteMetrics } from "../net/metrics/site-metrics.ts";
import type { MailSpool } from "../spool/spool.ts";
import type { MailSite } from "./mail-site.ts";
import type { QueueValues } from "./queue-settings.ts";

export interface Deliverer {
  /** The site is there, or has other settings now. */
  follow(site: MailSite): void;
  forget(name: string): void;
  /** How the queue is to be kept; said before anything else, and again when it is to be kept in another way. */
  settle(values: QueueValues): void;
  /** Nothing new is begun, and what is under way is over, or left to the next one, within the limit. */
  close(limitMs: number): Promise<void>;
}

export interface DelivererWorld {
  readonly home: Home;
  readonly spool: MailSpool;
  readonly clock: Clock;
  readonly report: Report;
  /** The numbers of the service as a whole. */
  readonly metrics: SiteMetrics;
  /** Those that are shown to servers which ask for one. */
  readonly certificates: CertificateEntries;
}

/** Called when this process has become the one that delivers. */
export type OpenDeliverer = (world: DelivererWorld) => Promise<Deliverer>;
