// The paths of MAIL and RCPT, without their brackets: a mailbox, nothing, or Postmaster, maybe behind a route of old.
// Pure; a path that names no domain gets the one that is handed in.
import { good, type Result } from "../../base/result.ts";
import { type Mailbox, parseMailbox, printMailbox } from "./address.ts";
import { isDomain } from "./domain.ts";
import type { Leniency } from "./leniency.ts";

/** RFC 5321 §4.5.5: `<>`, the sender of notices that nobody may answer with another notice. */
export type ReversePath = Mailbox | null;

export interface PathRules {
  /** Of whoever is named without a domain. */
  readonly ownDomain: string;
  readonly leniency: Leniency;
}

export const parseReversePath = (inner: string, rules: PathRules): Result<ReversePath, string> =>
  inner === "" ? good(null) : parseForwardPath(inner, rules);

/** RFC 5321 §4.1.1.3: Postmaster needs no domain. */
export function parseForwardPath(inner: string, { ownDomain, leniency }: PathRules): Result<Mailbox, string> {
  const address = withoutRoute(inner, leniency);
  const isBare = address !== "" && !address.includes("@");
  const completed = isBare && (leniency.bareAddresses || /^postmaster$/i.test(address));
  return parseMailbox(completed ? `${address}@${ownDomain}` : address, leniency);
}

export const printPath = (path: ReversePath): string => `<${path === null ? "" : printMailbox(path)}>`;

/** For people and logs, in which `<>` reads better than nothing. */
export const pathText = (path: ReversePath): string => (path === null ? "<>" : printMailbox(path));

/** RFC 5321 §C done: `@a,@b:user@c` is taken, and mail goes straight to `c`. */
function withoutRoute(inner: string, { looseAddresses }: Leniency): string {
  const [, route, address] = /^(@[^:"[]*(?:\[[^\]"]*\][^:"[]*)*):(.*)$/s.exec(inner) ?? [];
  if (route === undefined || address === undefined) return inner;
  const hosts = route.split(",");
  return hosts.every((it) => it.startsWith("@") && isDomain(it.slice(1), looseAddresses)) ? address : inner;
}
