// Whether a recipient is taken, and why: a row for each question, asked in the order in which IIS asked them. Pure; the
// session asks for the answer, and `inetsrv smtp why` for every row that was looked at.
import { printMailbox } from "../../proto/smtp/address.ts";
import type { Consulted } from "../../proto/smtp/relay-question.ts";
import type { Reply } from "../../proto/smtp/reply.ts";
import { replies } from "../../proto/smtp/server/replies.ts";
import type { Domain } from "./domain-table.ts";
import type { Relaying, RelayPolicy } from "./relay-policy.ts";
import { printRelayRule } from "./relay-rule.ts";

export type RelayDecision =
  | {
      readonly accepted: true;
      /** It goes on because of who hands it over, who is thereby one of ours. */
      readonly submitted: boolean;
    }
  | { readonly accepted: false; readonly reply: Reply };

/** The reason is a function, as most answers are never explained. */
export interface Decided {
  readonly is: "decided";
  readonly decision: RelayDecision;
  readonly because: () => string;
}

type Look = { readonly is: "goes on"; readonly because: () => string } | Decided;

interface Row {
  readonly name: string;
  look(relaying: Relaying, policy: RelayPolicy): Look;
}

const goesOn = (because: () => string): Look => ({ is: "goes on", because });
const refuse = (reply: Reply, because: () => string): Look => ({
  is: "decided",
  decision: { accepted: false, reply },
  because,
});
const take = (submitted: boolean, because: () => string): Look => ({
  is: "decided",
  decision: { accepted: true, submitted },
  because,
});

const rows: readonly Row[] = [
  /** RFC 6409 §4.3 done, where a site is for submission alone. */
  {
    name: "login required",
    look({ submitter }, { loginRequired }) {
      if (!loginRequired) return goesOn(() => "requireLogin is off");
      const { account } = submitter;
      return account === undefined
        ? refuse(replies.loginFirst, () => "requireLogin is on, and nobody has logged in")
        : goesOn(() => `${account.name} has logged in`);
    },
  },
  {
    name: "domains of the site",
    look({ recipient }, { domains }) {
      const domain = domains.find(recipient);
      if (domain === undefined) return goesOn(() => `${recipient.domain} is none of them`);
      return domain.is === "local" ? localLook(recipient, domain) : remoteLook(domain);
    },
  },
  {
    name: "right of the account",
    look({ submitter: { account } }) {
      if (account === undefined) return goesOn(() => "nobody has logged in");
      return account.mayRelay
        ? take(true, () => `${account.name} has the right to relay here`)
        : goesOn(() => `${account.name} does not have the right to relay here`);
    },
  },
  {
    name: "relay rules",
    look(relaying, { rules }) {
      const found = rules.findIndex((it) => it.misfit(relaying) === undefined);
      const rule = rules[found]?.rule;
      if (rule === undefined)
        return goesOn(() => (rules.length === 0 ? "there are none" : `none of the ${rules.length} fits`));
      const because = () => `rule ${found + 1} is ${printRelayRule(rule)}`;
      return rule.allows ? take(true, because) : refuse(replies.noRelay(printMailbox(relaying.recipient)), because);
    },
  },
  /** RFC 5321 §3.6.2: a server need not relay for anybody, and says 550. */
  {
    name: "everything else",
    look: ({ recipient }) => refuse(replies.noRelay(printMailbox(recipient)), () => "what nothing allows is refused"),
  },
];

export function decideRelay(relaying: Relaying, policy: RelayPolicy): Decided {
  for (const row of rows) {
    const look = row.look(relaying, policy);
    if (look.is === "decided") return look;
  }
  throw new Error("the last row decides");
}

/** The same with every row on the way; within the relay rules each one that does not fit is told too. */
export function explainRelay(
  relaying: Relaying,
  policy: RelayPolicy,
): { readonly decision: RelayDecision; readonly consulted: readonly Consulted[] } {
  const consulted: Consulted[] = [];
  for (const row of rows) {
    const look = row.look(relaying, policy);
    if (row.name === "relay rules") consulted.push(...misfits(relaying, policy));
    const told = { row: row.name, because: look.because() };
    if (look.is === "goes on") consulted.push({ ...told, says: "goes on" });
    else {
      consulted.push({ ...told, says: look.decision.accepted ? "accepted" : "refused" });
      return { decision: look.decision, consulted };
    }
  }
  throw new Error("the last row decides");
}

/** More of them nobody reads. */
const MISFITS_MAX = 50;

function misfits(relaying: Relaying, { rules }: RelayPolicy): readonly Consulted[] {
  const told: Consulted[] = [];
  for (const [index, ready] of rules.entries()) {
    const misfit = ready.misfit(relaying);
    if (misfit === undefined || told.length === MISFITS_MAX) break;
    told.push({ row: `rule ${index + 1}`, says: "goes on", because: `${printRelayRule(ready.rule)}: ${misfit()}` });
  }
  return told;
}

/** RFC 5321 §4.5.1 done: whatever the list says, somebody answers for the domain. */
function localLook(recipient: Relaying["recipient"], domain: Extract<Domain, { is: "local" }>): Look {
  const { name, keptAs, recipients } = domain;
  const local = recipient.local.toLowerCase();
  const kept = keptAs === name ? "" : `, an alias of ${keptAs}`;
  if (recipients === undefined) return take(false, () => `${name} is local${kept}, and takes every name`);
  return recipients.has(local) || local === "postmaster"
    ? take(false, () => `${name} is local${kept}, and ${local} is one of its recipients`)
    : refuse(
        replies.noMailbox(printMailbox(recipient)),
        () => `${name} is local${kept}, and ${local} is not among its recipients`,
      );
}

function remoteLook({ name, relay }: Extract<Domain, { is: "remote" }>): Look {
  return relay
    ? take(false, () => `${name} is remote, and its mail is taken from everybody`)
    : goesOn(() => `${name} is remote, and relay is off for it`);
}
