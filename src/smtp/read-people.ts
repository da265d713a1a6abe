// Sender and recipient of mail that an operator asks about, read as a session at the site would read them. Pure.
import { bad, good, type Result } from "../base/result.ts";
import { parseForwardPath, parseReversePath } from "../proto/smtp/path.ts";
import { SessionRules } from "./accept/session-rules.ts";
import type { MailSite } from "./mail-site.ts";
import type { WaitingMail } from "./waiting-place.ts";

/** With brackets or without; `address` is where the session would come from. The error says what is no address. */
export function readPeople(
  { from, to }: { readonly from: string; readonly to: string },
  { hostName, domains: { defaultDomain }, values }: MailSite,
  address: string,
): Result<WaitingMail, string> {
  const rules = new SessionRules(hostName, defaultDomain, values).for(address);
  const sender = parseReversePath(withoutBrackets(from), rules);
  if (!sender.ok) return bad(`The sender ${from} is no address: ${sender.error}`);
  const recipient = parseForwardPath(withoutBrackets(to), rules);
  if (!recipient.ok) return bad(`The recipient ${to} is no address: ${recipient.error}`);
  return good({ sender: sender.value, recipient: recipient.value });
}

const withoutBrackets = (text: string): string => /^<(.*)>$/s.exec(text)?.[1] ?? text;
