// Opens the deliverer: the one of a home that sends what is in its queue. Whoever opens it holds the lock for that; it
// takes up what a deliverer before it left, and follows the sites it is told of.
import type { Randomness } from "../../base/clock.ts";
import type { CertificateEntries } from "../../certificate/certificate-book.ts";
import { type Connect, connectRemote } from "./connect-remote.ts";
import type { DeliverySite } from "./delivery-site.ts";
import { NoticeBrake } from "./notice-brake.ts";
import type { WayWorld } from "./open-way.ts";
import { Recorder } from "./recorder.ts";
import { Runner } from "./runner.ts";
import { TakeOver, type TakeOverParts } from "./take-over.ts";
import { type QueueTally, watchQueue } from "./watch-queue.ts";
import { wayWorld } from "./way-world.ts";

export interface DelivererParts extends TakeOverParts {
  readonly random: Randomness;
  readonly resolverFor: WayWorld["resolverFor"];
  readonly certificates: CertificateEntries;
  /** What is seen by metrics. */
  readonly tally: QueueTally;
  readonly connect?: Connect;
  /** PEM of those who may vouch for other servers; without it those that the runtime trusts. */
  readonly authorities?: string;
}

export interface Deliverer {
  /** New or changed settings of a site. */
  follow(site: DeliverySite): void;
  forget(name: string): void;
  /** Nothing new is begun; what is in its text may end within the limit, and all else goes back into the queue. */
  close(limitMs: number): Promise<void>;
}

export async function openDeliverer(parts: DelivererParts): Promise<Deliverer> {
  const {
    spool,
    clock,
    random,
    report,
    resolverFor,
    certificates,
    tally,
    connect = connectRemote,
    authorities,
  } = parts;
  const sites = new Map<string, DeliverySite>();
  const way = wayWorld({
    clock,
    random,
    resolverFor,
    certificates,
    connect,
    authorities,
    sites: () => sites.values(),
  });
  const runner = new Runner({
    spool,
    clock,
    random,
    report,
    brake: new NoticeBrake(),
    recorder: new Recorder(spool, clock, report),
    way,
    sites: () => sites.values(),
    counted: (outcome, recipients) => tally.attempted(outcome, recipients),
  });
  const left = new TakeOver(parts);
  await left.begin();
  const stopWatching = watchQueue(spool, clock, tally);
  let state: "idle" | "waiting" | "started" = "idle";
  const start = () => {
    state = "started";
    runner.start();
  };
  return {
    follow(site) {
      sites.set(site.name, site);
      if (state === "started") runner.wake();
      if (state !== "idle") return;
      state = "waiting";
      // Other sites follow in the same breath; mail of theirs should find them.
      void left.done.then(() => clock.after(0, start));
    },
    forget: (name) => void sites.delete(name),
    async close(limitMs) {
      stopWatching();
      await left.close();
      await runner.close(limitMs);
    },
  };
}
