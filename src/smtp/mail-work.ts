// All that the process does which delivers: it sends what is in the queue, puts local mail into folders, picks up what
// programs leave in theirs, keeps what is bad, and forgets what is long over. Here the parts are put together; each does its
// work elsewhere.
import { secureRandomness } from "../base/clock.ts";
import { roomPath } from "../base/home.ts";
import { tellInterrupted } from "../spool/open-spool.ts";
import { openDeliverer } from "./deliver/open-deliverer.ts";
import { Resolvers } from "./deliver/resolvers.ts";
import type { QueueTally } from "./deliver/watch-queue.ts";
import type { Deliverer, DelivererWorld } from "./deliverer.ts";
import { BadmailKeeper } from "./folders/badmail-keeper.ts";
import { DropTeller } from "./folders/drop-teller.ts";
import { siteFolders } from "./folders/folder-settings.ts";
import { openPickup } from "./folders/open-pickup.ts";
import { HistoryKeeper } from "./history-keeper.ts";
import { folderTrouble } from "./mail-site.ts";
import { mailCells } from "./metrics.ts";
import { deliverySite, pickupSite } from "./site-views.ts";

export async function openMailWork(world: DelivererWorld): Promise<Deliverer> {
  const { home, spool, clock, report, metrics, certificates } = world;
  const followed = new Map<string, { readonly path: string; readonly keeper: BadmailKeeper }>();
  const resolvers = new Resolvers(clock);
  const tally: QueueTally = {
    attempted: (outcome, recipients) => metrics.add(mailCells.deliveries[outcome], recipients),
    queued(recipients, oldestSeconds) {
      metrics.set(mailCells.queueLength, recipients);
      metrics.set(mailCells.queueAge, Math.round(oldestSeconds));
    },
  };
  const deliverer = await openDeliverer({
    spool,
    clock,
    random: secureRandomness,
    report,
    resolverFor: (servers) => resolvers.for(servers),
    certificates,
    tally,
    interrupted: (them) => tellInterrupted(report, roomPath(home, "spool"), them),
  });
  const pickup = openPickup({ spool, clock, report });
  const history = new HistoryKeeper(spool, clock);
  return {
    follow(site) {
      const { values, path, name } = site;
      void followed.get(name)?.keeper.close();
      const { badmail: folder } = siteFolders(home, name, values);
      const bounds = { ageMs: values.badmailAge, sizeBytes: values.badmailSize };
      const keeper = new BadmailKeeper({ site: path, folder, bounds, clock, report });
      followed.set(name, { path, keeper });
      deliverer.follow(deliverySite(home, site, keeper, new DropTeller(report, path)));
      if (values.pickup && folderTrouble(home, site) === undefined) pickup.follow(pickupSite(home, site, keeper));
      else pickup.forget(path);
    },
    forget(name) {
      const site = followed.get(name);
      if (site === undefined) return;
      followed.delete(name);
      deliverer.forget(name);
      pickup.forget(site.path);
      void site.keeper.close();
    },
    settle: ({ historyAge }) => history.follow(historyAge),
    async close(limitMs) {
      history.close();
      await Promise.all([pickup.close(), deliverer.close(limitMs)]);
      await Promise.all([...followed.values()].map(({ keeper }) => keeper.close()));
    },
  };
}
