// All that has to be met before a request is let in to a directory, in the order in which it is asked: what an address may
// see before anything else is looked at, and the rest behind request filtering, as IIS has it.
import { addresses } from "./addresses.ts";
import type { AdmissionRow } from "./admission-row.ts";
import { authentication } from "./authentication.ts";
import { authorization } from "./authorization.ts";
import { requireClientCertificate, requireTls } from "./tls-demands.ts";

export const addressRows: readonly AdmissionRow[] = [addresses];
export const visitorRows: readonly AdmissionRow[] = [
  requireTls,
  requireClientCertificate,
  authentication,
  authorization,
];
