// The rows about TLS, told: where a request in clear is sent, and what browsers are told about coming back. Pure.
import type { RequestHead } from "../../proto/http/head/request-head.ts";
import type { UrlAnswer } from "../../proto/http/url-question.ts";
import type { SiteSettings } from "../directories/site-directories.ts";
import { ToHttps, tlsRequired } from "../secure/to-https.ts";
import { transportSecurity } from "../secure/transport-security.ts";
import { type Explained, locationOf } from "./explained.ts";

/** Undefined where the request goes on. */
export function explainSecure(
  explained: Explained,
  head: RequestHead,
  { path, values }: Pick<SiteSettings, "path" | "values">,
  isSecure: boolean,
): UrlAnswer | undefined {
  if (isSecure) {
    const [field] = transportSecurity(values)?.fields ?? [];
    const because = field === undefined ? "nothing is said about coming back" : `each answer says ${field[1]}`;
    explained.goesOn("hsts", because, `${path}/hsts`);
    return undefined;
  }
  const row = "redirectToHttps";
  const at = `${path}/${row}`;
  if (!values.redirectToHttps) {
    explained.goesOn(row, "what comes in clear is answered", at);
    return undefined;
  }
  const answer = new ToHttps(values.secureBindings).answer(head, []);
  if (answer === undefined) return explained.refused(row, tlsRequired, at);
  return explained.answered(row, answer, `it leads to ${locationOf(answer)}`, at);
}
