// The mailboxes that a From, To, Cc or Bcc field names (RFC 5322 §3.4, with the obsolete forms of §4.4). What cannot be
// read as an address is told beside those that can, so that no recipient is lost without a word.
import { type Token, tokensOf } from "./address-token.ts";
import { decodeEncodedWords } from "./encoded-word.ts";
import type { HeaderMailbox } from "./header-mailbox.ts";

export interface AddressList {
  /** In their order, those in groups too. */
  readonly mailboxes: readonly HeaderMailbox[];
  /** The pieces, as they can be shown, that are no address. */
  readonly unreadable: readonly string[];
  /** There were more than the bound, and they were not read. */
  readonly more: boolean;
}

/** `text` is unfolded. A group's name says nothing; an empty group, as `undisclosed-recipients:;`, is no flaw. */
export function readAddressList(text: string, mailboxesMax: number): AddressList {
  const mailboxes: HeaderMailbox[] = [];
  const unreadable: string[] = [];
  for (const entry of entriesOf(tokensOf(text))) {
    if (mailboxes.length + unreadable.length === mailboxesMax) return { mailboxes, unreadable, more: true };
    const mailbox = mailboxOf(entry);
    if (mailbox === undefined) unreadable.push(shown(entry));
    else mailboxes.push(mailbox);
  }
  return { mailboxes, unreadable, more: false };
}

/** Cuts at commas, and at the semicolons that some mail programs write instead; names of groups are left out. */
function entriesOf(tokens: readonly Token[]): readonly (readonly Token[])[] {
  const entries: Token[][] = [];
  let entry: Token[] = [];
  let angle = false;
  for (const token of tokens) {
    const special = token.kind === "special" ? token.text : "";
    if (special === "<") angle = true;
    if (special === ">" || special === ";") angle = false;
    // Within the brackets both belong to an obsolete route: <@a,@b:c@d>.
    if (!angle && (special === "," || special === ";")) {
      entries.push(entry);
      entry = [];
    } else if (!angle && special === ":") entry = [];
    else entry.push(token);
  }
  return [...entries, entry].filter((it) => it.some((token) => token.kind !== "comment"));
}

function mailboxOf(entry: readonly Token[]): HeaderMailbox | undefined {
  const open = entry.findIndex((it) => isSpecial(it, "<"));
  if (open < 0) {
    const address = addressOf(entry);
    const comment = entry.find((it) => it.kind === "comment")?.text ?? ""; // a@b (Anna), as it was long ago
    return address && { displayName: decodeEncodedWords(comment).trim(), ...address };
  }
  const close = entry.findIndex((it, index) => index > open && isSpecial(it, ">"));
  const inner = entry.slice(open + 1, close < 0 ? entry.length : close);
  const address = addressOf(withoutRoute(inner));
  return address && { displayName: nameOf(entry.slice(0, open)), ...address };
}

/** Source routes mean nothing any more, RFC 5322 §4.4 done. */
const withoutRoute = (inner: readonly Token[]): readonly Token[] =>
  inner.slice(inner.findIndex((it) => isSpecial(it, ":")) + 1);

/** Words with dots between them, an @, a domain. Spaces and comments may stand around dots and @, RFC 5322 §4.4 done. */
function addressOf(tokens: readonly Token[]): Pick<HeaderMailbox, "local" | "domain"> | undefined {
  const parts = tokens.filter((it) => it.kind !== "comment");
  const at = parts.findIndex((it) => isSpecial(it, "@"));
  const local = dotted(at < 0 ? parts : parts.slice(0, at), false);
  if (local === undefined || local === "") return undefined;
  if (at < 0) return { local, domain: undefined };
  const domain = dotted(parts.slice(at + 1), true);
  return domain === undefined || domain === "" ? undefined : { local, domain };
}

/** The text of words between which dots stand. A local part may have dots where they should not be: such mailboxes exist. */
function dotted(parts: readonly Token[], isDomain: boolean): string | undefined {
  let text = "";
  let afterWord = false;
  for (const part of parts) {
    if (part.kind === "special" ? part.text !== "." : part.kind === "comment") return undefined;
    if (part.kind !== "special" && afterWord) return undefined;
    if (isDomain && part.kind === "quoted") return undefined;
    if (part.kind === "literal" && (!isDomain || parts.length > 1 || !literalText.test(part.text))) return undefined;
    if (isDomain && part.kind === "special" && !afterWord) return undefined;
    text += part.kind === "literal" ? `[${part.text}]` : part.text;
    afterWord = part.kind !== "special";
  }
  return isDomain && text.endsWith(".") ? text.slice(0, -1) : text;
}

/** RFC 5322 §3.4.1: what needs a backslash to stand in a literal is no address. */
const literalText = /^[!-Z^-~]+$/;

const isSpecial = (token: Token, text: string): boolean => token.kind === "special" && token.text === text;

/** The words before the bracket: quoted ones are what they say, others may be encoded (RFC 2047 §5 (3) done). */
function nameOf(tokens: readonly Token[]): string {
  let name = "";
  let run = "";
  const flush = () => {
    name += decodeEncodedWords(run);
    run = "";
  };
  for (const token of tokens) {
    if (token.kind === "comment") continue;
    const gap = token.kind !== "special" && token.spaced && name + run !== "" ? " " : "";
    if (token.kind === "quoted") {
      flush();
      name += gap + token.text;
    } else run += gap + (token.kind === "literal" ? `[${token.text}]` : token.text);
  }
  flush();
  return name.trim();
}

const SHOWN_MAX = 100;
const shown = (entry: readonly Token[]): string =>
  entry
    .map((it) => (it.kind !== "special" && it.kind !== "comment" && it.spaced ? ` ${it.text}` : it.text))
    .join("")
    .trim()
    .slice(0, SHOWN_MAX);
