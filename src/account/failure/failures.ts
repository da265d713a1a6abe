// Failed logins by account and by address, over all services: how long an answer is held back, and who is blocked until
// when. It keeps a bounded number of each and is told the time; nothing is reported here.
import type { Clock } from "../../base/clock.ts";
import { addressKey } from "./address-key.ts";
import { ForgetfulMap } from "./forgetful-map.ts";
import { KnownAddresses } from "./known-addresses.ts";

export interface FailureRules {
  readonly failuresFree: number;
  readonly delayFirst: number;
  readonly delayMax: number;
  readonly blockAddressAfter: number;
  readonly blockAccountAfter: number;
  readonly blockFor: number;
  readonly forgetAfter: number;
  readonly remembered: number;
}

export interface Block {
  readonly of: "address" | "account";
  readonly name: string;
  /** On the wall clock. */
  readonly untilMs: number;
  readonly failures: number;
}

/** What is remembered of one address or one account; moments are on the steady clock. */
interface Tally {
  score: number;
  atMs: number;
  blockedUntilMs: number;
  /** Of an address: how many of its failures were which account's, for the last few accounts. */
  readonly accounts: { readonly name: string; count: number }[] | undefined;
}

const ACCOUNTS_TOLD_APART = 4;

export class Failures {
  private readonly rules: () => FailureRules;
  private readonly clock: Clock;
  private readonly addresses: ForgetfulMap<Tally>;
  private readonly accounts: ForgetfulMap<Tally>;
  private readonly known: KnownAddresses;

  constructor(rules: () => FailureRules, clock: Clock) {
    this.rules = rules;
    this.clock = clock;
    const isBlocked = (it: Tally) => it.blockedUntilMs > clock.steadyMs();
    this.addresses = new ForgetfulMap(() => rules().remembered, isBlocked);
    this.accounts = new ForgetfulMap(() => rules().remembered, isBlocked);
    this.known = new KnownAddresses(() => rules().remembered, clock);
  }

  /**
   * Why this login is not even looked at. An account that many addresses attack stays open to those that its owner used
   * lately: nobody can lock somebody else out.
   */
  blocked(account: string | undefined, address: string): Block | undefined {
    const key = addressKey(address);
    const byAddress = this.blockOf("address", key, this.addresses.get(key));
    if (byAddress !== undefined || account === undefined || this.known.has(account, key)) return byAddress;
    return this.blockOf("account", account, this.accounts.get(account));
  }

  /** Counts one more; how long the answer waits, and the blocks that begin with it. */
  failed(account: string | undefined, address: string): { readonly waitMs: number; readonly began: readonly Block[] } {
    const { blockAddressAfter, blockAccountAfter } = this.rules();
    const key = addressKey(address);
    const ofAddress = this.count(this.addresses, key, []);
    if (account !== undefined && ofAddress.accounts !== undefined) noteAccount(ofAddress.accounts, account);
    const began = [this.begin("address", key, ofAddress, blockAddressAfter)];
    let waitMs = this.delayAt(ofAddress.score);
    if (account !== undefined) {
      const ofAccount = this.count(this.accounts, account, undefined);
      began.push(this.begin("account", account, ofAccount, blockAccountAfter));
      if (!this.known.has(account, key)) waitMs = Math.max(waitMs, this.delayAt(ofAccount.score));
    }
    return { waitMs, began: began.filter((it) => it !== undefined) };
  }

  /**
   * The failures of this account from this address are forgiven, and no others: whoever has an account of his own could
   * else wash off what he tries on those of others.
   */
  succeeded(account: string, address: string): void {
    const key = addressKey(address);
    const ofAddress = this.addresses.get(key);
    const own = ofAddress?.accounts?.find((it) => it.name === account);
    const forgiven = own?.count ?? 0;
    if (own !== undefined) own.count = 0;
    for (const tally of [ofAddress, this.accounts.get(account)]) {
      if (tally === undefined) continue;
      tally.score = Math.max(0, this.scoreNow(tally) - forgiven);
      tally.atMs = this.clock.steadyMs();
    }
    this.known.add(account, key);
  }

  /** Addresses and accounts of which anything is known. */
  get remembered(): number {
    return this.addresses.size + this.accounts.size;
  }

  /** Those that hold now, the one that ends last first. */
  blocks(): readonly Block[] {
    const all = [
      ...[...this.addresses].map(([name, it]) => this.blockOf("address", name, it)),
      ...[...this.accounts].map(([name, it]) => this.blockOf("account", name, it)),
    ];
    return all.filter((it) => it !== undefined).sort((left, right) => right.untilMs - left.untilMs);
  }

  /** Forgets all that stands against an address or an account; what was blocked of it. */
  lift(name: string): readonly Block[] {
    const ofAddress = this.blockOf("address", addressKey(name), this.addresses.get(addressKey(name)));
    const ofAccount = this.blockOf("account", name, this.accounts.get(name));
    this.addresses.delete(addressKey(name));
    this.accounts.delete(name);
    return [ofAddress, ofAccount].filter((it) => it !== undefined);
  }

  private count(map: ForgetfulMap<Tally>, key: string, accounts: Tally["accounts"]): Tally {
    const tally = map.get(key) ?? { score: 0, atMs: 0, blockedUntilMs: 0, accounts };
    tally.score = this.scoreNow(tally) + 1;
    tally.atMs = this.clock.steadyMs();
    map.set(key, tally);
    return tally;
  }

  private scoreNow({ score, atMs }: Tally): number {
    const forgotten = Math.floor((this.clock.steadyMs() - atMs) / this.rules().forgetAfter);
    return Math.max(0, score - forgotten);
  }

  private begin(of: Block["of"], name: string, tally: Tally, after: number): Block | undefined {
    if (tally.score < after) return undefined;
    // What comes after the block is one failure from the next, and not from a block for each failure before.
    tally.score = after;
    tally.blockedUntilMs = this.clock.steadyMs() + this.rules().blockFor;
    return this.blockOf(of, name, tally);
  }

  private blockOf(of: Block["of"], name: string, tally: Tally | undefined): Block | undefined {
    const leftMs = (tally?.blockedUntilMs ?? 0) - this.clock.steadyMs();
    if (tally === undefined || leftMs <= 0) return undefined;
    return { of, name, untilMs: this.clock.wallMs() + leftMs, failures: tally.score };
  }

  private delayAt(score: number): number {
    const { failuresFree, delayFirst, delayMax } = this.rules();
    return score <= failuresFree ? 0 : Math.min(delayMax, delayFirst * 2 ** Math.min(score - failuresFree - 1, 40));
  }
}

function noteAccount(accounts: NonNullable<Tally["accounts"]>, name: string): void {
  const own = accounts.find((it) => it.name === name);
  if (own !== undefined) own.count++;
  else {
    if (accounts.length >= ACCOUNTS_TOLD_APART) accounts.shift();
    accounts.push({ name, count: 1 });
  }
}
