import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { lenient } from "../../proto/smtp/leniency.ts";
import { parseForwardPath, parseReversePath } from "../../proto/smtp/path.ts";
import type { RelayAccount } from "../../proto/smtp/relay-question.ts";
import { replyText } from "../../proto/smtp/reply.ts";
import { decideRelay, explainRelay } from "./relay-decision.ts";
import type { Relaying } from "./relay-policy.ts";
import { type SiteWords, siteFrom } from "./testing/rig.ts";

const paths = { ownDomain: "example.org", leniency: lenient };

interface Asked {
  readonly to: string;
  readonly from?: string;
  readonly ip?: string;
  readonly account?: RelayAccount;
  readonly certificate?: string;
}

const relaying = ({ to, from = "a@b.example", ip = "198.51.100.7", account, certificate }: Asked): Relaying => ({
  submitter: { address: ip, account, certificateNames: certificate === undefined ? [] : [certificate] },
  sender: expectGood(parseReversePath(from, paths)),
  recipient: expectGood(parseForwardPath(to, paths)),
});

/** "taken", or what the client hears; and the row that has decided. */
function decide(site: SiteWords, asked: Asked): readonly [string, string | undefined] {
  const { relay } = siteFrom(site);
  const { decision, consulted } = explainRelay(relaying(asked), relay);
  expect(decideRelay(relaying(asked), relay).decision).toEqual(decision);
  return [decision.accepted ? "taken" : replyText(decision.reply), consulted.at(-1)?.row];
}

const ada: RelayAccount = { name: "ada", groups: ["staff"], mayRelay: false };
const domains = {
  "alias.example": { type: "alias" },
  "own.example": { recipients: ["info"] },
  "gateway.example": { type: "remote", relay: true },
  "routed.example": { type: "remote" },
  "*.below.example": { type: "remote", relay: true },
};
const unable = (address: string) => `550 5.7.1 Unable to relay for ${address}`;

/** As IIS decided, step by step. */
test.each([
  [
    "1: a login is required and nobody has logged in",
    { to: "ada@example.org" },
    { requireLogin: true },
    "530 5.7.0 Log in first",
    "login required",
  ],
  [
    "1: somebody has, and the domain is local",
    { to: "ada@example.org", account: ada },
    { requireLogin: true },
    "taken",
    "domains of the site",
  ],
  ["2: a recipient without a domain is of the default domain", { to: "fred" }, {}, "taken", "domains of the site"],
  ["3: the default domain takes every name", { to: "nobody@example.org" }, {}, "taken", "domains of the site"],
  ["3: so does its alias", { to: "nobody@alias.example" }, {}, "taken", "domains of the site"],
  ["3: a list of recipients names one", { to: "INFO@own.example" }, {}, "taken", "domains of the site"],
  ["3: postmaster is on every list", { to: "Postmaster@own.example" }, {}, "taken", "domains of the site"],
  [
    "3: a list does not name another",
    { to: "x@own.example" },
    {},
    "550 5.1.1 There is no mailbox x@own.example here",
    "domains of the site",
  ],
  [
    "3: not for whoever may relay either",
    { to: "x@own.example", account: { ...ada, mayRelay: true } },
    {},
    "550 5.1.1 There is no mailbox x@own.example here",
    "domains of the site",
  ],
  ["4: a remote domain with relay", { to: "x@gateway.example" }, {}, "taken", "domains of the site"],
  ["4: and what is below one", { to: "x@a.below.example" }, {}, "taken", "domains of the site"],
  ["4: but not the domain above", { to: "x@below.example" }, {}, unable("x@below.example"), "everything else"],
  ["4: a remote domain without relay", { to: "x@routed.example" }, {}, unable("x@routed.example"), "everything else"],
  [
    "5: an account with the right",
    { to: "c@d.example", account: { ...ada, mayRelay: true } },
    {},
    "taken",
    "right of the account",
  ],
  ["5: an account without it", { to: "c@d.example", account: ada }, {}, unable("c@d.example"), "everything else"],
  [
    "5: whoever has logged in, as RelayForAuth",
    { to: "c@d.example", account: ada },
    { relay: ["relay account *"] },
    "taken",
    "relay rules",
  ],
  [
    "5: which nobody has",
    { to: "c@d.example" },
    { relay: ["relay account *"] },
    unable("c@d.example"),
    "everything else",
  ],
  [
    "6: an address of the list",
    { to: "c@d.example", ip: "192.0.2.7" },
    { relay: ["relay 192.0.2.0/24"] },
    "taken",
    "relay rules",
  ],
  [
    "6: an address of IPv6",
    { to: "c@d.example", ip: "2001:db8::7" },
    { relay: ["relay 2001:db8::/64"] },
    "taken",
    "relay rules",
  ],
  [
    "6: another address",
    { to: "c@d.example" },
    { relay: ["relay 192.0.2.0/24"] },
    unable("c@d.example"),
    "everything else",
  ],
  ["7: nothing is said", { to: "c@d.example", ip: "127.0.0.1" }, {}, unable("c@d.example"), "everything else"],
  ["an account by name", { to: "c@d.example", account: ada }, { relay: ["relay account ada"] }, "taken", "relay rules"],
  ["a group", { to: "c@d.example", account: ada }, { relay: ["relay group staff"] }, "taken", "relay rules"],
  [
    "another group",
    { to: "c@d.example", account: ada },
    { relay: ["relay group sales"] },
    unable("c@d.example"),
    "everything else",
  ],
  [
    "a certificate",
    { to: "c@d.example", certificate: "AA:BB" },
    { relay: ["relay certificate aabb"] },
    "taken",
    "relay rules",
  ],
  [
    "any certificate",
    { to: "c@d.example", certificate: "x" },
    { relay: ["relay certificate *"] },
    "taken",
    "relay rules",
  ],
  [
    "no certificate",
    { to: "c@d.example" },
    { relay: ["relay certificate *"] },
    unable("c@d.example"),
    "everything else",
  ],
  [
    "a refusal before a wider rule",
    { to: "c@d.example", ip: "192.0.2.9" },
    { relay: ["refuse 192.0.2.9", "relay 192.0.2.0/24"] },
    unable("c@d.example"),
    "relay rules",
  ],
  [
    "behind a wider rule it says nothing",
    { to: "c@d.example", ip: "192.0.2.9" },
    { relay: ["relay 192.0.2.0/24", "refuse 192.0.2.9"] },
    "taken",
    "relay rules",
  ],
  ["from a sender", { to: "c@d.example" }, { relay: ["relay * from *@b.example"] }, "taken", "relay rules"],
  [
    "from another sender",
    { to: "c@d.example", from: "" },
    { relay: ["relay * from *@b.example"] },
    unable("c@d.example"),
    "everything else",
  ],
  ["to a domain", { to: "c@x.d.example" }, { relay: ["relay * to *.d.example"] }, "taken", "relay rules"],
  [
    "to another domain",
    { to: "c@d.example" },
    { relay: ["relay * to *.d.example"] },
    unable("c@d.example"),
    "everything else",
  ],
  ["a percent sign is a letter of a name here", { to: "c%d.example@example.org" }, {}, "taken", "domains of the site"],
  [
    "an address in brackets is no domain of ours",
    { to: "c@[192.0.2.2]" },
    {},
    unable("c@[192.0.2.2]"),
    "everything else",
  ],
] as const)("%s", (_, asked, settings, said, row) => {
  expect(decide({ settings, domains }, asked)).toEqual([said, row]);
});

test("whoever is let through by a rule or a right submits; mail for a domain of the site may be anybody's", () => {
  const { relay } = siteFrom({ domains, settings: { relay: ["relay 192.0.2.0/24"] } });
  const submitted = (asked: Asked) => {
    const { decision } = decideRelay(relaying(asked), relay);
    return decision.accepted && decision.submitted;
  };
  expect(submitted({ to: "c@d.example", ip: "192.0.2.7" })).toBe(true);
  expect(submitted({ to: "fred@example.org", ip: "192.0.2.7" })).toBe(false);
  expect(submitted({ to: "c@gateway.example" })).toBe(false);
});

test("each rule on the way says why it does not fit", () => {
  const rules = [
    "relay 192.0.2.1",
    "relay account bob",
    "relay group sales",
    "relay certificate p",
    "relay * to x.example",
  ];
  const { relay } = siteFrom({ settings: { relay: rules } });
  const told = explainRelay(relaying({ to: "c@d.example", account: ada }), relay).consulted.map((it) => it.because);
  expect(told).toContain("relay 192.0.2.1: 198.51.100.7 is not in it");
  expect(told).toContain("relay account bob: ada has logged in");
  expect(told).toContain("relay group sales: ada is not in the group");
  expect(told).toContain("relay certificate p: no certificate was shown");
  expect(told).toContain("relay * to *@x.example: c@d.example is not *@x.example");
});
