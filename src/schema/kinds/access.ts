// Who may connect, as a person writes it: `deny 192.0.2.0/24`, one rule to a line. Pure; what a list of rules comes to
// for an address is decided in net/access.
import { accept, type Kind, refuse, textual } from "../kind.ts";
import { type AddressRange, addressRange } from "./network.ts";

export interface AccessRule {
  readonly allows: boolean;
  /** `*` names every address of both families. */
  readonly range: AddressRange | "*";
}

export const accessRule: Kind<AccessRule, string> = textual(
  "access rule",
  "allow or deny and an address, a network or *, such as deny 192.0.2.0/24 (host names are not looked up)",
  "deny 192.0.2.0/24",
  (text) => {
    const [, verb, named = ""] = /^(allow|deny) +(\S+)$/i.exec(text.trim()) ?? [];
    if (verb === undefined) return undefined;
    const allows = verb.toLowerCase() === "allow";
    if (named === "*") return { allows, range: "*" };
    const range = peerRange.decode(named);
    return range.ok ? { allows, range: range.value } : undefined;
  },
  ({ allows, range }) => `${allows ? "allow" : "deny"} ${range === "*" ? range : peerRange.print(range)}`,
);

/**
 * A range of peers. A socket for both families shows an IPv4 peer as `::ffff:192.0.2.1`, and it counts as IPv4
 * everywhere; a range that is written so would otherwise name nobody.
 */
export const peerRange: Kind<AddressRange, string> = {
  ...addressRange,
  decode(given) {
    const range = addressRange.decode(given);
    if (!range.ok) return refuse(given, addressRange.wish);
    const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(range.value.address) ?? [];
    if (high === undefined || low === undefined || range.value.prefix < MAPPED_PREFIX) return range;
    const bytes = [high, low].map((word) => Number.parseInt(word, 16)).flatMap((word) => [word >> 8, word & 255]);
    return accept({ address: bytes.join("."), prefix: range.value.prefix - MAPPED_PREFIX });
  },
};

/** What stands before the IPv4 address in a mapped one, RFC 4291 §2.5.5.2. */
const MAPPED_PREFIX = 96;
