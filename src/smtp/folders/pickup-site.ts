// What the pickup folder of a site is worked with: the rules of the site, the spool, and where bad mail goes. Types only.
import type { Clock } from "../../base/clock.ts";
import type { Report } from "../../event/event.ts";
import type { Mailbox } from "../../proto/smtp/address.ts";
import type { ReversePath } from "../../proto/smtp/path.ts";
import type { NewRecipient } from "../../spool/message.ts";
import type { MailSpool } from "../../spool/spool.ts";
import type { BadmailKeeper } from "./badmail-keeper.ts";
import type { WriterProbe } from "./file-readiness.ts";
import type { PickupMailRules } from "./read-pickup-mail.ts";

export interface PickupSite {
  /** Node path, which tells it from others: "smtp/sites/default". */
  readonly path: string;
  readonly folder: string;
  readonly quietTimeMs: number;
  readonly rules: PickupMailRules;
  /** Where mail for this address goes to. Whether it may is not asked: the folder is trusted. */
  recipientOf(mailbox: Mailbox, sender: ReversePath): NewRecipient;
  readonly badmail: Pick<BadmailKeeper, "keep">;
}

export interface PickupWorld {
  readonly spool: MailSpool;
  readonly clock: Clock;
  readonly report: Report;
  /** Where a test answers for the system. */
  readonly probe?: WriterProbe;
}
