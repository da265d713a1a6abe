// What the deliverer knows of a site, and what it asks of it for mail that does not leave this machine. Interfaces, and
// the question where mail for an address waits.
import type { AccessLog } from "../../net/access-log/access-log.ts";
import type { Badmail } from "../../proto/smtp/message/badmail.ts";
import type { Binding } from "../../schema/kinds/network.ts";
import type { MessageHead, Recipient } from "../../spool/message.ts";
import type { Body } from "../../spool/spool.ts";
import type { Spooled } from "../../spool/trouble.ts";
import { destinationOf, domainOf, localDestination, type Question } from "./choose-route.ts";
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
  /** The domain that mail for this one is kept as; undefined when it goes on. */
  keptAs(domain: string): string | undefined;
  /** Puts a message into the folder of a local domain: all get the one file, or nobody. It answers with its path. */
  deliverLocally(job: LocalJob): Promise<Spooled<string>>;
  /** Keeps what can be neither delivered nor returned. */
  keepBadmail(it: Badmail, body: Body): Promise<Spooled<void>>;
}

export interface LocalJob {
  /** As `keptAs` has it. */
  readonly domain: string;
  readonly message: MessageHead;
  readonly recipients: readonly Recipient[];
  readonly body: Body;
}

/** Where mail waits: with that of the same local domain, route, smart host or remote domain. */
export function waitingPlace({ name, policy, keptAs }: DeliverySite, question: Question): string {
  const local = keptAs(domainOf(question.recipient));
  return local === undefined ? destinationOf(policy, name, question) : localDestination(local);
}
