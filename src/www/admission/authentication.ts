// Who asks: finds out by what the client has shown, and says so to all that come after. Whether it is true is decided where
// the accounts are; a login that was right a moment ago is remembered there too.
import type { CertificateClaim, PasswordClaim, Verdict } from "../../account/login.ts";
import { localTime } from "../../base/local-time.ts";
import type { Request } from "../../proto/http/request.ts";
import type { Asker } from "../content/asker.ts";
import { type Failure, failures } from "../content/failure.ts";
import type { AdmissionRow, AdmissionWorld } from "./admission-row.ts";
import { challenge, claimOf, fromOf, type LoginWays, loginWays, whoAreYou } from "./login-ways.ts";
import { tlsFirst } from "./tls-demands.ts";

export const authentication: AdmissionRow = {
  setting: "anonymousAuthentication",
  prepare(values) {
    const ways = loginWays(values);
    if (ways.anonymous && !ways.password && !ways.certificate) return undefined;
    return (request, asker, world) => {
      const claim = claimOf(ways, request, asker);
      if (claim === undefined) return nobody(ways, request, asker, world);
      if (claim === "malformed") return challenge(ways, request, 1, "the credentials cannot be read");
      if (claim.by === "password" && !world.login.takesPassword(fromOf(asker)))
        return tlsFirst("a password was told in clear, and is taken under TLS only");
      return logIn(claim, ways, request, asker, world);
    };
  },
  because: (_, __, { user }) => (user === undefined ? "nobody has to log in" : `${user.account} has logged in`),
};

const nobody = (ways: LoginWays, request: Request, asker: Asker, { login }: AdmissionWorld): Failure | undefined =>
  ways.anonymous ? undefined : whoAreYou(ways, request, asker, login, "nobody may come in without a login");

async function logIn(
  claim: PasswordClaim | CertificateClaim,
  ways: LoginWays,
  request: Request,
  asker: Asker,
  world: AdmissionWorld,
): Promise<Failure | undefined> {
  const verdict: Verdict = await world.login.verifyCached(claim, fromOf(asker));
  switch (verdict.is) {
    case "welcome":
      asker.user = verdict;
      return undefined;
    case "blocked": {
      const seconds = Math.max(1, Math.ceil((verdict.untilMs - world.clock.wallMs()) / 1000));
      const detail = `${verdict.because}; until ${localTime(verdict.untilMs)} none is looked at`;
      return { status: 429, substatus: 0, detail, fields: [["Retry-After", String(seconds)]] };
    }
    case "busy":
      return failures.busy("too many want to log in at this moment");
    case "wrong":
      return challenge(ways, request, 1, "there is no such account, or the password is not right");
    case "not-allowed":
    case "unavailable":
      // A certificate is shown to every site: who has no account by it is nobody in particular.
      if (claim.by === "certificate") return nobody(ways, request, asker, world);
      return challenge(ways, request, 1, verdict.because);
    default:
      return verdict satisfies never;
  }
}
