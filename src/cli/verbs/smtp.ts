// `inetsrv smtp why`: why a mail site would take a recipient, or refuse it.
import { accountName } from "../../account/name.ts";
import { address } from "../../schema/kinds/network.ts";
import { answerOf } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { value, verb } from "../verb.ts";
import { relayLines } from "../views/smtp-view.ts";

const HERE = "127.0.0.1";

export const smtpWhy = verb({
  words: "smtp why",
  group: "Mail",
  summary: "Tell whether a mail site would take a message, and why.",
  doc:
    "It goes through the rows that a site asks for each recipient, in their order: who may connect, whether a login is " +
    "required, the domains of the site, the right of the account, and the rules of relay. The last row that is shown " +
    "decides. Nothing is sent.",
  takes: {},
  flags: {
    from: value("ADDRESS", "The sender; without it <>, which notices have."),
    to: value("ADDRESS", "The recipient; without it postmaster."),
    ip: value("ADDRESS", `The address of the client; without it ${HERE}.`, { kind: address }),
    user: value("NAME", "Who has logged in.", { kind: accountName }),
    certificate: value("NAME", "A name in a client certificate that was verified."),
    site: value("SITE", "The site; default without it."),
  },
  examples: [
    {
      line: "inetsrv smtp why --from scan@example.org --to ada@example.net --ip 192.0.2.7",
      doc: "A printer. Ends with 0 when it is taken and 4 when it is refused.",
    },
    { line: "inetsrv smtp why --to ada@example.net --user anna", doc: "Somebody who has logged in." },
  ],
  exits: ["refused"],
  run: (context, { from = "", to = "postmaster", ip = HERE, user, certificate, site }) =>
    answerOf(
      context,
      "allowed",
      "smtp.why",
      { from, to, ip, user, certificate, site },
      (answer) => context.out.show(answer, () => relayLines(answer, context.out.width)),
      ({ accepted }) => (accepted ? exitCodes.done : exitCodes.refused),
    ),
});
