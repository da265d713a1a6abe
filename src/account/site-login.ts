// The `Login` of one site in a worker: asks whoever decides, waits as long as it is told to, and remembers what may be
// remembered. It decides nothing but whether a password may be told in clear.
import type { Clock } from "../base/clock.ts";
import { isLoopback } from "../net/ip-address.ts";
import { type Answer, type Ask, claimLimits, type LoginNews, type Proof } from "./ask.ts";
import type {
  CertificateClaim,
  Claim,
  From,
  Login,
  PasswordClaim,
  ScramOffer,
  ScramVerdict,
  Verdict,
  Welcome,
} from "./login.ts";
import type { LoginCache, Remembered } from "./login-cache.ts";
import type { Right } from "./rights.ts";
import type { ScramTerms } from "./set-password.ts";

/** The way to whoever decides; one for all sites of the process. */
export interface LoginLine {
  /** With the generation of the accounts on which the answer rests. */
  ask(ask: Omit<Ask, "service">): Promise<{ readonly answer: Answer; readonly generation: number }>;
  scram(account: string): Promise<ScramTerms>;
  readonly news: LoginNews;
  /** Emptied with each change of an account. */
  readonly cache: LoginCache;
}

export interface SiteLoginParts {
  readonly site: string;
  readonly line: LoginLine;
  readonly clock: Clock;
  /** The site takes passwords on connections that others can listen to. */
  readonly plainTextLogin: boolean;
  /** Told of each login that is not let in, to be counted. */
  refused?(why: RefusedLogin): void;
}

/** Where `plainTextLogin` stands so. */
export const takesPassword = (
  { secure, address }: Pick<From, "secure" | "address">,
  plainTextLogin: boolean,
): boolean => secure || plainTextLogin || isLoopback(address);

export type RefusedLogin = Exclude<Verdict, Welcome>["is"];

const encryptFirst: Verdict = {
  is: "not-allowed",
  account: undefined,
  because: "a password is taken under TLS only",
};

export class SiteLogin implements Login {
  private readonly parts: SiteLoginParts;
  /** Claims that are being looked at: a browser that opens six connections is one login. */
  private readonly underWay = new Map<string, Promise<Verdict>>();

  constructor(parts: SiteLoginParts) {
    this.parts = parts;
  }

  get offersScram(): boolean {
    return this.parts.line.news.offersScram;
  }

  takesPassword(from: From): boolean {
    return takesPassword(from, this.parts.plainTextLogin);
  }

  async verify(claim: Claim, from: From): Promise<Verdict> {
    if (claim.by === "password" && !this.takesPassword(from)) return encryptFirst;
    const proof = proofOf(claim);
    if (proof === undefined) return { is: "unavailable", because: "tokens are not taken by this version" };
    const { answer } = await this.ask(proof, from);
    return this.verdict(answer);
  }

  async verifyCached(claim: PasswordClaim | CertificateClaim, from: From): Promise<Verdict> {
    if (claim.by === "password" && !this.takesPassword(from)) return encryptFirst;
    const { cache } = this.parts.line;
    const name = cache.nameOf(this.parts.site, claim, from.address);
    const remembered = cache.get(name);
    if (remembered?.is === "wrong" && claim.by === "password") {
      const { answer } = await this.ask({ by: "known-wrong", account: short(claim.account) }, from);
      return this.verdict(answer);
    }
    if (remembered !== undefined) return remembered;
    const running = this.underWay.get(name) ?? this.look(name, claim, from).finally(() => this.underWay.delete(name));
    this.underWay.set(name, running);
    return running;
  }

  async scram(account: string): Promise<ScramOffer> {
    const terms = await this.parts.line.scram(short(account));
    return { ...terms, prove: (authMessage, proof, from) => this.prove(account, authMessage, proof, from) };
  }

  private async look(name: string, claim: PasswordClaim | CertificateClaim, from: From): Promise<Verdict> {
    const { answer, generation } = await this.ask(proofOf(claim), from);
    const verdict = await this.verdict(answer);
    const { cache, news } = this.parts.line;
    // What was decided before the last change of an account is answered, and not remembered.
    if (generation === news.generation && isLasting(verdict)) cache.set(name, verdict);
    return verdict;
  }

  private async prove(account: string, authMessage: string, proof: Uint8Array, from: From): Promise<ScramVerdict> {
    const text = Buffer.from(proof).toString("base64");
    const fits = text.length <= claimLimits.proof && authMessage.length <= claimLimits.authMessage;
    const asked: Proof = fits
      ? { by: "scram", account: short(account), authMessage, proof: text }
      : { by: "known-wrong", account: short(account) };
    const { answer } = await this.ask(asked, from);
    const verdict = await this.verdict(answer);
    if (verdict.is !== "welcome") return { is: "failed", verdict };
    return { is: "proved", verdict, serverSignature: answer.is === "welcome" ? answer.signature : "" };
  }

  private ask(proof: Proof, { address, trace }: From) {
    return this.parts.line.ask({ site: this.parts.site, address, trace, proof });
  }

  /** Ready to be said: whoever has to wait has waited, without holding anything but this promise. */
  private async verdict(answer: Answer): Promise<Verdict> {
    if (answer.is !== "welcome") this.parts.refused?.(answer.is);
    switch (answer.is) {
      case "welcome":
        return welcome(answer.account, answer.groups, new Set(answer.rights));
      case "wrong": {
        const { waitMs } = answer;
        if (waitMs > 0) await new Promise<void>((resolve) => this.parts.clock.after(waitMs, resolve));
        return { is: "wrong", waitedMs: waitMs };
      }
      case "not-allowed":
        return { ...answer, account: answer.account ?? undefined };
      case "blocked":
      case "busy":
        return answer;
      default:
        return answer satisfies never;
    }
  }
}

/** Busy and blocked are over in a moment. */
const isLasting = (verdict: Verdict): verdict is Remembered =>
  verdict.is === "welcome" || verdict.is === "wrong" || verdict.is === "not-allowed";

const welcome = (account: string, groups: readonly string[], rights: ReadonlySet<Right>): Welcome => ({
  is: "welcome",
  account,
  groups,
  may: (right) => rights.has(right),
});

function proofOf(claim: PasswordClaim | CertificateClaim): Proof;
function proofOf(claim: Claim): Proof | undefined;
function proofOf(claim: Claim): Proof | undefined {
  switch (claim.by) {
    case "password": {
      const account = short(claim.account);
      // Nobody has so long a password: it counts as a wrong one, without being sent around.
      if (Buffer.byteLength(claim.password) > claimLimits.password) return { by: "known-wrong", account };
      return { by: "password", account, password: claim.password };
    }
    case "certificate":
      return {
        by: "certificate",
        names: claim.names.filter((it) => it.length <= claimLimits.name).slice(0, claimLimits.names),
      };
    case "token":
      return undefined;
    default:
      return claim satisfies never;
  }
}

/** Longer than any name may be, it stays so. */
const short = (account: string): string => account.slice(0, claimLimits.account);
