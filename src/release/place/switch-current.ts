// Says which release is in use: one rename of a link, so that there is no moment without one. Whatever runs goes on.
import { mkdirSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { sync } from "../../base/disk.ts";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import { RELEASE_FILE } from "../manifest/path.ts";
import { isThere, type Link, linkedVersion, RELEASES, releaseFolder } from "./install-root.ts";

/** The one before is remembered as `previous`. */
export function switchCurrent(root: string, version: string): Result<void, Fault> {
  const attempt: Attempt = {
    subject: about("release", version),
    attempted: `Cannot make ${version} the current release`,
  };
  if (!isThere(join(releaseFolder(root, version), RELEASE_FILE)))
    return bad(refuse(attempt, `it is not installed in ${root}`, "See which are: inetsrv release list"));
  const before = linkedVersion(root, "current");
  if (before === version) return good(undefined);
  return onDisk(attempt, () => {
    if (before !== undefined) setLink(root, "previous", before);
    setLink(root, "current", version);
    sync(root);
  });
}

/** Relative, so that the root may be moved. */
function setLink(root: string, link: Link, version: string): void {
  const part = join(root, `${link}.part-${process.pid}`);
  mkdirSync(root, { recursive: true });
  rmSync(part, { force: true });
  symlinkSync(join(RELEASES, version), part);
  renameSync(part, join(root, link));
}
