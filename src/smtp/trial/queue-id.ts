// The name that another server gives to a message when it takes it, out of its last words: what its operator asks for when
// something went missing. Pure; every server says it in its own way, and some say nothing.

/** The first that fits. */
const spellings: readonly RegExp[] = [
  // Postfix, and this server.
  /\bqueued as ([\w.-]+)/i,
  // Exim.
  /\bid=([\w.-]+)/,
  // Exchange.
  /<([^<>\s]+)>\s+\[InternalId=/,
  // Gmail.
  /\bOK\s+\d+\s+(\S+)\s+-\s+gsmtp/,
  // Sendmail.
  /\b(\w{8,}) Message accepted for delivery/i,
  // Amazon.
  /^250 (?:2\.\d\.\d )?Ok ([\w-]{20,})$/i,
];

export function queueIdIn(words: string): string | undefined {
  for (const spelling of spellings) {
    const [, id] = spelling.exec(words) ?? [];
    if (id !== undefined) return id;
  }
  return undefined;
}
