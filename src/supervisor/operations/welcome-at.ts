// Somebody as a site would welcome him, for questions about what he may do there. Reads only; no password is asked for.
import { readAccount } from "../../account/account.ts";
import type { Welcome } from "../../account/login.ts";
import { may } from "../../account/may.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { encodeName } from "../../metabase/tree/path.ts";
import type { View } from "../../metabase/tree/view.ts";

/** The error says why he could not log in, and what mends it. */
export function welcomeAt(view: View, name: string, service: string, site: string): Result<Welcome, string> {
  const account = readAccount(view, name);
  if (account === undefined) return bad(`There is no user ${name}. See who there is: inetsrv user list`);
  const place = { is: "site", service, site } as const;
  if (!account.enabled) return bad(`${name} is disabled and cannot log in. Mend it: inetsrv user enable ${name}`);
  if (!may(account.holders, "log-in", place).allowed)
    return bad(
      `${name} may not log in at ${service}/${site}. Allow it: inetsrv user allow ${name} log-in ${service}/${encodeName(site)}`,
    );
  return good({
    is: "welcome",
    account: name,
    groups: account.groups,
    may: (right) => may(account.holders, right, place).allowed,
  });
}
