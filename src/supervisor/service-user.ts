// As whom services run when the server itself runs as root. Asks the system for the user's numbers and decides nothing
// else; who is not root has no choice, and there is nothing to ask.
import { about, type Fault, fault } from "../base/fault.ts";
import type { Report } from "../event/event.ts";
import type { UserNumbers } from "../net/system/lay-down-privileges.ts";
import { supervisorEvents } from "./events.ts";

export type ServiceUser = UserNumbers;

/** Those tried when the setting names none. */
const USUAL = ["inetsrv", "nobody"];

/** The numbers of a user, or undefined when there is no such user. */
export type LookUp = (name: string) => ServiceUser | undefined;

/** null where services run as the server itself; "missing" where they must not run as root and nobody else is there. */
export function chooseServiceUser(
  ownUid: number | undefined,
  wanted: string | null,
  lookUp: LookUp,
  report: Report,
): ServiceUser | null | "missing" {
  if (ownUid !== 0) return null;
  for (const name of wanted === null ? USUAL : [wanted]) {
    const found = lookUp(name);
    if (found !== undefined) return found;
  }
  report(supervisorEvents.serviceUserMissing, about("account", wanted ?? USUAL.join(" or ")));
  return "missing";
}

/** Why nothing is begun that strangers reach. */
export const noServiceUser = (wanted: string | null): Fault => {
  const name = wanted ?? "inetsrv or nobody";
  return fault(
    about("account", name),
    `Cannot run the services as ${name}`,
    "there is no such user, and nothing that strangers reach may run as root",
    `Make it: useradd --system ${wanted ?? "inetsrv"}. Or name another: inetsrv config set server/serviceUser NAME`,
  );
};

/** By the system's own command, so that users from directories are found too. */
export const lookUpUser: LookUp = (name) => {
  const uid = idOf("-u", name);
  const gid = idOf("-g", name);
  return uid === undefined || gid === undefined ? undefined : { uid, gid };
};

function idOf(flag: "-u" | "-g", name: string): number | undefined {
  const { success, stdout } = Bun.spawnSync({ cmd: ["id", flag, "--", name], stderr: "ignore" });
  const number = Number(stdout.toString().trim());
  return success && Number.isSafeInteger(number) ? number : undefined;
}
