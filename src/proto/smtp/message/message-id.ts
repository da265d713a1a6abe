// The name that a message has in the world (RFC 5322 §3.6.4): writes ours and reads those of others. That no two are the
// same is the matter of whoever gives the id.

/** "<id@domain>", from a trace id and the name of the server that gave it. */
export const messageId = (id: string, domain: string): string => `<${plain(id)}@${plain(domain)}>`;

const plain = (text: string): string => text.replace(/[^A-Za-z0-9.!#$%&'*+/=?^_`{|}~[\]:-]/g, "-");

const IDS_MAX = 1000;

/** All the ids in the text of a Message-ID, In-Reply-To or References field, with their brackets. */
export function messageIdsIn(text: string): readonly string[] {
  const found = text.match(/<[^<>\s]{1,996}>/g) ?? [];
  return found.slice(0, IDS_MAX);
}
