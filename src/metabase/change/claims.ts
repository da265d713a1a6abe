// Who has which address, port and host name, kept so that one change asks only for what it touches. Two sites never
// claim the same, nor one of them with TLS what another has in clear; two services share a port only on different addresses.
import { type Problem, problem } from "../../schema/decode.ts";
import type { Claim } from "../../schema/kind.ts";
import { printBinding } from "../../schema/kinds/network.ts";
import type { Model } from "../../schema/section.ts";
import type { NodeDifference } from "../tree/node.ts";
import { type Said, said } from "./said.ts";

type Owners = Set<string>;
type ByHost = Map<string, Owners>;
/** With TLS from the first byte, and in clear. */
type Ways = Readonly<Record<"secure" | "clear", ByHost>>;
type ByAddress = Map<string, Ways>;
type ByService = Map<string, ByAddress>;

export class Claims {
  private readonly model: Model;
  private readonly ports = new Map<number, ByService>();

  constructor(model: Model) {
    this.model = model;
  }

  apply(differences: readonly NodeDifference[]): void {
    for (const { path, before } of differences) for (const it of this.claimsOf(path, before)) this.remove(it);
    for (const { path, after } of differences) for (const it of this.claimsOf(path, after)) this.add(it);
  }

  /** What the differences would claim although somebody else has it. */
  check(differences: readonly NodeDifference[]): readonly Problem[] {
    const changed = new Set(differences.map((it) => it.path));
    const fresh = new Claims(this.model);
    const problems: Problem[] = [];
    for (const { path, after } of differences)
      for (const it of this.claimsOf(path, after)) {
        const rival = fresh.rival(it, () => true) ?? this.rival(it, (node) => !changed.has(node));
        if (rival !== undefined) problems.push(taken(it, rival));
        fresh.add(it);
      }
    return problems;
  }

  private claimsOf(path: string, own: NodeDifference["after"]): readonly Said<Claim>[] {
    return own === null ? [] : said(this.model, path, own, (kind, value) => kind.claims?.(value));
  }

  /** The setting of another that stands in the way; `counts` says whose claims still hold. */
  private rival({ node, what }: Said<Claim>, counts: (node: string) => boolean): string | undefined {
    const service = serviceOf(node);
    for (const [other, addresses] of this.ports.get(what.port) ?? []) {
      if (other === service) {
        const ways = addresses.get(what.address);
        const owner = first(ways?.[wayOf(what)].get(what.host), counts) ?? any(ways?.[otherWay(what)], counts);
        if (owner !== undefined) return owner;
      } else
        for (const [address, { secure, clear }] of addresses) {
          if (!overlap(address, what.address)) continue;
          const owner = any(secure, counts) ?? any(clear, counts);
          if (owner !== undefined) return owner;
        }
    }
    return undefined;
  }

  private add({ node, setting, what }: Said<Claim>): void {
    const addresses = within(this.ports, what.port, () => new Map<string, ByAddress>());
    const ways = within(addresses, serviceOf(node), () => new Map<string, Ways>());
    const hosts = within(ways, what.address, () => ({ secure: new Map(), clear: new Map() }))[wayOf(what)];
    within(hosts, what.host, () => new Set()).add(setting);
  }

  private remove({ node, setting, what }: Said<Claim>): void {
    const services = this.ports.get(what.port);
    const addresses = services?.get(serviceOf(node));
    const ways = addresses?.get(what.address);
    const owners = ways?.[wayOf(what)].get(what.host);
    owners?.delete(setting);
    if (owners?.size === 0) ways?.[wayOf(what)].delete(what.host);
    if (ways?.secure.size === 0 && ways.clear.size === 0) addresses?.delete(what.address);
    if (addresses?.size === 0) services?.delete(serviceOf(node));
    if (services?.size === 0) this.ports.delete(what.port);
  }
}

const taken = ({ setting, what }: Said<Claim>, rival: string): Problem =>
  problem(
    setting,
    printBinding(what),
    rival === setting ? "each binding only once" : `another address, port or host: ${rival} has it`,
  );

/** Listening on an unspecified address takes the port on all of them. */
const everywhere: ReadonlySet<string> = new Set(["*", "0.0.0.0", "::"]);
const overlap = (left: string, right: string): boolean =>
  left === right || everywhere.has(left) || everywhere.has(right);

const wayOf = ({ secure }: Claim) => (secure ? "secure" : "clear");
const otherWay = ({ secure }: Claim) => (secure ? "clear" : "secure");

const serviceOf = (path: string): string => path.split("/", 1)[0] ?? path;
const nodeOf = (setting: string): string => setting.slice(0, setting.lastIndexOf("/"));

function first(owners: Iterable<string> | undefined, counts: (node: string) => boolean): string | undefined {
  for (const owner of owners ?? []) if (counts(nodeOf(owner))) return owner;
  return undefined;
}

function any(hosts: ByHost | undefined, counts: (node: string) => boolean): string | undefined {
  for (const owners of hosts?.values() ?? []) {
    const owner = first(owners, counts);
    if (owner !== undefined) return owner;
  }
  return undefined;
}

function within<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
