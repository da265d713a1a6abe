// What the deliverer asks of DNS. The answer is what is there, that nothing is, or that nobody could say; which of them
// it is decides whether mail goes, goes back, or waits, so they are never mixed up.
import type { Result } from "../../base/result.ts";

export interface Exchanger {
  /** "" where the domain says that it takes no mail, RFC 7505 §3. */
  readonly host: string;
  readonly preference: number;
}

export interface NoAnswer {
  /** "none": the name, or such a record of it, does not exist. "later": a name server is away or confused. */
  readonly is: "none" | "later";
  readonly because: string;
}

export type Resolved<T> = Result<readonly T[], NoAnswer>;

export interface Resolver {
  exchangers(domain: string): Promise<Resolved<Exchanger>>;
  /** IPv4 and IPv6. */
  addresses(host: string): Promise<Resolved<string>>;
}
