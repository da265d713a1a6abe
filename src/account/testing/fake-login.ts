// A login for tests of services: one account with one password and one certificate, and nothing that has to be waited for.
import type { Claim, Login, Verdict } from "../login.ts";

const ada: Verdict = { is: "welcome", account: "ada", groups: ["staff"], may: () => true };

export const fakeLogin = (): Login => {
  const verify = async (claim: Claim): Promise<Verdict> => {
    if (claim.by === "token") return { is: "unavailable", because: "not in this test" };
    if (claim.by === "certificate")
      return claim.names.includes("ada") ? ada : { is: "not-allowed", account: undefined, because: "no account" };
    if (claim.account === "blocked") return { is: "blocked", untilMs: 0, because: "too many failures" };
    if (claim.account === "busy") return { is: "busy" };
    if (claim.account === "elsewhere") return { is: "not-allowed", account: "elsewhere", because: "no right" };
    if (claim.account !== "ada" || claim.password !== "right") return { is: "wrong", waitedMs: 0 };
    return ada;
  };
  return {
    verify,
    verifyCached: verify,
    scram: () => Promise.reject(new Error("not in this test")),
    offersScram: false,
    takesPassword: ({ secure }) => secure,
  };
};
