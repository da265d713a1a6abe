// What can be asked about mail sites: why a recipient would be taken or refused. How a site decides is handed in, as
// nobody here knows a service.

import { accountName } from "../../account/name.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { RelayAnswer, RelayQuestion, SiteWritten } from "../../proto/smtp/relay-question.ts";
import { address } from "../../schema/kinds/network.ts";
import { text } from "../../schema/kinds/plain.ts";
import { needed, type Operation, optional, plain, refusal } from "../operation.ts";
import type { Configured } from "./configured.ts";
import { mailSiteOf, siteParameter } from "./mail-site.ts";
import { welcomeAt } from "./welcome-at.ts";

/** The error says which word of the question makes no sense. */
export type ExplainRelay = (question: RelayQuestion, site: SiteWritten) => Result<RelayAnswer, string>;

const SERVICE = "smtp";
const mailAddress = text({ max: 1024 });

export const smtpOperations = (explain: ExplainRelay): readonly Operation<Configured>[] => [
  {
    name: "smtp.why",
    reads: true,
    doc: "Whether a mail site would take a recipient, from whom and to whom, with each row that it looks at.",
    takes: {
      from: needed(mailAddress, "The sender; nothing or <> for that of notices."),
      to: needed(mailAddress, "The recipient."),
      ip: needed(address, "The address of the client."),
      user: optional(accountName, "Who has logged in."),
      certificate: optional(text({ min: 1, max: 255 }), "A name in a client certificate that was verified."),
      ...siteParameter,
    },
    run({ configuration }, given) {
      const site = mailSiteOf(configuration, given);
      if (!site.ok) return site;
      const { name, path, plan } = site.value;
      const user =
        given.user === undefined
          ? good(undefined)
          : welcomeAt(configuration.metabase.view, String(given.user), SERVICE, name);
      if (!user.ok) return bad(refusal("unknown", user.error));
      const question = {
        from: String(given.from),
        to: String(given.to),
        ip: String(given.ip),
        certificate: given.certificate === undefined ? undefined : String(given.certificate),
        account: user.value && {
          name: user.value.account,
          groups: user.value.groups,
          mayRelay: user.value.may("relay"),
        },
      };
      const { values, below } = plan;
      const answer = explain(question, { name, path, values, below });
      return answer.ok ? good(plain(answer.value)) : bad(refusal("wrong", answer.error));
    },
  },
];
