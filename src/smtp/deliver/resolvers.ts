// A resolver for each list of name servers: sites that name the same ones share what it remembers, and a site that names
// others from now on gets theirs at the next question.
import type { Clock } from "../../base/clock.ts";
import { DnsResolver } from "./dns-resolver.ts";
import { type MailHost, printMailHost } from "./mail-host.ts";
import type { Resolver } from "./resolver.ts";

/** Beyond it the one that was asked for least recently goes, with what it remembers. */
const KEPT_MAX = 20;

export class Resolvers {
  private readonly clock: Clock;
  private readonly kept = new Map<string, Resolver>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Without any those of the system are asked. */
  for(servers: readonly MailHost[]): Resolver {
    const key = servers.map(printMailHost).join(" ");
    const found = this.kept.get(key) ?? new DnsResolver({ clock: this.clock, servers });
    this.kept.delete(key);
    this.kept.set(key, found);
    const [eldest] = this.kept.keys();
    if (this.kept.size > KEPT_MAX && eldest !== undefined) this.kept.delete(eldest);
    return found;
  }
}
