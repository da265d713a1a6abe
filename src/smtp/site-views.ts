// A mail site as those see it who do the work: the deliverer, and whoever looks into its pickup folder. Here its settings
// become what each of them asks for; nothing is done.
import type { Home } from "../base/home.ts";
import { printMailbox } from "../proto/smtp/address.ts";
import { RECIPIENTS_MAX } from "../spool/message.ts";
import type { Spooled } from "../spool/trouble.ts";
import type { DeliverySite, LocalJob } from "./deliver/delivery-site.ts";
import type { SeenSite } from "./deliver/ourselves.ts";
import type { BadmailKeeper } from "./folders/badmail-keeper.ts";
import { deliverToDrop } from "./folders/deliver-to-drop.ts";
import { deliverToMaildir } from "./folders/deliver-to-maildir.ts";
import type { DropTeller } from "./folders/drop-teller.ts";
import { domainDropFolder, siteFolders } from "./folders/folder-settings.ts";
import type { LocalDelivery } from "./folders/local-delivery.ts";
import type { PickupSite } from "./folders/pickup-site.ts";
import { shownHeader, shownSender } from "./house-domain.ts";
import type { MailSite } from "./mail-site.ts";
import { waitingPlace } from "./waiting-place.ts";

/** What others see of it. */
export const seenSite = ({ hostName, values }: MailSite): SeenSite => ({
  hostName,
  bindings: [...values.bindings, ...values.secureBindings],
});

export function deliverySite(home: Home, site: MailSite, keeper: BadmailKeeper, drops: DropTeller): DeliverySite {
  const { name, path, policy, log } = site;
  return {
    ...seenSite(site),
    name,
    path,
    policy,
    log,
    noticePlace: (recipient) => waitingPlace(site, { sender: null, recipient }),
    deliverLocally: (job) => deliverLocally(home, site, drops, job),
    keepBadmail: (it, body) => keeper.keep(it, { is: "body", body }),
  };
}

const ways: Readonly<Record<MailSite["values"]["dropFormat"], LocalDelivery>> = {
  drop: deliverToDrop,
  maildir: deliverToMaildir,
};

async function deliverLocally(home: Home, site: MailSite, drops: DropTeller, job: LocalJob): Promise<Spooled<string>> {
  const { domain, message, recipients, body } = job;
  const { name, values, domainValues } = site;
  const own = domainValues[domain];
  const folder = domainDropFolder(home, own?.dropFolder ?? null, siteFolders(home, name, values).drop);
  const end = await ways[own?.dropFormat ?? values.dropFormat](folder, {
    id: message.id,
    receivedMs: message.receivedMs,
    sender: message.envelope.sender,
    recipients: recipients.map((it) => it.address),
    body,
  });
  drops.ended(domain, folder, end);
  return end;
}

export function pickupSite(home: Home, site: MailSite, badmail: BadmailKeeper): PickupSite {
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
