// Where all logins of all services are decided: who it is, whether that is proved, what it may at that site, and how long
// it has to wait. It runs in the supervisor, which parses nothing that a stranger sends and is the only one to see a hash.
import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/thrown.ts";
import type { Report } from "../event/event.ts";
import { type Account, hasExpired, type Password } from "./account.ts";
import type { Answer, Ask, LoginNews, Proof } from "./ask.ts";
import type { Directory } from "./directory.ts";
import { addressKey } from "./failure/address-key.ts";
import { isListed } from "./failure/allow-list.ts";
import { FailureTeller } from "./failure/failure-teller.ts";
import { type Block, Failures } from "./failure/failures.ts";
import { type Place, printPlace } from "./grant.ts";
import { type Compute, computeHere, findPassword } from "./hash/find-password.ts";
import { parseScramSecret, provesPassword, type ScramSecret, serverSignature } from "./hash/scram-secret.ts";
import { may } from "./may.ts";
import { accountNameOf } from "./name.ts";
import type { Renewal } from "./renewal.ts";
import { rights } from "./rights.ts";
import { type ScramTerms, scramTerms } from "./set-password.ts";
import { PASSWORDS_MAX } from "./settings.ts";
import { Turnstile } from "./turnstile.ts";

export interface ReceptionParts {
  readonly directory: Directory;
  readonly renewal: Renewal;
  readonly clock: Clock;
  readonly report: Report;
  readonly compute?: Compute;
}

/** What a proof has shown: the account and the password that fits, or neither. */
interface Shown {
  readonly account: Account | undefined;
  /** Null where it was not a password that showed it. */
  readonly password: Password | null | undefined;
  readonly signature: string;
}
const nothing: Shown = { account: undefined, password: undefined, signature: "" };

export class Reception {
  readonly failures: Failures;
  private readonly parts: ReceptionParts;
  private readonly turnstile: Turnstile;
  private readonly teller: FailureTeller;

  constructor(parts: ReceptionParts) {
    const { directory, clock, report } = parts;
    this.parts = parts;
    this.failures = new Failures(() => directory.settings, clock);
    this.turnstile = new Turnstile(() => {
      const { checksAtOnce, checksWaitingMax } = directory.settings;
      return { atOnce: checksAtOnce, waitingMax: checksWaitingMax };
    });
    this.teller = new FailureTeller(clock, report);
  }

  get news(): LoginNews {
    const { generation, offersScram } = this.parts.directory;
    return { generation, offersScram };
  }

  /** RFC 5802 §5.1: also for an account that is not there, and then always the same. */
  scramTerms(name: string): ScramTerms {
    const { directory } = this.parts;
    const account = directory.find(name) ?? { name: accountNameOf(name) ?? name, passwords: [] };
    return scramTerms(account, directory.hashRules);
  }

  async answer(ask: Ask): Promise<Answer> {
    const isFree = isListed(this.parts.directory.settings.allowList, ask.address);
    const claimed = claimedName(ask.proof);
    const blockNow = () => (isFree ? undefined : this.failures.blocked(claimed, ask.address));
    const before = blockNow();
    if (before !== undefined) return blockedAnswer(before);
    const looking = this.look(ask);
    if (looking === undefined) {
      this.teller.turnedAway();
      return { is: "busy" };
    }
    const shown = await looking;
    if (shown === "unable") return { is: "busy" };
    const { account, password, signature } = shown;
    // Whoever tries many at once is stopped by the first that fail, although the others were under way.
    const after = blockNow();
    if (after !== undefined) return blockedAnswer(after);
    if (account === undefined || password === undefined) return this.wrong(ask, claimed, isFree);
    return this.judge(ask, account, password, signature, isFree);
  }

  /** Undefined when there is no room for one more. */
  private look({ proof, address }: Ask): Promise<Shown | "unable"> | undefined {
    const { directory } = this.parts;
    switch (proof.by) {
      case "password":
        return this.turnstile.pass(addressKey(address), () => this.lookAtPassword(proof.account, proof.password));
      case "scram":
        return Promise.resolve(this.lookAtScram(proof));
      case "certificate":
        return Promise.resolve({ account: directory.findByCertificate(proof.names), password: null, signature: "" });
      case "known-wrong":
        return Promise.resolve(nothing);
      default:
        return proof satisfies never;
    }
  }

  private async lookAtPassword(name: string, given: string): Promise<Shown | "unable"> {
    const { directory, compute = computeHere } = this.parts;
    const account = directory.find(name);
    try {
      const password = await findPassword(account?.passwords ?? [], given, directory.price, compute);
      return { account, password, signature: "" };
    } catch (error) {
      // The machine has no memory for it at this moment: that says nothing about the password.
      this.teller.unable(messageOf(error));
      return "unable";
    }
  }

  /** As many proofs are computed for every account, also for one that is not there. */
  private lookAtScram({ account: name, authMessage, proof }: Proof & { readonly by: "scram" }): Shown {
    const account = this.parts.directory.find(name);
    const bytes = Buffer.from(proof, "base64");
    let shown = nothing;
    for (let index = 0; index < PASSWORDS_MAX; index++) {
      const password = account?.passwords[index];
      const secret = password?.scram ?? decoySecret;
      const fits = provesPassword(secret, authMessage, bytes);
      if (fits && password?.scram && account !== undefined)
        shown = { account, password, signature: serverSignature(secret, authMessage) };
    }
    return shown;
  }

  private wrong(ask: Ask, claimed: string | undefined, isFree: boolean): Answer {
    const account = claimed === undefined ? undefined : this.parts.directory.find(claimed);
    this.teller.failed(ask, account === undefined ? "no account has that name" : `not the password of ${account.name}`);
    if (ask.proof.by === "certificate")
      return { is: "not-allowed", account: null, because: "the certificate stands for no account" };
    if (isFree) return { is: "wrong", waitMs: 0 };
    const { waitMs, began } = this.failures.failed(claimed, ask.address);
    for (const block of began) this.teller.blocked(block, ask);
    const [first] = began;
    return first === undefined ? { is: "wrong", waitMs } : blockedAnswer(first);
  }

  /** It is who it claims to be. What counts is what is so now: the account may have changed while it was hashed. */
  private judge(ask: Ask, was: Account, password: Password | null, signature: string, isFree: boolean): Answer {
    const { directory, renewal, clock } = this.parts;
    const account = directory.find(was.name);
    const isSame = (it: Password) => it.label === password?.label && it.hash?.tag === password.hash?.tag;
    const current = password === null ? null : account?.passwords.find(isSame);
    if (account === undefined || current === undefined) return this.wrong(ask, was.name, isFree);
    const refuse = (because: string): Answer => {
      this.teller.failed(ask, `${account.name}: ${because}`);
      return { is: "not-allowed", account: account.name, because };
    };
    if (!account.enabled) return refuse("the account is disabled");
    if (current !== null && hasExpired(current, clock.wallMs())) return refuse("the password has expired");
    const place: Place = { is: "site", service: ask.service, site: ask.site };
    const granted = rights.filter((it) => may(account.holders, it, place).allowed);
    if (!granted.includes("log-in")) return refuse(`no grant gives log-in at ${printPlace(place)}`);
    this.failures.succeeded(account.name, ask.address);
    if (current !== null && ask.proof.by === "password") renewal.offer(account, current, ask.proof.password);
    return { is: "welcome", account: account.name, groups: account.groups, rights: granted, signature };
  }
}

/** What failures are counted under: also a name that nobody has, or who is blocked would tell who exists. */
const claimedName = (proof: Proof): string | undefined =>
  proof.by === "certificate" ? undefined : accountNameOf(proof.account);

const blockedAnswer = ({ of, untilMs }: Block): Answer => ({
  is: "blocked",
  untilMs,
  because: of === "address" ? "too many logins from this address failed" : "too many logins of this account failed",
});

const zeros = `${"A".repeat(43)}=`;
const decoySecret = parseScramSecret(`SCRAM-SHA-256$4096:AAAA$${zeros}:${zeros}`) as ScramSecret;
