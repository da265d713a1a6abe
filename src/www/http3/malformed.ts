// Why a request of HTTP/3 is malformed, beside what is wrong in every version: one row for each reason. RFC 9114 §4.1.2 done: it is
// answered, so that a person may read why. Data only.
import type { Refusal } from "../../proto/http/refusal.ts";

const row = (because: string): Refusal => ({ status: 400, substatus: 0, because, close: false });

export const malformed = {
  pseudo: row("The request has a pseudo-header that no request has"),
  pseudoTwice: row("The request says a pseudo-header twice"),
  scheme: row("The scheme is neither http nor https"),
  connectionField: row("A header speaks of the connection, as none may in HTTP/3"),
  te: row("The TE header asks for something other than trailers"),
  hostMissing: row("The request names no host"),
  hostsDisagree: row("The request names one host as its authority and another as Host"),
} as const satisfies Readonly<Record<string, Refusal>>;
