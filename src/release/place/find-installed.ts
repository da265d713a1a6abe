// A release that may be started: read, signed by a key that is trusted, and every file of it checked.
import { join } from "node:path";
import { about, type Fault, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { InstalledRelease } from "../../ipc/installed-release.ts";
import { thisMachine } from "../check/machine.ts";
import { verifyRelease, wrongWith } from "../check/verify.ts";
import { onDisk } from "../disk.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Trust } from "../trust/prove.ts";
import { isThere, releaseFolder, versionsIn } from "./install-root.ts";
import { readInstalled } from "./read-release.ts";

export function findInstalled(root: string, trust: Trust, version: string): Result<InstalledRelease, Fault> {
  const attempt = { subject: about("release", version), attempted: `Cannot use the release ${version}` };
  const versions = onDisk(attempt, () => versionsIn(root));
  if (!versions.ok) return versions;
  if (!versions.value.includes(version)) return bad(notInstalled(root, version));
  const found = readInstalled(root, version);
  if (!found.ok) return found;
  const verified = verifyRelease(found.value, trust, thisMachine);
  if (!verified.ok) return verified;
  const wrong = wrongWith(found.value, verified.value);
  const { folder, manifest } = found.value;
  return wrong === undefined
    ? good({ version, folder, command: commandOf(folder, manifest), formats: manifest.formats })
    : bad(wrong);
}

/** Its program with what it is given first; verbs and `--home` follow. */
export const commandOf = (folder: string, { start }: Manifest): readonly string[] =>
  start.map((it) => (it.startsWith("--") ? it : join(folder, it)));

export const notInstalled = (root: string, version: string): Fault =>
  fault(
    about("release", version),
    `Cannot use the release ${version}`,
    `it is not installed in ${root}`,
    isThere(releaseFolder(root, version)) ? "Install it again" : "See which are: inetsrv release list",
  );
