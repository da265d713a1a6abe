// The two mechanisms in which the client tells the password itself: PLAIN, and LOGIN, which is no standard and which old
// mail programs and printers still use.
import type { Verdict } from "../login.ts";
import { accountNameOf } from "../name.ts";
import { type Mechanism, type Move, malformed, type SaslWorld, textOf } from "./mechanism.ts";

/** RFC 4616 §2: `[authzid] NUL authcid NUL passwd`. */
export const plain: Mechanism = {
  name: "PLAIN",
  rfc: "4616 §2",
  tellsPassword: true,
  isOffered: () => true,
  opening: "",
  begin: (world) => (response) => {
    const first = response.indexOf(0);
    const second = response.indexOf(0, first + 1);
    if (first < 0 || second < 0) return malformed("PLAIN takes a name and a password, each after a NUL");
    const authorize = textOf(response.subarray(0, first));
    const account = textOf(response.subarray(first + 1, second));
    const password = textOf(response.subarray(second + 1));
    if (authorize === undefined || account === undefined || password === undefined)
      return malformed("PLAIN takes UTF-8 without further NULs");
    if (account === "" || password === "") return malformed("PLAIN takes a name and a password that are not empty");
    if (!isSelf(authorize, account)) return { is: "verdict", verdict: notForOthers };
    return verify(world, account, password);
  },
};

export const login: Mechanism = {
  name: "LOGIN",
  tellsPassword: true,
  isOffered: () => true,
  opening: "Username:",
  begin: (world) => (name) => {
    const account = textOf(name);
    if (account === undefined || account === "") return malformed("LOGIN takes a name in UTF-8");
    return {
      is: "ask",
      challenge: "Password:",
      next: (response) => {
        const password = textOf(response);
        if (password === undefined || password === "") return malformed("LOGIN takes a password in UTF-8");
        return verify(world, account, password);
      },
    };
  },
};

const verify = async ({ login: door, from }: SaslWorld, account: string, password: string): Promise<Move> => ({
  is: "verdict",
  verdict: await door.verify({ by: "password", account, password }, from),
});

/** Nobody acts for somebody else; some clients name themselves twice. */
export const isSelf = (authorize: string, account: string): boolean =>
  authorize === "" || authorize === account || accountNameOf(authorize) === (accountNameOf(account) ?? account);

export const notForOthers: Verdict = {
  is: "not-allowed",
  account: undefined,
  because: "nobody logs in for somebody else",
};
