// ETRN: a server that was away asks for the mail that waits for it. It goes where it would go anyway, only now, so whoever
// asks gains nothing for himself; it is done for the remote domains that the site names, and for no others.
import type { Clock } from "../../base/clock.ts";
import { type Reply, say } from "../../proto/smtp/reply.ts";
import type { Filter } from "../../spool/filter.ts";
import type { MailSpool } from "../../spool/spool.ts";
import type { DomainTable } from "./domain-table.ts";

export interface TurnWorld {
  readonly spool: Pick<MailSpool, "order">;
  readonly domains: Pick<DomainTable, "find">;
  readonly clock: Pick<Clock, "wallMs">;
  /** Of the client, for the story of each message. */
  readonly address: string;
}

/**
 * `example.com`, or `@example.com` with all below it. RFC 1985 §5.3 done.
 * RFC 1985 §5.1 partly: queues have no names here.
 */
export async function turnQueue(node: string, { spool, domains, clock, address }: TurnWorld): Promise<Reply> {
  const domain = node.replace(/^@/, "");
  if (node.startsWith("#") || domains.find({ domain })?.is !== "remote")
    return say(459, "5.7.1", `Node ${node} not allowed: it is no remote domain of this site`);
  let messages = 0;
  for (const filter of filtersOf(domain, node.startsWith("@"))) {
    const order = { filter, what: { is: "retry" }, who: `ETRN from ${address}`, atMs: clock.wallMs() } as const;
    const done = await spool.order(order);
    if (!done.ok) return say(458, "4.3.0", `Unable to queue messages for node ${node}`);
    messages += done.value.messages;
  }
  return messages === 0
    ? say(251, "2.0.0", `OK, no messages waiting for node ${node}`)
    : say(253, "2.0.0", `OK, ${messages} pending messages for node ${node} started`);
}

const filtersOf = (domain: string, withBelow: boolean): readonly Filter[] => [
  { domain },
  ...(withBelow ? [{ recipient: `*@*.${domain}` }] : []),
];
