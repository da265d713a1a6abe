// The user as whom services run, and those who log in and cannot: every password of theirs has run out.
import { passwordSection, userSection } from "../../account/settings.ts";
import { about } from "../../base/fault.ts";
import { shellWord } from "../../base/shell-word.ts";
import { nameOf } from "../../metabase/tree/path.ts";
import { sortedEntries, type View, valuesAt } from "../../metabase/tree/view.ts";
import { type DoctorCheck, type Finding, foundFault } from "../../service/doctor-check.ts";
import { serverSection } from "../../supervisor/server-settings.ts";
import { noServiceUser } from "../../supervisor/service-user.ts";
import type { Case } from "../case.ts";

const NAMED_MAX = 10;

export const accountsCheck: DoctorCheck<Case> = {
  name: "accounts",
  title: "the user of the services, and users whose passwords have all run out",
  needs: ["metabase"],
  async look({ metabase, lacksServiceUser, nowMs }) {
    if (metabase === undefined) return [];
    const findings: Finding[] = [];
    if (lacksServiceUser)
      findings.push(
        foundFault(noServiceUser(metabase.values("server", serverSection).serviceUser), {
          level: "error",
          matters: "A server that root starts on this home refuses to serve",
          article: "service-account",
          causes: ["service user"],
        }),
      );
    const out = sortedEntries(metabase.view, "account/users").filter((it) => hasRunOut(metabase.view, it, nowMs));
    const [first] = out;
    if (first === undefined) return findings;
    const names = out.slice(0, NAMED_MAX).map(nameOf);
    findings.push({
      level: "warning",
      subject: about("account", nameOf(first)),
      what: `${names.join(", ")}${out.length > NAMED_MAX ? ` and ${out.length - NAMED_MAX} more` : ""} may log in, but every password of theirs has run out`,
      matters: "Their logins are refused as if the password were wrong",
      remedy: `Set a new one: inetsrv user passwd ${shellWord(nameOf(first))}`,
      article: "login-required",
    });
    return findings;
  },
};

function hasRunOut(view: View, user: string, nowMs: number): boolean {
  const passwords = [...view.entries(`${user}/passwords`)].map((it) => valuesAt(view, it, passwordSection).expires);
  const isEnabled = valuesAt(view, user, userSection).enabled;
  return isEnabled && passwords.length > 0 && passwords.every((it) => it !== null && Number(it) <= nowMs);
}
