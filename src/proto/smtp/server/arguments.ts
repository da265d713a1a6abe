// What stands behind a verb, read into what the command means. Pure; what is wrong comes back as the reply that says so.
import { bad, good, type Result } from "../../../base/result.ts";
import { isAsciiMailbox } from "../address.ts";
import { DOMAIN_BYTES_MAX, isDomain, isPrintable } from "../domain.ts";
import type { Leniency } from "../leniency.ts";
import { type MailParameters, type ParameterFlaw, readMailParameters, readRecipientParameters } from "../parameters.ts";
import { parseForwardPath, parseReversePath, type ReversePath } from "../path.ts";
import type { Reply } from "../reply.ts";
import { offersParameter } from "./extensions.ts";
import type { Recipient } from "./ports.ts";
import { replies } from "./replies.ts";
import type { SiteRules } from "./rules.ts";

export interface MailArgument {
  readonly sender: ReversePath;
  readonly parameters: MailParameters;
}

/** RFC 5321 §4.1.1.2 done. */
export function readMail(argument: string, rules: SiteRules): Result<MailArgument, Reply> {
  const parts = pathAndRest(argument, "FROM", rules.leniency);
  if (parts === undefined) return bad(replies.syntax("MAIL FROM:<address>"));
  const sender = parseReversePath(parts.path, rules);
  if (!sender.ok) return bad(replies.badSender(sender.error));
  const parameters = readMailParameters(parts.rest, offersParameter(rules));
  if (!parameters.ok) return bad(parameterReply(parameters.error));
  if (sender.value !== null && !isAsciiMailbox(sender.value) && !parameters.value.smtpUtf8)
    return bad(replies.utf8Address);
  return good({ sender: sender.value, parameters: parameters.value });
}

/** RFC 5321 §4.1.1.3 done. */
export function readRecipient(argument: string, rules: SiteRules): Result<Recipient, Reply> {
  const parts = pathAndRest(argument, "TO", rules.leniency);
  if (parts === undefined) return bad(replies.syntax("RCPT TO:<address>"));
  const mailbox = parseForwardPath(parts.path, rules);
  if (!mailbox.ok) return bad(replies.badRecipient(mailbox.error));
  const parameters = readRecipientParameters(parts.rest, offersParameter(rules));
  if (!parameters.ok) return bad(parameterReply(parameters.error));
  return good({ mailbox: mailbox.value, ...parameters.value });
}

/** RFC 5321 §4.1.1.1. Undefined where the client does not say who it is. */
export const readHello =
  (verb: "EHLO" | "HELO") =>
  (argument: string, { leniency }: SiteRules): Result<string | undefined, Reply> => {
    if (argument === "") return leniency.helloWithoutName ? good(undefined) : bad(replies.syntax(`${verb} name`));
    const odd = leniency.oddHelloName && isPrintable(argument) && Buffer.byteLength(argument) <= DOMAIN_BYTES_MAX;
    return odd || isDomain(argument) ? good(argument) : bad(replies.syntax(`${verb} name`));
  };

export interface ChunkArgument {
  readonly bytes: number;
  readonly last: boolean;
}

/** RFC 3030 §2. */
export function readChunk(argument: string): Result<ChunkArgument, Reply> {
  const [, digits, last] = /^(\d{1,15})( +LAST)?$/i.exec(argument) ?? [];
  return digits === undefined
    ? bad(replies.syntax("BDAT bytes [LAST]"))
    : good({ bytes: Number(digits), last: last !== undefined });
}

export interface LoginArgument {
  readonly mechanism: string;
  readonly initial: string | undefined;
}

/** RFC 4954 §4. */
export function readLogin(argument: string): Result<LoginArgument, Reply> {
  const [, mechanism, initial] = /^([A-Za-z0-9_-]{1,20})(?: +(\S+))?$/.exec(argument) ?? [];
  return mechanism === undefined
    ? bad(replies.syntax("AUTH mechanism [response]"))
    : good({ mechanism: mechanism.toUpperCase(), initial });
}

/** RFC 1985 §5.1: `example.com`, `@example.com` with all below it, `#queue`. */
export function readNode(argument: string): Result<string, Reply> {
  const known = /^#[!-~]{1,64}$/.test(argument) || isDomain(argument.replace(/^@/, ""));
  return known ? good(argument) : bad(replies.syntax("ETRN domain"));
}

export const readAny = (argument: string): Result<string, Reply> => good(argument);
export const readNothing =
  (verb: string) =>
  (argument: string): Result<undefined, Reply> =>
    argument === "" ? good(undefined) : bad(replies.standsAlone(verb));

/** A quoted local part may hold a bracket or a space. */
const bracketed = /^<((?:"(?:[^"\\]|\\.)*"|[^">])*)>(?: +(.*))?$/s;

function pathAndRest(
  argument: string,
  keyword: "FROM" | "TO",
  { spaceBeforePath, missingBrackets }: Leniency,
): { readonly path: string; readonly rest: string } | undefined {
  const [, word = "", gap = "", words] = /^([A-Z]+):( *)(.*)$/is.exec(argument) ?? [];
  if (words === undefined || word.toUpperCase() !== keyword) return undefined;
  if (gap !== "" && !spaceBeforePath) return undefined;
  const [, path, rest = ""] =
    (words.startsWith("<") || !missingBrackets ? bracketed : /^(\S+)(?: +(.*))?$/s).exec(words) ?? [];
  return path === undefined ? undefined : { path, rest };
}

const parameterReply = ({ is, parameter }: ParameterFlaw): Reply =>
  is === "unknown" ? replies.unknownParameter(parameter) : replies.badParameter(parameter);
