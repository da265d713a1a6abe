// What the mail sites of a worker share: the spool of the home, and the work of delivering where this process is the one
// that does it. A spool that cannot be opened is a fault that every site shows; they serve, and ask senders to come again.
import type { Clock } from "../base/clock.ts";
import { about, type Fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import type { Result } from "../base/result.ts";
import type { EventRow } from "../event/event.ts";
import type { Common, CommonWorld } from "../service/service.ts";
import type { MailSpool } from "../spool/spool.ts";
import type { DelivererLock, SpoolLock } from "../spool/spool-lock.ts";
import type { SpoolFault } from "../spool/trouble.ts";
import type { Deliverer, OpenDeliverer } from "./deliverer.ts";
import { smtpEvents } from "./events.ts";
import type { MailSite } from "./mail-site.ts";
import type { QueueValues } from "./queue-settings.ts";

export interface MailCommonParts {
  /** Where the spool of the home lies. */
  readonly folder: string;
  openSpool(folder: string, world: CommonWorld): Promise<Result<MailSpool, SpoolFault>>;
  lock(folder: string, clock: Clock): DelivererLock;
  readonly deliver: OpenDeliverer;
}

/** What is told where it cannot be opened: each has an article of its own. */
const closed = {
  ...{ denied: smtpEvents.spoolNotOurs, "read-only": smtpEvents.spoolNotOurs },
  ...{ full: smtpEvents.spoolWithoutRoom, newer: smtpEvents.spoolNewer },
  ...{ damaged: smtpEvents.spoolClosed, failed: smtpEvents.spoolClosed, held: smtpEvents.spoolClosed },
  ...{ stale: smtpEvents.spoolClosed, older: smtpEvents.spoolClosed, gone: smtpEvents.spoolClosed },
} as const satisfies Record<SpoolFault["is"], EventRow>;

export class MailCommon implements Common {
  readonly home: Home;
  readonly spool: Result<MailSpool, Fault>;
  readonly sites = new Map<string, MailSite>();
  private values: QueueValues | undefined;
  private delivering: { readonly lock: SpoolLock; readonly deliverer: Deliverer } | undefined;
  private readonly waiting = new AbortController();
  private readonly watch: Promise<void>;

  static async open(world: CommonWorld, parts: MailCommonParts): Promise<MailCommon> {
    const spool = await parts.openSpool(parts.folder, world);
    if (!spool.ok) {
      const { is, because, remedy } = spool.error;
      world.report(closed[is], about("file", parts.folder), { because, remedy });
    }
    return new MailCommon(world, parts, spool);
  }

  private constructor(world: CommonWorld, parts: MailCommonParts, spool: Result<MailSpool, Fault>) {
    this.home = world.home;
    this.spool = spool;
    this.watch = spool.ok ? this.deliverWhenFree(world, parts, spool.value) : Promise.resolve();
  }

  get faults(): readonly Fault[] {
    return this.spool.ok ? [] : [this.spool.error];
  }

  settle(values: QueueValues): void {
    this.values = values;
    this.delivering?.deliverer.settle(values);
  }

  /** The site is open, maybe in place of one of that name. */
  follow(site: MailSite): void {
    this.sites.set(site.name, site);
    this.delivering?.deliverer.follow(site);
  }

  /** It is closed; nothing happens where a newer one has taken its place. */
  forget(site: MailSite): void {
    if (this.sites.get(site.name) !== site) return;
    this.sites.delete(site.name);
    this.delivering?.deliverer.forget(site.name);
  }

  async close(limitMs: number): Promise<void> {
    this.waiting.abort();
    await this.watch;
    await this.delivering?.deliverer.close(limitMs);
    this.delivering?.lock.release();
    if (this.spool.ok) await this.spool.value.close();
  }

  /** Workers overlap while one replaces the other: the next delivers when the one before has let go. */
  private async deliverWhenFree(world: CommonWorld, parts: MailCommonParts, spool: MailSpool): Promise<void> {
    const { home, clock, report, metrics, certificates } = world;
    const lock = await parts.lock(parts.folder, clock).wait(this.waiting.signal);
    if (lock === undefined) return;
    const deliverer = await parts.deliver({ home, spool, clock, report, metrics, certificates });
    this.delivering = { lock, deliverer };
    if (this.values !== undefined) deliverer.settle(this.values);
    for (const site of this.sites.values()) deliverer.follow(site);
  }
}
