// Why a recipient would be taken or refused at a site, for `inetsrv smtp why`: the same rows that a session asks, with the
// words of each. It connects nowhere and changes nothing.
import { good, type Result } from "../base/result.ts";
import { AddressRules } from "../net/access/address-rules.ts";
import { noAccessLog } from "../net/access-log/access-log.ts";
import type { Consulted, RelayAnswer, RelayQuestion, SiteWritten } from "../proto/smtp/relay-question.ts";
import { replyText } from "../proto/smtp/reply.ts";
import { replies } from "../proto/smtp/server/replies.ts";
import { decodeOwn } from "../schema/decode.ts";
import { valuesOf } from "../schema/resolve.ts";
import { explainRelay } from "./accept/relay-decision.ts";
import { mailSite } from "./mail-site.ts";
import { readPeople } from "./read-people.ts";
import { type SmtpSiteValues, smtpSite } from "./settings.ts";
import { waitingPlace } from "./waiting-place.ts";

export function explainAt(
  question: RelayQuestion,
  { name, path, values: written, below }: SiteWritten,
  machineName: string,
): Result<RelayAnswer, string> {
  const { own } = decodeOwn(smtpSite, written, path);
  const values: SmtpSiteValues = valuesOf(smtpSite, [{ path, section: smtpSite, own }]);
  const site = mailSite({ name, path, values, below, secret: () => undefined, log: noAccessLog }, machineName);
  const people = readPeople(question, site, question.ip);
  if (!people.ok) return people;
  const door = atTheDoor(question.ip, values);
  if (door.says === "refused")
    return good({ accepted: false, reply: turnedAway, destination: null, consulted: [door] });
  const { ip, account, certificate } = question;
  const submitter = { address: ip, account, certificateNames: certificate === undefined ? [] : [certificate] };
  const relaying = { submitter, ...people.value };
  const { decision, consulted } = explainRelay(relaying, site.relay);
  return good({
    accepted: decision.accepted,
    reply: replyText(decision.accepted ? replies.recipientGood : decision.reply),
    destination: decision.accepted ? waitingPlace(site, relaying) : null,
    consulted: [door, ...consulted],
  });
}

const turnedAway = "421, or the connection is closed at once";

/** Who may connect at all; TLS and the limits of sessions are another matter. */
function atTheDoor(ip: string, { access, accessUnlisted }: SmtpSiteValues): Consulted {
  const { allowed, because } = new AddressRules(access, accessUnlisted).judge(ip);
  return { row: "access", says: allowed ? "goes on" : "refused", because };
}
