// Name and password as a browser sends them, and how it is asked for them. RFC 7617 done; RFC 9110 §11.6.1, §11.6.2 partly:
// of all schemes this one. Pure; whether they are right is not asked here.

export type BasicCredentials =
  | { readonly is: "told"; readonly account: string; readonly password: string }
  /** They claim to be some, and cannot be read. */
  | { readonly is: "malformed" };

/** RFC 9110 §11.2: 68 characters, of which Base64 has 65. */
const BASIC = /^Basic(?: +(.*))?$/i;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** `authorization` is that header; undefined where it is not there, or of another scheme. */
export function basicCredentials(authorization: string | undefined): BasicCredentials | undefined {
  const claim = authorization === undefined ? null : BASIC.exec(authorization.trim());
  if (claim === null) return undefined;
  const token = claim[1] ?? "";
  const text = BASE64.test(token) ? textOf(Buffer.from(token, "base64")) : "";
  const colon = text.indexOf(":");
  // §2: a name holds no colon, and neither of them a control character.
  if (colon <= 0 || /[\0-\x1f\x7f]/.test(text)) return { is: "malformed" };
  return { is: "told", account: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** §2.1: as UTF-8, which is asked for. What is none comes from old clients, which know Latin-1 only. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.includes("\ufffd") ? bytes.toString("latin1") : text;
}

/** What stands in WWW-Authenticate. */
export const basicChallenge = (realm: string): string =>
  `Basic realm="${Buffer.from(realm).toString("latin1").replaceAll(/["\\]/g, "\\$&")}", charset="UTF-8"`;
