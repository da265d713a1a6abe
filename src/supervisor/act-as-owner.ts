// A command that root types on the home of somebody else works as its owner: what it writes would otherwise belong to
// root, and the owner's server could not read its own keys at the next start. It becomes him before it opens or makes
// anything in the home: whoever owns the folders on the way could lead root to any file of the machine.
import { statSync } from "node:fs";
import { about, type Fault, fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { shellWord } from "../base/shell-word.ts";
import { layDownPrivileges, type UserNumbers } from "../net/system/lay-down-privileges.ts";
import { userName } from "../net/system/system-calls.ts";

/** For good; who is not root, and whose home belongs to root, stays who he is. */
export function actAsOwner(home: Home): void {
  const owner = otherOwner(home.root);
  if (owner !== undefined) layDownPrivileges(owner);
}

/** Why root starts no server there: it would do with all its rights what the settings of another say. */
export function refuseRoot(home: Home): Fault | undefined {
  const owner = otherOwner(home.root);
  if (owner === undefined) return undefined;
  const [name, place] = [userName(owner.uid), shellWord(home.root)];
  return fault(
    about("home", home.root),
    `Cannot start a server on ${home.root} as root`,
    `it belongs to user ${name}, and root would do what that user has set`,
    `Start it as that user: sudo -u ${shellWord(name)} inetsrv --home ${place} up. Or give it to root: chown -R 0:0 ${place}`,
  );
}

/** Whose a home or a folder is, where we are root and he is not. */
export function otherOwner(path: string): UserNumbers | undefined {
  const owner = process.getuid?.() === 0 ? ownerOf(path) : undefined;
  return owner?.uid === 0 ? undefined : owner;
}

export function ownerOf(path: string): UserNumbers | undefined {
  try {
    const { uid, gid } = statSync(path);
    return { uid, gid };
  } catch {
    return undefined; // there is nothing yet, and so nobody whose it is
  }
}
