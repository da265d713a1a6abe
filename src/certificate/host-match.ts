// How the name a client asks for meets the names of certificates: exactly, or by a star in the place of its first label
// (RFC 6125 §6.4.3 done). Pure.

/** The name in lower case without its final dot; undefined when it is none that a certificate could have. */
export function askedHost(serverName: string | undefined): string | undefined {
  if (serverName === undefined || serverName === "" || serverName.length > HOST_LENGTH_MAX) return undefined;
  const lower = serverName.toLowerCase();
  return lower.endsWith(".") ? lower.slice(0, -1) : lower;
}

/** `*.example.org` for `www.example.org`; undefined for a name of one label. */
export function wildcardOf(host: string): string | undefined {
  const dot = host.indexOf(".");
  return dot <= 0 ? undefined : `*${host.slice(dot)}`;
}

/** Whether a certificate with the name `own` is good for `host`. */
export const covers = (own: string, host: string): boolean => own === host || own === wildcardOf(host);

/** With the dot at its end (RFC 1035 §2.3.4). */
const HOST_LENGTH_MAX = 254;
