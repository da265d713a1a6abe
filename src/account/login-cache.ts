// What a worker remembers of logins for protocols that log in with each request: what was right, and for a shorter time
// what was not. It holds no password and no account, only a keyed hash of them that means nothing outside this process.
import { createHmac } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { ForgetfulMap } from "./failure/forgetful-map.ts";
import type { CertificateClaim, PasswordClaim, Verdict } from "./login.ts";

/** What is so until accounts change. */
export type Remembered = Extract<Verdict, { readonly is: "welcome" | "wrong" | "not-allowed" }>;

const RIGHT_MS = 60_000;
const REFUSED_MS = 30_000;
const ENTRIES_MAX = 10_000;

export class LoginCache {
  private readonly key: Uint8Array;
  private readonly clock: Clock;
  private readonly entries: ForgetfulMap<{ readonly it: Remembered; readonly untilMs: number }>;

  /** `key` is random and known to nobody else. */
  constructor(key: Uint8Array, clock: Clock, entriesMax = ENTRIES_MAX) {
    this.key = key;
    this.clock = clock;
    this.entries = new ForgetfulMap(() => entriesMax);
  }

  /** The same for the same claim at the same site from the same address, and for no other. */
  nameOf(site: string, claim: PasswordClaim | CertificateClaim, address: string): string {
    const shown = claim.by === "password" ? [claim.account, claim.password] : { names: claim.names };
    const text = JSON.stringify([site, shown, address]);
    return createHmac("sha256", this.key).update(text).digest("base64");
  }

  get(name: string): Remembered | undefined {
    const entry = this.entries.get(name);
    if (entry === undefined) return undefined;
    if (entry.untilMs > this.clock.steadyMs()) return entry.it;
    this.entries.delete(name);
    return undefined;
  }

  set(name: string, it: Remembered): void {
    const untilMs = this.clock.steadyMs() + (it.is === "welcome" ? RIGHT_MS : REFUSED_MS);
    this.entries.set(name, { it, untilMs });
  }

  /** Accounts have changed: nothing of it may be so any more. */
  clear(): void {
    this.entries.clear();
  }
}
