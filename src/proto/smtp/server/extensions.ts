// What EHLO offers: a row for each extension, in the order in which they are listed. Pure; whether one is offered depends
// on the site, on the connection, and on whether somebody has logged in.
import type { ParameterExtension } from "../parameters.ts";
import type { Ports } from "./ports.ts";
import type { Offerable, SiteRules } from "./rules.ts";

export interface Standing {
  readonly rules: SiteRules;
  readonly ports: Ports;
  readonly loggedIn: boolean;
}

interface Row {
  readonly rfc: string;
  /** The line of EHLO; undefined where it is not offered now. */
  line(standing: Standing): string | undefined;
}

const offered = (word: Offerable) => (standing: Standing) => (standing.rules.offers.has(word) ? word : undefined);
const always = (word: string) => () => word;

export const extensions = {
  SIZE: { rfc: "1870 §3", line: ({ rules }) => `SIZE ${rules.limits.messageBytesMax ?? 0}` },
  PIPELINING: { rfc: "2920 §3.2", line: offered("PIPELINING") },
  "8BITMIME": { rfc: "6152 §2", line: always("8BITMIME") },
  SMTPUTF8: { rfc: "6531 §3.1", line: offered("SMTPUTF8") },
  ENHANCEDSTATUSCODES: { rfc: "2034 §3", line: always("ENHANCEDSTATUSCODES") },
  DSN: { rfc: "3461 §3", line: offered("DSN") },
  CHUNKING: { rfc: "3030 §2", line: offered("CHUNKING") },
  /** RFC 3030 §3: it is nothing without CHUNKING. */
  BINARYMIME: { rfc: "3030 §3", line: ({ rules: { offers } }) => binary(offers) },
  ETRN: { rfc: "1985 §4", line: offered("ETRN") },
  /** RFC 9422 §4: those of which the site has one. */
  LIMITS: { rfc: "9422 §3, §4.1, §4.2", line: ({ rules }) => limitsLine(rules) },
  STARTTLS: { rfc: "3207 §2", line: ({ ports }) => (ports.canSecure ? "STARTTLS" : undefined) },
  /** RFC 4954 §4: not after a login, as there is no second one. */
  AUTH: { rfc: "4954 §3", line: ({ ports, loggedIn }) => (loggedIn ? undefined : authLine(ports)) },
} as const satisfies Readonly<Record<string, Row>>;

export function helloLines(standing: Standing): readonly string[] {
  const rows: readonly Row[] = Object.values(extensions);
  return rows.flatMap((row) => row.line(standing) ?? []);
}

/** What MAIL and RCPT may name: AUTH also after the login, and where nobody logs in, as mail programs say it all the same. */
export const offersParameter =
  ({ offers }: SiteRules) =>
  (extension: ParameterExtension): boolean =>
    extension === "BINARYMIME"
      ? binary(offers) !== undefined
      : !(extension === "DSN" || extension === "SMTPUTF8") || offers.has(extension);

const binary = (offers: ReadonlySet<Offerable>): string | undefined =>
  offers.has("CHUNKING") && offers.has("BINARYMIME") ? "BINARYMIME" : undefined;

function limitsLine({ offers, limits: { recipientsMax, messagesMax } }: SiteRules): string | undefined {
  if (!offers.has("LIMITS")) return undefined;
  return `LIMITS RCPTMAX=${recipientsMax}${messagesMax === null ? "" : ` MAILMAX=${messagesMax}`}`;
}

const authLine = ({ mechanisms }: Ports): string | undefined =>
  mechanisms.length === 0 ? undefined : `AUTH ${mechanisms.join(" ")}`;
