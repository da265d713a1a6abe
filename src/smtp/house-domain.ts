// The one domain that a site shows to the world in place of its local ones, where it is set to: in the envelope, and in
// the header of a message that begins its way here. Pure.

import type { Header } from "../proto/smtp/message/header-reader.ts";
import { masqueraded } from "../proto/smtp/message/masquerade.ts";
import type { ReversePath } from "../proto/smtp/path.ts";
import type { MailSite } from "./mail-site.ts";

type Site = Pick<MailSite, "values" | "domains">;

export function shownSender({ values, domains }: Site, sender: ReversePath): ReversePath {
  const domain = values.masqueradeDomain;
  return domain === null || sender === null || !domains.isLocal(sender.domain) ? sender : { ...sender, domain };
}

/** An address without a domain would get that of the site, and is ours too. */
export function shownHeader({ values, domains }: Site, header: Header): Header {
  const domain = values.masqueradeDomain;
  const isOurs = (it: string | undefined): boolean => it === undefined || domains.isLocal(it);
  return domain === null ? header : masqueraded(header, isOurs, domain);
}
