// Why a request of HTTP/2 or HTTP/3 is malformed, beside what is wrong in every version: one row for each reason. RFC 9113 §8.1.1,
// RFC 9114 §4.1.2 done: it is answered, so that a person may read why, and then the stream is reset. Data only.
import type { Refusal } from "../../http/refusal.ts";

const row = (because: string, substatus = 0): Refusal => ({ status: 400, substatus, because, close: false });

export const malformed = {
  pseudoUnknown: row("The request has a pseudo-header that no request has"),
  pseudoTwice: row("The request says a pseudo-header twice"),
  pseudoLate: row("A pseudo-header stands behind other headers"),
  pseudoMissing: row("The request lacks its method, its scheme or its path"),
  pseudoOfConnect: row("A CONNECT request has a scheme or a path"),
  pseudoInTrailers: row("A pseudo-header stands behind the body"),
  upperCase: row("The name of a header holds an upper-case letter"),
  connectionField: row("A header speaks of the connection, as none may in this version"),
  te: row("The TE header asks for something other than trailers"),
  valueBlank: row("A header begins or ends with a blank"),
  scheme: row("The scheme is neither http nor https"),
  hostMissing: row("The request names no host"),
  hostsDisagree: row("The request names one host as its authority and another as Host"),
  bodyLength: row("The body is longer or shorter than its Content-Length", 7),
} as const satisfies Readonly<Record<string, Refusal>>;
