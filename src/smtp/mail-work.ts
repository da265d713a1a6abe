// All that the process does which delivers: it sends what is in the queue, puts local mail into folders, picks up what
// programs leave in theirs, and keeps what is bad. Here the parts are put together; each does its work elsewhere.
import { secureRandomness } from "../base/clock.ts";
import { type Home, roomPath } from "../base/home.ts";
import { printMailbox } from "../proto/smtp/address.ts";
import { RECIPIENTS_MAX } from "../spool/message.ts";
import { tellInterrupted } from "../spool/open-spool.ts";
import type { DeliverySite, LocalJob, LocalResult } from "./deliver/delivery-site.ts";
import { DnsResolver } from "./deliver/dns-resolver.ts";
import { openDeliverer } from "./deliver/open-deliverer.ts";
import type { Resolver } from "./deliver/resolver.ts";
import type { QueueTally } from "./deliver/watch-queue.ts";
import type { Deliverer, DelivererWorld } from "./deliverer.ts";
import { BadmailKeeper } from "./folders/badmail-keeper.ts";
import { deliverToDrop } from "./folders/deliver-to-drop.ts";
import { deliverToMaildir } from "./folders/deliver-to-maildir.ts";
import { domainDropFolder, siteFolders } from "./folders/folder-settings.ts";
import type { LocalDelivery } from "./folders/local-delivery.ts";
import { openPickup } from "./folders/open-pickup.ts";
import type { PickupSite } from "./folders/pickup-site.ts";
import { shownHeader, shownSender } from "./house-domain.ts";
import { folderTrouble, type MailSite } from "./mail-site.ts";
import { mailCells } from "./metrics.ts";
import { waitingPlace } from "./waiting-place.ts";

export async function openMailWork(world: DelivererWorld): Promise<Deliverer> {
  const { home, spool, clock, report, metrics } = world;
  const keepers = new Map<string, BadmailKeeper>();
  const paths = new Map<string, string>();
  const dns = new FirstResolver(clock);
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
    resolver: dns,
    tally,
    interrupted: (them) => tellInterrupted(report, roomPath(home, "spool"), them),
  });
  const pickup = openPickup({ spool, clock, report });
  return {
    follow(site) {
      const { values, path, name } = site;
      dns.settle(values.nameServers);
      const { badmail: folder } = siteFolders(home, name, values);
      const bounds = { ageMs: values.badmailAge, sizeBytes: values.badmailSize };
      void keepers.get(name)?.close();
      const keeper = new BadmailKeeper({ site: path, folder, bounds, clock, report });
      keepers.set(name, keeper);
      paths.set(name, path);
      deliverer.follow(deliverySite(home, site, keeper));
      if (values.pickup && folderTrouble(home, site) === undefined) pickup.follow(pickupSite(home, site, keeper));
      else pickup.forget(path);
    },
    forget(name) {
      deliverer.forget(name);
      void keepers.get(name)?.close();
      keepers.delete(name);
      pickup.forget(paths.get(name) ?? "");
      paths.delete(name);
    },
    async close(limitMs) {
      await Promise.all([pickup.close(), deliverer.close(limitMs)]);
      await Promise.all([...keepers.values()].map((it) => it.close()));
    },
  };
}

/** One for all sites: the name servers of the first are settled on, and others take effect when the server starts again. */
class FirstResolver implements Resolver {
  private readonly clock: DelivererWorld["clock"];
  private inner: Resolver | undefined;

  constructor(clock: DelivererWorld["clock"]) {
    this.clock = clock;
  }

  settle(servers: MailSite["values"]["nameServers"]): Resolver {
    this.inner ??= new DnsResolver({ clock: this.clock, servers });
    return this.inner;
  }

  exchangers(domain: string) {
    return this.settle([]).exchangers(domain);
  }

  addresses(host: string) {
    return this.settle([]).addresses(host);
  }
}

function deliverySite(home: Home, site: MailSite, keeper: BadmailKeeper): DeliverySite {
  const { name, path, hostName, policy, values, log, domains } = site;
  return {
    name,
    path,
    hostName,
    policy,
    bindings: [...values.bindings, ...values.secureBindings],
    log,
    keptAs(domain) {
      const found = domains.find({ domain });
      return found?.is === "local" ? found.keptAs : undefined;
    },
    deliverLocally: (job) => deliverLocally(home, site, job),
    keepBadmail: (it, body) => keeper.keep(it, { is: "body", body }),
  };
}

const ways: Readonly<Record<MailSite["values"]["dropFormat"], LocalDelivery>> = {
  drop: deliverToDrop,
  maildir: deliverToMaildir,
};

/** All of them get the one file, or none does. */
async function deliverLocally(home: Home, site: MailSite, job: LocalJob): Promise<readonly LocalResult[]> {
  const { domain, message, recipients, body } = job;
  const { name, values, domainValues } = site;
  const own = domainValues[domain];
  const folder = domainDropFolder(home, own?.dropFolder ?? null, siteFolders(home, name, values).drop);
  const put = await ways[own?.dropFormat ?? values.dropFormat](folder, {
    id: message.id,
    receivedMs: message.receivedMs,
    sender: message.envelope.sender,
    recipients: recipients.map((it) => it.address),
    body,
  });
  const result: LocalResult = put.ok
    ? { is: "delivered", where: put.value }
    : { is: "later", because: put.error.because };
  return recipients.map(() => result);
}

function pickupSite(home: Home, site: MailSite, badmail: BadmailKeeper): PickupSite {
  const { name, path, hostName, values, domains } = site;
  return {
    path,
    folder: siteFolders(home, name, values).pickup,
    quietTimeMs: values.pickupQuietTime,
    rules: {
      host: hostName,
      defaultDomain: domains.defaultDomain,
      // Whoever may write there is trusted; only what the spool can hold is a bound.
      recipientsMax: RECIPIENTS_MAX,
      messageBytesMax: values.messageBytesMax,
      hopsMax: values.hopsMax,
      prepare: (mail) => ({ ...mail, sender: shownSender(site, mail.sender), header: shownHeader(site, mail.header) }),
    },
    recipientOf: (mailbox, sender) => ({
      address: printMailbox(mailbox),
      destination: waitingPlace(site, { sender, recipient: mailbox }),
      notify: null,
      orcpt: null,
    }),
    badmail,
  };
}
