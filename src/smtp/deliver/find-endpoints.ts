// From a leg of the way to the addresses that are tried in turn, RFC 5321 §5.1: exchangers by preference, equal ones in
// any order, a domain without any by its own address. It never answers with ourselves: mail would go in a circle.
import { isIP } from "node:net";
import type { Randomness } from "../../base/clock.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Reply, say } from "../../proto/smtp/reply.ts";
import { normalAddress } from "../../schema/kinds/network.ts";
import type { Leg } from "./choose-route.ts";
import type { Exchanger, NoAnswer, Resolver } from "./resolver.ts";

export interface Endpoint {
  /** As certificates name it: a host name, or the address where there is none. */
  readonly host: string;
  readonly address: string;
  readonly port: number;
}

export interface Surroundings {
  readonly resolver: Resolver;
  readonly random: Randomness;
  readonly port: number;
  /** Whether a name is one of ours, of any site. */
  isOurName(host: string): boolean;
  /** Whether somebody who connects there would speak with us. */
  isOurAddress(address: string, port: number): boolean;
}

/** Why there is nobody to ask, in the form of a reply: 5 when that will not change by waiting. */
export type Endpoints = Result<readonly Endpoint[], Reply>;

/** What one attempt looks at: a domain with more of them has shown that waiting is better. */
const ENDPOINTS_MAX = 12;

export async function findEndpoints({ to }: Leg, around: Surroundings): Promise<Endpoints> {
  if (to.is === "domain") return await ofDomain(to.domain, around);
  const found: Endpoint[] = [];
  let trouble: NoAnswer | undefined;
  for (const { is, host, port = around.port } of to.hosts) {
    const some = is === "address" ? good([host]) : await addressesOf(host, around);
    if (!some.ok) trouble = some.error;
    else found.push(...some.value.map((address) => ({ host, address, port })));
  }
  const others = found.filter((it) => !around.isOurAddress(it.address, it.port));
  if (others.length > 0) return good(others.slice(0, ENDPOINTS_MAX));
  // A host that somebody has set may be set right again: mail waits for that.
  if (found.length > 0) return bad(say(451, "4.4.6", "The smart host is this server itself"));
  return bad(say(451, "4.4.3", trouble?.because ?? "No host is set"));
}

async function ofDomain(domain: string, around: Surroundings): Promise<Endpoints> {
  const literal = literalOf(domain);
  if (literal !== undefined) return othersThanUs([{ host: literal, address: literal, port: around.port }], around);
  const exchangers = await around.resolver.exchangers(domain);
  if (!exchangers.ok && exchangers.error.is === "later") return bad(say(451, "4.4.3", exchangers.error.because));
  // RFC 5321 §5.1 done: without an exchanger the domain is taken for its own.
  if (!exchangers.ok || exchangers.value.length === 0) return await ofHostItself(domain, around);
  // RFC 7505 §4 done
  if (exchangers.value.every((it) => it.host === ""))
    return bad(say(556, "5.1.10", `The domain ${domain} takes no mail`));
  return await ofExchangers(domain, exchangers.value, around);
}

async function ofHostItself(domain: string, around: Surroundings): Promise<Endpoints> {
  const addresses = await addressesOf(domain, around);
  if (addresses.ok)
    return othersThanUs(
      addresses.value.map((address) => ({ host: domain, address, port: around.port })),
      around,
    );
  if (addresses.error.is === "later") return bad(say(451, "4.4.3", addresses.error.because));
  return bad(
    say(550, "5.1.2", `There is no domain ${domain} that takes mail: DNS knows neither exchanger nor address of it`),
  );
}

async function ofExchangers(
  domain: string,
  exchangers: readonly Exchanger[],
  around: Surroundings,
): Promise<Endpoints> {
  const { port, random } = around;
  const ordered = shuffled(exchangers, random).filter((it) => it.host !== "");
  ordered.sort((one, other) => one.preference - other.preference);
  const found: (Endpoint & { readonly preference: number })[] = [];
  let oursFrom = Number.POSITIVE_INFINITY;
  let trouble: NoAnswer | undefined;
  for (const { host, preference } of ordered) {
    if (preference >= oursFrom || found.length >= ENDPOINTS_MAX) break;
    const addresses = around.isOurName(host) ? good([]) : await addressesOf(host, around);
    if (!addresses.ok) {
      trouble = addresses.error;
      continue;
    }
    const some = addresses.value.map((address) => ({ host, address, port, preference }));
    if (some.length === 0 || some.some((it) => around.isOurAddress(it.address, port))) oursFrom = preference;
    else found.push(...some);
  }
  // RFC 5321 §5.1 done: where we are one of them, only those before us may be asked.
  const before = found.filter((it) => it.preference < oursFrom);
  if (before.length > 0) return good(before.slice(0, ENDPOINTS_MAX));
  if (oursFrom < Number.POSITIVE_INFINITY) return bad(loop(domain));
  return bad(say(451, "4.4.3", trouble?.because ?? `None of the mail servers of ${domain} has an address`));
}

function othersThanUs(endpoints: readonly Endpoint[], around: Surroundings): Endpoints {
  const others = endpoints.filter((it) => !around.isOurAddress(it.address, it.port));
  return others.length > 0 ? good(others) : bad(loop(endpoints[0]?.host ?? ""));
}

const loop = (domain: string): Reply =>
  say(
    554,
    "5.4.6",
    `Mail for ${domain} leads back to this server, which does not keep it: DNS names this server, but no local domain of it`,
  );

async function addressesOf(
  host: string,
  { resolver, random }: Surroundings,
): Promise<Result<readonly string[], NoAnswer>> {
  if (isIP(host) !== 0) return good([host]);
  const found = await resolver.addresses(host);
  if (!found.ok) return found;
  // RFC 5321 §5.1: all addresses of a host are equal; RFC 8305 §4 takes the families in turn.
  const mixed = shuffled(found.value, random);
  const six = mixed.filter((it) => isIP(it) === 6);
  const four = mixed.filter((it) => isIP(it) === 4);
  return good(mixed.flatMap((_, index) => [four[index], six[index]].filter((it) => it !== undefined)));
}

/** `[192.0.2.1]` and `[IPv6:2001:db8::1]`. */
function literalOf(domain: string): string | undefined {
  const [, inner] = /^\[(?:ipv6:)?([^\]]+)\]$/i.exec(domain) ?? [];
  return inner === undefined ? undefined : normalAddress(inner);
}

function shuffled<T>(items: readonly T[], random: Randomness): T[] {
  const all = [...items];
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const [one, two] = [all[last], all[other]];
    if (one === undefined || two === undefined) continue;
    all[last] = two;
    all[other] = one;
  }
  return all;
}
