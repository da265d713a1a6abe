// Decides for one site who may connect, how much and how often; counts whom it refuses, and has it told. It holds no
// socket: what a refusal looks like on the wire is for the service to say.
import type { Clock } from "../../base/clock.ts";
import { localTime } from "../../base/local-time.ts";
import { spellRate } from "../../schema/kinds/rate.ts";
import type { AccessPolicy } from "./access-policy.ts";
import type { AccessValues } from "./access-settings.ts";
import type { AddressLimits } from "./address-limits.ts";
import { addressWords, type Family, readAddress } from "./address-words.ts";
import { networkKey, networkText } from "./network-of.ts";
import { type FailureKind, failureKinds, type RefusalReason, refusalReasons } from "./refusal-reasons.ts";
import type { RefusalTeller } from "./refusal-teller.ts";
import { Tally } from "./tally.ts";
import { type Admission, GateVisit, type Keeper, type Peer, type Refusal } from "./visit.ts";

export interface GateParts {
  /** Tells its addresses apart in the memory that the sites of a worker share. */
  readonly site: number;
  readonly limits: AddressLimits;
  readonly teller: RefusalTeller;
  readonly clock: Clock;
  readonly policyOf: (values: AccessValues) => AccessPolicy;
}

/** What a connection would meet. */
export interface Explanation {
  readonly allowed: boolean;
  /** Which rule decides: "rule 3 is deny 192.0.2.0/24". */
  readonly because: string;
  readonly exempt: boolean;
  /** By the wall clock; undefined when the address is not turned away. */
  readonly restrictedUntilMs: number | undefined;
  readonly openFromAddress: number;
  readonly openFromNetwork: number;
}

/** Of the address that is being asked about: whoever keeps something of it copies it. */
const words = addressWords();

export class AccessGate implements Keeper {
  /** Connections let in, refusals by reason, and failures by kind: for metrics to read, as they only grow. */
  admitted = 0;
  readonly refused = zeros(refusalReasons);
  readonly failed = zeros(failureKinds);
  private readonly parts: GateParts;
  /** Beside the parts, as every connection asks for it. */
  private readonly site: number;
  private policy: AccessPolicy;
  private readonly byAddress = new Tally<string>();
  private readonly byNetwork = new Tally<number | string>();

  constructor(parts: GateParts, values: AccessValues) {
    this.parts = parts;
    this.site = parts.site;
    this.policy = parts.policyOf(values);
  }

  /** Holds from now on; what is open stays open, and what was counted stays counted. */
  update(values: AccessValues): void {
    this.policy = this.parts.policyOf(values);
  }

  /** A connection from this address; behind a proxy, from the one that the proxy names. */
  admit(address: string): Admission {
    const family = readAddress(address, words);
    // The connection ended before it was taken, so that the kernel knows its peer no more.
    if (family === undefined) return this.refuse("rule", { ...nobody, address }, 0, () => "it is no address");
    const { rules } = this.policy;
    const visit = this.visitOf(address, family);
    if (!rules.allows(family, words)) return this.refuse("rule", visit, 0, () => rules.explain(family, words));
    if (!visit.exempt) {
      const refusal = this.connectsTooMuch(visit) ?? this.restricted(visit) ?? this.connectsTooOften(visit);
      if (refusal !== undefined) return refusal;
      this.byAddress.add(address);
      this.byNetwork.add(networkKey(visit));
    }
    this.admitted++;
    return visit;
  }

  /** Whether this peer must begin with a PROXY protocol header; of any other, none may be read. */
  expectsProxyHeader(address: string): boolean {
    const family = readAddress(address, words);
    return family !== undefined && this.policy.proxies.holds(family, words);
  }

  /** The proxy at this address sent no header, or one that cannot be read. */
  refuseProxyHeader(address: string, because: string): Refusal {
    const family = readAddress(address, words);
    const proxy = family === undefined ? { ...nobody, address } : this.visitOf(address, family);
    return this.refuse("proxy-header", proxy, 0, () => because);
  }

  /** Counts nothing; undefined when it is no address. */
  explain(address: string): Explanation | undefined {
    const family = readAddress(address, words);
    if (family === undefined) return undefined;
    const { rules } = this.policy;
    const peer = this.visitOf(address, family);
    const leftMs = this.restrictedMs(peer);
    return {
      allowed: rules.allows(family, words),
      because: rules.explain(family, words),
      exempt: peer.exempt,
      restrictedUntilMs: leftMs > 0 ? this.parts.clock.wallMs() + leftMs : undefined,
      openFromAddress: this.byAddress.of(address),
      openFromNetwork: this.byNetwork.of(networkKey(peer)),
    };
  }

  /** When the site is gone: tells what is left to tell. Visits may still leave. */
  close(): void {
    this.parts.teller.close();
  }

  leave(visit: GateVisit): void {
    if (visit.exempt) return;
    this.byAddress.remove(visit.address);
    this.byNetwork.remove(networkKey(visit));
  }

  request(visit: GateVisit): Refusal | undefined {
    if (visit.exempt) return undefined;
    const { requestRate } = this.policy.values;
    const refusal = this.restricted(visit);
    if (refusal !== undefined || requestRate === null) return refusal;
    const waitMs = this.parts.limits.take(visit, "requests", requestRate);
    if (waitMs === 0) return undefined;
    return this.exceeds("request-rate", visit, waitMs, `it asks more often than ${spellRate(requestRate)}`);
  }

  failure(visit: GateVisit, kind: FailureKind): Refusal | undefined {
    this.failed[kind]++;
    if (visit.exempt) return undefined;
    const { failureRate, restrictFor } = this.policy.values;
    const refusal = this.restricted(visit);
    if (refusal !== undefined || failureRate === null || restrictFor === 0) return refusal;
    const waitMs = this.parts.limits.take(visit, "failures", failureRate);
    if (waitMs === 0) return undefined;
    const often = `it fails more often than ${spellRate(failureRate)}, at last with ${failureKinds[kind]}`;
    return this.exceeds("failure-rate", visit, waitMs, often);
  }

  private visitOf(address: string, family: Family): GateVisit {
    const exempt = this.policy.exempt.holds(family, words);
    return new GateVisit(this, address, family, words, this.site, exempt);
  }

  private connectsTooMuch(visit: GateVisit): Refusal | undefined {
    const { connectionsPerAddress, connectionsPerNetwork } = this.policy.values;
    const ofAddress = this.byAddress.of(visit.address);
    if (ofAddress >= connectionsPerAddress)
      return this.refuse("address-connections", visit, 0, () => `it has ${connections(ofAddress)} open`);
    const ofNetwork = this.byNetwork.of(networkKey(visit));
    if (ofNetwork < connectionsPerNetwork) return undefined;
    const network = () => `its network ${networkText(visit)} has ${connections(ofNetwork)} open`;
    return this.refuse("network-connections", visit, 0, network);
  }

  private connectsTooOften(visit: GateVisit): Refusal | undefined {
    const { connectionRate } = this.policy.values;
    if (connectionRate === null) return undefined;
    const waitMs = this.parts.limits.take(visit, "connections", connectionRate);
    if (waitMs === 0) return undefined;
    const because = () => `it connects more often than ${spellRate(connectionRate)}`;
    return this.refuse("connection-rate", visit, waitMs, because);
  }

  private restricted(visit: GateVisit): Refusal | undefined {
    const leftMs = this.restrictedMs(visit);
    return leftMs === 0 ? undefined : this.refuse("restricted", visit, leftMs, () => `it is ${this.away(leftMs)}`);
  }

  /** When no setting restricts any more, nobody is restricted. */
  private restrictedMs(visit: GateVisit): number {
    return this.policy.restricts && !visit.exempt ? this.parts.limits.restrictedMs(visit) : 0;
  }

  private exceeds(why: "request-rate" | "failure-rate", visit: GateVisit, waitMs: number, often: string): Refusal {
    const { restrictFor } = this.policy.values;
    if (restrictFor === 0) return this.refuse(why, visit, waitMs, () => often);
    this.parts.limits.restrict(visit, restrictFor);
    return this.refuse(why, visit, restrictFor, () => `${often}, and is ${this.away(restrictFor)}`);
  }

  private away(forMs: number): string {
    return `turned away until ${localTime(this.parts.clock.wallMs() + forMs)}`;
  }

  private refuse(why: RefusalReason, peer: Peer, waitMs: number, because: () => string): Refusal {
    this.refused[why]++;
    this.parts.teller.tell(why, peer, because);
    return { is: "refused", why, untilMs: waitMs > 0 ? this.parts.clock.wallMs() + waitMs : undefined };
  }
}

/** An address that is counted nowhere. */
const nobody = { high: 0, low: 0, owner: 0 };

const connections = (count: number): string => `${count} ${count === 1 ? "connection" : "connections"}`;

const zeros = <Name extends string>(rows: Readonly<Record<Name, unknown>>): Record<Name, number> =>
  Object.fromEntries(Object.keys(rows).map((name) => [name, 0])) as Record<Name, number>;
