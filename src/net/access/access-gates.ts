// The gates of all sites of one worker, with what they share: one memory of addresses, so that it has one bound however
// many sites are attacked, and rules that many sites inherit once. It opens gates, and tells when the memory is full.
import type { Clock, Randomness } from "../../base/clock.ts";
import { about, type Subject } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import { netEvents } from "../events.ts";
import { AccessGate } from "./access-gate.ts";
import { policyMaker } from "./access-policy.ts";
import type { AccessValues } from "./access-settings.ts";
import { AddressLimits } from "./address-limits.ts";
import { AddressMemory } from "./address-memory.ts";
import { type KeyedHash, keyedHash } from "./keyed-hash.ts";
import { RefusalTeller } from "./refusal-teller.ts";

export interface AccessGatesOptions {
  /** The service of the worker: "smtp". */
  readonly service: string;
  readonly clock: Clock;
  /** Not to be guessed from outside: it decides who shares a place in the memory. */
  readonly randomness: Randomness;
  readonly report: Report;
  /** Addresses that are remembered at once, over all sites. */
  readonly addressesMax?: number;
}

/** A memory that is full stays so as long as the attack; it is told as often. */
const FULL_TOLD_MS = 10 * 60_000;

export class AccessGates {
  private readonly options: AccessGatesOptions;
  private readonly subject: Subject<"service">;
  private readonly hash: KeyedHash;
  private readonly limits: AddressLimits;
  private readonly memory: AddressMemory;
  private readonly policyOf = policyMaker();
  private sites = 0;
  private fullToldAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AccessGatesOptions) {
    this.options = options;
    this.subject = about("service", options.service);
    this.hash = keyedHash(options.randomness);
    this.memory = new AddressMemory(this.hash, () => this.tellFull(), options.addressesMax);
    this.limits = new AddressLimits(this.memory, options.clock);
  }

  /** The gate of the site at this path, "smtp/sites/default". It is kept when its settings change: see its `update`. */
  open(path: string, values: AccessValues): AccessGate {
    const { clock, report } = this.options;
    const { limits, policyOf } = this;
    this.sites++;
    const teller = new RefusalTeller(path, this.hash, clock, report);
    return new AccessGate({ site: this.sites, limits, teller, clock, policyOf }, values);
  }

  private tellFull(): void {
    const nowMs = this.options.clock.steadyMs();
    if (nowMs - this.fullToldAtMs < FULL_TOLD_MS) return;
    this.fullToldAtMs = nowMs;
    this.options.report(netEvents.addressMemoryFull, this.subject, { max: this.memory.max });
  }
}
