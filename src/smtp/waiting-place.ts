// Where mail for an address waits in the queue: with all that is tried together with it. Pure; the deliverer asks the
// settings of its own moment how it is tried.
import { type Mailbox, printMailbox } from "../proto/smtp/address.ts";
import type { ReversePath } from "../proto/smtp/path.ts";
import { destinationOf, localDestination, type Question } from "./deliver/choose-route.ts";
import type { MailSite } from "./mail-site.ts";

export interface WaitingMail {
  readonly sender: ReversePath;
  readonly recipient: Mailbox;
}

export function waitingPlace(site: MailSite, mail: WaitingMail): string {
  const domain = site.domains.find(mail.recipient);
  if (domain?.is === "local") return localDestination(domain.keptAs);
  return destinationOf(site.policy, site.name, wayQuestion(mail));
}

/** The mail as the settings of ways are asked about it. */
export const wayQuestion = ({ sender, recipient }: WaitingMail): Question => ({
  sender: sender === null ? "" : printMailbox(sender),
  recipient: printMailbox(recipient),
});
