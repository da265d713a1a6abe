// A piece of work of the deliverer: recipients of one message that go the same way. Made of what was claimed and of what
// the settings say at this moment; nothing is sent here.
import type { Recipient } from "../../spool/message.ts";
import type { Body, Claim } from "../../spool/spool.ts";
import type { Spooled } from "../../spool/trouble.ts";
import { type Leg, legsFor, localDomainOf } from "./choose-route.ts";
import type { DeliverySite } from "./delivery-site.ts";

export interface Work {
  readonly claim: Claim;
  readonly site: DeliverySite;
  readonly recipients: readonly Recipient[];
  readonly to: Target;
  /** Asked for ahead, so that no connection waits for the queue; whoever has the work closes it. */
  readonly body?: Promise<Spooled<Body | null>>;
  /** A connection that was used before broke under it: it is tried once more on a new one. */
  readonly isSecondTry: boolean;
}

export type Target =
  | { readonly is: "local"; readonly domain: string }
  | { readonly is: "remote"; readonly legs: readonly Leg[] };

export function workOf(claim: Claim, site: DeliverySite): readonly Work[] {
  const { destination, recipients, envelope } = claim;
  const domain = localDomainOf(destination);
  if (domain !== undefined) return [{ claim, site, recipients, to: { is: "local", domain }, isSecondTry: false }];
  const ways = new Map<string, { readonly legs: readonly Leg[]; readonly recipients: Recipient[] }>();
  for (const recipient of recipients) {
    const question = { sender: envelope.sender, recipient: recipient.address };
    const legs = legsFor(site.policy, destination, question);
    const key = legs.map(legKey).join(" ");
    const found = ways.get(key);
    if (found === undefined) ways.set(key, { legs, recipients: [recipient] });
    else found.recipients.push(recipient);
  }
  return [...ways.values()].map(({ legs, recipients: some }) => ({
    claim,
    site,
    recipients: some,
    to: { is: "remote", legs },
    isSecondTry: false,
  }));
}

/** It will not be sent now. */
export async function leaveBody({ body }: Work): Promise<void> {
  const asked = await body;
  if (asked?.ok === true) await asked.value?.close();
}

/** A connection that was made for one of them does for the other. */
export const sameLegs = (one: readonly Leg[], other: readonly Leg[]): boolean =>
  one === other || one.every((it, index) => sameLeg(it, other[index]));

const sameLeg = (one: Leg, other: Leg | undefined): boolean =>
  other !== undefined && one.way === other.way && legKey(one) === legKey(other);

const legKey = ({ way, to }: Leg): string => `${way.setting}|${to.is === "domain" ? to.domain : ""}`;
