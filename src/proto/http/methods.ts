// The methods of HTTP that anybody may know, whether or not something here can be asked with them: one row for each RFC. Data
// only. RFC 9110 §9.1 done: what has no row is 501, and what has one and is not allowed somewhere is 405.

const byRfc: Readonly<Record<string, readonly string[]>> = {
  "RFC 9110 §9.3": ["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE"],
  "RFC 5789": ["PATCH"],
  "RFC 4918 §9": ["PROPFIND", "PROPPATCH", "MKCOL", "COPY", "MOVE", "LOCK", "UNLOCK"],
  "RFC 2068 §19.6": ["LINK", "UNLINK"],
  "RFC 3253": [
    "VERSION-CONTROL",
    "REPORT",
    "CHECKOUT",
    "CHECKIN",
    "UNCHECKOUT",
    "MKWORKSPACE",
    "UPDATE",
    "LABEL",
    "MERGE",
    "BASELINE-CONTROL",
    "MKACTIVITY",
  ],
  "RFC 3648": ["ORDERPATCH"],
  "RFC 3744": ["ACL"],
  "RFC 4437": ["MKREDIRECTREF", "UPDATEREDIRECTREF"],
  "RFC 4791": ["MKCALENDAR"],
  "RFC 5323": ["SEARCH"],
  "RFC 5842": ["BIND", "UNBIND", "REBIND"],
};

/** Methods are case-sensitive. */
export const knownMethods: ReadonlySet<string> = new Set(Object.values(byRfc).flat());
