// Where mail for an address waits in the queue: with all that is tried together with it. Pure; the deliverer asks the
// settings of its own moment how it is tried.
import { type Mailbox, printMailbox } from "../proto/smtp/address.ts";
import type { ReversePath } from "../proto/smtp/path.ts";
import { destinationOf, localDestination } from "./deliver/choose-route.ts";
import type { MailSite } from "./mail-site.ts";

export interface WaitingMail {
  readonly sender: ReversePath;
  readonly recipient: Mailbox;
}

export function waitingPlace(site: MailSite, { sender, recipient }: WaitingMail): string {
  const domain = site.domains.find(recipient);
  if (domain?.is === "local") return localDestination(domain.keptAs);
  const question = { sender: sender === null ? "" : printMailbox(sender), recipient: printMailbox(recipient) };
  return destinationOf(site.policy, site.name, question);
}
