// From where an account logged in lately. Only accounts that exist can be here, each with its last few addresses.
import type { Clock } from "../../base/clock.ts";
import { ForgetfulMap } from "./forgetful-map.ts";

const EACH_MAX = 8;
const LATELY_MS = 7 * 86_400_000;

export class KnownAddresses {
  private readonly clock: Clock;
  private readonly byAccount: ForgetfulMap<Map<string, number>>;

  constructor(accountsMax: () => number, clock: Clock) {
    this.clock = clock;
    this.byAccount = new ForgetfulMap(accountsMax);
  }

  has(account: string, address: string): boolean {
    const atMs = this.byAccount.get(account)?.get(address);
    return atMs !== undefined && this.clock.steadyMs() - atMs < LATELY_MS;
  }

  add(account: string, address: string): void {
    const own = this.byAccount.get(account) ?? new Map<string, number>();
    own.delete(address);
    const [eldest] = own.keys();
    if (own.size >= EACH_MAX && eldest !== undefined) own.delete(eldest);
    own.set(address, this.clock.steadyMs());
    this.byAccount.set(account, own);
  }
}
