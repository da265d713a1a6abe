// How a service lets somebody log in. `SiteInput.login` is one of these: a service asks, and gets a verdict that is ready
// to be answered; it never sees a hash, counts nothing and waits for nothing itself.
//
//   // AUTHINFO PASS of a news site:
//   const verdict = await login.verify({ by: "password", account, password }, from);
//   switch (verdict.is) {
//     case "welcome":     session.may = verdict.may; return replies.welcome;          // may("post") then decides
//     case "wrong":       return replies.wrongPassword;                               // the delay is over already
//     case "blocked":     return replies.blockedUntil(verdict.untilMs);
//     case "busy":        return replies.tryLater;                                    // nothing is said about the password
//     case "not-allowed": return replies.notAllowed(verdict.because);
//     case "unavailable": return replies.noSuchMechanism;
//     default:            verdict satisfies never;
//   }
//
// `from` is `{ address: connection.peer.address, secure: connection.secured !== undefined, trace: connection.trace }`.
// Mechanisms of SASL are not taken apart by services: see sasl/exchange.ts. A protocol that sends the password with each
// request, as HTTP Basic does, asks `verifyCached`.
import type { Right } from "./rights.ts";

export interface PasswordClaim {
  readonly by: "password";
  readonly account: string;
  readonly password: string;
}

/** Names in a client certificate that the handshake has verified: mail address, host name, common name, SHA-256. */
export interface CertificateClaim {
  readonly by: "certificate";
  readonly names: readonly string[];
}

/** What a peer shows to be somebody. */
export type Claim =
  | PasswordClaim
  | CertificateClaim
  /** RFC 7628. No token is accepted yet; whoever shows one is told so. */
  | { readonly by: "token"; readonly account: string | undefined; readonly token: string };

export interface From {
  readonly address: string;
  /** Under TLS. */
  readonly secure: boolean;
  /** Names the connection in logs. */
  readonly trace: string;
}

export type Verdict =
  | Welcome
  /** No such account, or not its password: which of them, nobody is told. */
  | { readonly is: "wrong"; readonly waitedMs: number }
  /** Too many failures came before. */
  | { readonly is: "blocked"; readonly untilMs: number; readonly because: string }
  /** Too many want to log in at this moment. */
  | { readonly is: "busy" }
  /** It is who it claims to be, and may not log in here or now; or it may not tell a password on this connection. */
  | { readonly is: "not-allowed"; readonly account: string | undefined; readonly because: string }
  /** This way to log in is not there. */
  | { readonly is: "unavailable"; readonly because: string };

export interface Welcome {
  readonly is: "welcome";
  /** In its one spelling. */
  readonly account: string;
  /** That it is in, for services whose rules name groups. */
  readonly groups: readonly string[];
  /** At this site, as it was decided at this moment. */
  may(right: Right): boolean;
}

/** What SCRAM tells a client before it has proved anything: also for an account that is not there. */
export interface ScramOffer {
  /** Base64. */
  readonly salt: string;
  readonly iterations: number;
  /** Checked where the keys are; a welcome brings the signature by which the server proves itself. */
  prove(authMessage: string, proof: Uint8Array, from: From): Promise<ScramVerdict>;
}

export type ScramVerdict =
  | { readonly is: "proved"; readonly verdict: Welcome; readonly serverSignature: string }
  | { readonly is: "failed"; readonly verdict: Exclude<Verdict, Welcome> };

export interface Login {
  verify(claim: Claim, from: From): Promise<Verdict>;
  /**
   * The same, remembering what was right for a minute, and for a shorter time what was not: a wrong password costs no second
   * look, and who may not log in is not asked for again.
   */
  verifyCached(claim: PasswordClaim | CertificateClaim, from: From): Promise<Verdict>;
  scram(account: string): Promise<ScramOffer>;
  /** Whether every account could use SCRAM, so that it may be offered. */
  readonly offersScram: boolean;
  /**
   * Whether a password may be told on this connection: under TLS, from this machine, or where the site's setting
   * plainTextLogin says so. `verify` refuses it otherwise, so no service can forget to ask.
   */
  takesPassword(from: From): boolean;
}
