// Why a site takes no request of a connection, whatever it asks for: one row for each reason. Data only.
import type { Refusal } from "../../proto/http/refusal.ts";

export const siteRefusals = {
  /** RFC 6585 §4 */
  tooManyRequests: { status: 429, substatus: 0, because: "The address asks too often", close: true },
  nobody: { status: 400, substatus: 0, because: "No site at this address has the host name", close: true },
  /**
   * RFC 9110 §7.4: the client may come again, on a connection that was made for the host; in HTTP/2 it often tries one that it has, and
   * goes on to use that for the host that it is for.
   */
  misdirected: { status: 421, substatus: 0, because: "This connection was not made for the host name", close: false },
  unavailable: { status: 503, substatus: 0, because: "The site takes no connections now", close: true },
} as const satisfies Readonly<Record<string, Refusal>>;
