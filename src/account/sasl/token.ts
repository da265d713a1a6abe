// The place for tokens: OAUTHBEARER and XOAUTH2 are read, and answered as not available until there is somebody whose
// tokens are taken. They are never offered.
import { type Mechanism, type Move, malformed, type SaslWorld, textOf } from "./mechanism.ts";

/** RFC 7628 §3.1: `n,a=user,^Ahost=…^Aauth=Bearer …^A^A`. */
export const oauthBearer: Mechanism = {
  name: "OAUTHBEARER",
  rfc: "7628 §3 partly: no token is accepted",
  tellsPassword: true,
  isOffered: () => false,
  opening: "",
  begin: (world) => (response) => {
    const [, account, fields] = /^[ny],(?:a=([^,]*))?,\x01(.*)\x01\x01$/s.exec(textOf(response) ?? "") ?? [];
    return fields === undefined ? malformed("OAUTHBEARER takes a header and fields") : answer(world, account, fields);
  },
};

/** As Google and Microsoft had it before: `user=…^Aauth=Bearer …^A^A`. */
export const xoauth2: Mechanism = {
  name: "XOAUTH2",
  tellsPassword: true,
  isOffered: () => false,
  opening: "",
  begin: (world) => (response) => {
    const [, account, fields] = /^user=([^\x01]*)\x01(.*)\x01\x01$/s.exec(textOf(response) ?? "") ?? [];
    return fields === undefined ? malformed("XOAUTH2 takes a user and fields") : answer(world, account, fields);
  },
};

function answer({ login, from }: SaslWorld, account: string | undefined, fields: string): Promise<Move> | Move {
  const [, token] = /(?:^|\x01)auth=Bearer +([A-Za-z0-9._~+/-]+=*)(?:\x01|$)/i.exec(fields) ?? [];
  if (token === undefined) return malformed("it holds no bearer token");
  return login
    .verify({ by: "token", account, token }, from)
    .then((verdict): Move => (verdict.is === "welcome" ? { is: "verdict", verdict } : refusal(verdict)));
}

/** RFC 7628 §3.2.2: why, as JSON; the client answers with one octet, and only then the failure is told. */
const refusal = (verdict: (Move & { readonly is: "verdict" })["verdict"]): Move => ({
  is: "ask",
  challenge: JSON.stringify({ status: "invalid_token" }),
  next: () => ({ is: "verdict", verdict }),
});
