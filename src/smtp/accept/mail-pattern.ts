// Which addresses are meant, as an operator writes it: one, all of a domain, all of what is below a domain, or any.
// Pure. Case never counts, as people who write rules do not think of it.
import { asciiDomain, type DomainPattern, domainKey, isDomainName, isInDomain } from "../../proto/smtp/domain.ts";
import { pathText, type ReversePath } from "../../proto/smtp/path.ts";

export type MailPattern =
  | { readonly is: "any" }
  /** `<>`, the sender of notices. */
  | { readonly is: "nobody" }
  | {
      readonly is: "address";
      /** In small letters; "*" for everybody there. */
      readonly local: string;
      readonly domain: DomainPattern;
    };

const LOCAL_PART = /^[^\s@<>"(),:;[\\\]\x00-\x1f\x7f]+$/;

/** `*`, `<>`, `ada@example.org`, `*@example.org`, `example.org`, `*.example.org`; undefined for anything else. */
export function parseMailPattern(text: string): MailPattern | undefined {
  if (text === "*") return { is: "any" };
  if (text === "<>") return { is: "nobody" };
  const at = text.lastIndexOf("@");
  const domain = parseDomainPattern(text.slice(at + 1));
  const local = at < 0 ? "*" : text.slice(0, at).toLowerCase();
  return domain === undefined || !LOCAL_PART.test(local) ? undefined : { is: "address", local, domain };
}

export function printMailPattern(pattern: MailPattern): string {
  if (pattern.is === "any") return "*";
  return pattern.is === "nobody" ? "<>" : `${pattern.local}@${pattern.domain}`;
}

export function parseDomainPattern(text: string): DomainPattern | undefined {
  const star = text.startsWith("*.") ? "*." : "";
  const domain = asciiDomain(text.slice(star.length));
  return domain === undefined || !isDomainName(domain, true) ? undefined : star + domain;
}

export function fitsPattern(pattern: MailPattern, path: ReversePath): boolean {
  if (pattern.is === "any") return true;
  if (path === null || pattern.is === "nobody") return path === null && pattern.is === "nobody";
  const fitsLocal = pattern.local === "*" || pattern.local === path.local.toLowerCase();
  return fitsLocal && isInDomain(domainKey(path.domain), pattern.domain);
}

/** "ada@example.org is not *@example.net" */
export const tellMisfit = (pattern: MailPattern, path: ReversePath): string =>
  `${pathText(path)} is not ${printMailPattern(pattern)}`;
