// How accounts, groups and passwords are named. A name is written into paths, logs, folders and protocols, so it holds
// nothing that one of them takes for something else. Pure.
import { type Kind, textual } from "../schema/kind.ts";

const NAME_LENGTH_MAX = 128;
/** No colon (RFC 7617 §2), no slash, nothing that a shell or a path reads; mail addresses are names. */
const NAME = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}._@+-]*$/u;

/**
 * Anna, ANNA and anna are one account: people type what their telephone makes of it, and mail addresses are used so.
 * RFC 8265 §3.3 prepares names in this way.
 */
export function accountNameOf(text: string): string | undefined {
  if (text.length > NAME_LENGTH_MAX) return undefined;
  const name = text.normalize("NFKC").toLowerCase().normalize("NFKC");
  return name.length <= NAME_LENGTH_MAX && NAME.test(name) && name === name.toLowerCase() ? name : undefined;
}

export const accountName: Kind<string, string> = textual(
  "account name",
  `a name of at most ${NAME_LENGTH_MAX} letters, digits and . _ @ + -, such as anna or anna@example.org`,
  "anna",
  accountNameOf,
  (name) => name,
);

const LABEL = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

export const passwordLabel: Kind<string, string> = textual(
  "label",
  "a label of at most 64 letters, digits and . _ -, such as phone or printer-3",
  "printer-3",
  (text) => (LABEL.test(text) ? text : undefined),
  (label) => label,
);

/** The label of a password that was given none. */
export const USUAL_LABEL = "main";
