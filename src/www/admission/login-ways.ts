// How a visitor of a directory can show who he is: what he has shown, and what is said to one who has to. It asks nobody
// whether it is true.
import type { CertificateClaim, From, Login, PasswordClaim } from "../../account/login.ts";
import { basicChallenge, basicCredentials } from "../../proto/http/login/basic.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Asker } from "../content/asker.ts";
import type { Failure } from "../content/failure.ts";
import type { AdmissionValues } from "./admission-settings.ts";
import { certificateLacks, showsCertificate, tlsFirst } from "./tls-demands.ts";

export interface LoginWays {
  /** Nobody has to. */
  readonly anonymous: boolean;
  readonly password: boolean;
  /** What the password is said to be for; undefined for the host that was asked. */
  readonly realm: string | undefined;
  readonly certificate: boolean;
}

export const loginWays = (values: AdmissionValues): LoginWays => ({
  anonymous: values.anonymousAuthentication,
  password: values.basicAuthentication,
  realm: values.basicRealm ?? undefined,
  certificate: values.certificateAuthentication,
});

export const fromOf = (asker: Asker): From => ({
  address: asker.address,
  secure: asker.secured !== undefined,
  trace: asker.traceId(),
});

/** A password before the certificate, as it was told for this request. */
export function claimOf(
  ways: LoginWays,
  request: Request,
  asker: Asker,
): PasswordClaim | CertificateClaim | "malformed" | undefined {
  const told = ways.password ? basicCredentials(request.header("authorization")) : undefined;
  if (told?.is === "malformed") return "malformed";
  if (told !== undefined) return { by: "password", account: told.account, password: told.password };
  if (!ways.certificate || !showsCertificate(asker)) return undefined;
  const { clientName, clientFingerprint } = asker.secured;
  return { by: "certificate", names: [clientName, clientFingerprint].filter((it) => it !== undefined) };
}

/** To one who was not let in without a login, by the best way that is open to him. */
export function whoAreYou(
  ways: LoginWays,
  request: Request,
  asker: Asker,
  login: Pick<Login, "takesPassword">,
  detail: string,
): Failure {
  if (ways.password && login.takesPassword(fromOf(asker))) return challenge(ways, request, 2, detail);
  if (ways.certificate && asker.secured !== undefined)
    return showsCertificate(asker) ? { status: 403, substatus: 12, detail } : certificateLacks(asker.secured);
  if (ways.password || ways.certificate) return tlsFirst(`${detail}; logins are taken under TLS only`);
  // RFC 9110 §15.5.2: a 401 without a way to log in is none.
  return { status: 403, substatus: 0, detail: `${detail}; no way to log in is on` };
}

/** 401.1 for a login that failed, 401.2 for one that is missing. */
export const challenge = ({ realm }: LoginWays, { host }: Request, substatus: 1 | 2, detail: string): Failure => ({
  status: 401,
  substatus,
  detail,
  fields: [["WWW-Authenticate", basicChallenge(realm ?? (host || "this site"))]],
});
