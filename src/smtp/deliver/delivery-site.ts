// What the deliverer knows of a site, and what it asks of it for mail that does not leave this machine. Interfaces only.
import type { AccessLog } from "../../net/access-log/access-log.ts";
import type { Mailbox } from "../../proto/smtp/address.ts";
import type { Badmail } from "../../proto/smtp/message/badmail.ts";
import type { Binding } from "../../schema/kinds/network.ts";
import type { MessageHead, Recipient } from "../../spool/message.ts";
import type { Body } from "../../spool/spool.ts";
import type { Spooled } from "../../spool/trouble.ts";
import type { DeliveryPolicy } from "./policy.ts";

export interface DeliverySite {
  readonly name: string;
  /** "smtp/sites/default", as messages name where they came from. */
  readonly path: string;
  /** The name under which notices are written. */
  readonly hostName: string;
  readonly policy: DeliveryPolicy;
  /** Where the site listens: mail that would go there goes in a circle. */
  readonly bindings: readonly Pick<Binding, "address" | "port">[];
  readonly log: AccessLog;
  /** Where a notice for somebody waits in the queue. */
  noticePlace(recipient: Mailbox): string;
  /** Puts a message into the folder of a local domain: all get the one file, or nobody. It answers with its path. */
  deliverLocally(job: LocalJob): Promise<Spooled<string>>;
  /** Keeps what can be neither delivered nor returned. */
  keepBadmail(it: Badmail, body: Body): Promise<Spooled<void>>;
}

export interface LocalJob {
  /** As it is named where its mail waits. */
  readonly domain: string;
  readonly message: MessageHead;
  readonly recipients: readonly Recipient[];
  readonly body: Body;
}
