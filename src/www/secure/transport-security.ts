// What browsers are told about coming back under TLS. Pure. RFC 6797 §6.1, §7.1, §7.2 done: one field, under TLS only.
import { AddedFields } from "../../proto/http/answer/added-fields.ts";
import type { SecureValues } from "./secure-settings.ts";

export const TRANSPORT_SECURITY = "Strict-Transport-Security";

/** For each answer under TLS; undefined where nothing is told. */
export function transportSecurity(values: SecureValues): AddedFields | undefined {
  if (!values.hsts) return undefined;
  const directives = [`max-age=${Math.floor(values.hstsMaxAge / 1000)}`];
  if (values.hstsIncludeSubDomains) directives.push("includeSubDomains");
  if (values.hstsPreload) directives.push("preload");
  return new AddedFields([[TRANSPORT_SECURITY, directives.join("; ")]]);
}
