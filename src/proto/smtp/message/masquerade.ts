// Shows one domain to the world instead of the names of the machines behind it: in the From field, of a message that
// has passed no server before ours. The envelope is another matter, as is the question which domains are ours.
import { readAddressList } from "./address-list.ts";
import { withValues } from "./header-editor.ts";
import { mailboxText } from "./header-mailbox.ts";
import type { Header } from "./header-reader.ts";
import { hopsOf } from "./received.ts";

/** More authors than that are nobody's, and the field stays as it stands. */
const AUTHORS_MAX = 100;

/** Call it before our own Received line is added. `isOurs` gets undefined for an address without a domain. */
export function masqueraded(header: Header, isOurs: (domain: string | undefined) => boolean, domain: string): Header {
  if (hopsOf(header) > 0) return header;
  return withValues(header, "From", (text) => {
    const { mailboxes, unreadable, more } = readAddressList(text, AUTHORS_MAX);
    if (more || unreadable.length > 0 || !mailboxes.some((it) => isOurs(it.domain))) return undefined;
    return mailboxes.map((it) => mailboxText(isOurs(it.domain) ? { ...it, domain } : it)).join(", ");
  });
}
