// The releases of this machine as a server sees them that may have to give way to one of them.

import type { Fault } from "../base/fault.ts";
import type { Home } from "../base/home.ts";
import { good, type Result } from "../base/result.ts";
import type { Releases } from "../ipc/installed-release.ts";
import { keysOfClone } from "./build/build-release.ts";
import type { ProgramFiles } from "./identity.ts";
import { findInstalled } from "./place/find-installed.ts";
import { switchCurrent } from "./place/switch-current.ts";
import { type OwnerKeys, ownerKeysOf, readOwnerKeys } from "./trust/owner-keys.ts";

/** A program of an installed release means the root that it lies in; any other one the home. */
export const installRootOf = ({ release }: ProgramFiles, home: Home): string => release?.root ?? home.root;

/** Whom the owner of the root trusts, and, for who works in a clone, the keys that release was built with there. */
export function trustOf({ release, executable, root: clone }: ProgramFiles, root: string): Result<OwnerKeys, Fault> {
  const owner = ownerKeysOf(root);
  if (!owner.ok || release !== undefined || executable !== undefined) return owner;
  const built = readOwnerKeys(keysOfClone(clone));
  return built.ok ? good({ ...owner.value, keys: [...owner.value.keys, ...built.value.keys] }) : built;
}

export function releasesOf(home: Home, files: ProgramFiles): Releases {
  const root = installRootOf(files, home);
  return {
    find(version) {
      const trust = trustOf(files, root);
      return trust.ok ? findInstalled(root, trust.value, version) : trust;
    },
    switchCurrent: (version) => switchCurrent(root, version),
  };
}
