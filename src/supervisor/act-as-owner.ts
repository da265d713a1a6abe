// A command that root types on the home of somebody else works as its owner: what it writes would otherwise belong to
// root, and the owner's server could not read its own keys at the next start.
import { chownSync, statSync } from "node:fs";
import { type Home, roomPath } from "../base/home.ts";
import { layDownPrivileges, type UserNumbers } from "../net/system/lay-down-privileges.ts";

/** For good; who is not root, and whose home belongs to root, stays who he is. */
export function actAsOwner(home: Home): void {
  if (process.getuid?.() !== 0) return;
  const owner = ownerOf(home.root);
  if (owner === undefined || owner.uid === 0) return;
  try {
    // Made just now by root, when it was not there.
    chownSync(roomPath(home, "run", "supervisor.lock"), owner.uid, owner.gid);
  } catch {
    // Then it is not there, and nobody is kept from anything.
  }
  layDownPrivileges(owner);
}

export function ownerOf(path: string): UserNumbers | undefined {
  try {
    const { uid, gid } = statSync(path);
    return { uid, gid };
  } catch {
    return undefined; // there is nothing yet, and so nobody whose it is
  }
}
