// Another release for the next start, where no server runs: it is tried on a copy of the configuration first, as there is
// nobody to stand by.
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { about, type Fault, fault } from "../../base/fault.ts";
import { type Home, roomPath } from "../../base/home.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { messageOf } from "../../base/thrown.ts";
import type { InstalledRelease } from "../../ipc/installed-release.ts";
import { dataFormats } from "../../service/data-formats.ts";
import { type Follower, type Refusal, refusal, refusalOf } from "../operation.ts";
import type { AtHome } from "../operations/configured.ts";
import { failureOf, lackOfFormat, writtenBy } from "./formats.ts";
import type { Succeeded, SuccessionStep } from "./succession-desk.ts";
import { readConfirmed, writeConfirmed } from "./trial-record.ts";

export async function activateAtHome(
  { home, version: own, releases, command, clock }: AtHome,
  version: string,
  { tell }: Follower,
): Promise<Result<Succeeded, Refusal>> {
  const say = (step: SuccessionStep["step"], words: string): void => tell({ step, words });
  const found = releases.find(version);
  if (!found.ok) return bad(refusalOf(found.error));
  const lack = lackOfFormat({ version: own, command, formats: writtenBy(dataFormats) }, found.value);
  if (lack !== undefined) return bad(refusalOf(lack));
  say("found", `Release ${version} is whole, and reads the data of ${own}`);
  const tried = await tryOnCopy(home, found.value);
  if (!tried.ok) return bad(refusalOf(tried.error));
  say("prepared", "It opens a copy of the configuration, and finds nothing wrong with it");
  const previous = readConfirmed(home)?.version ?? own;
  const switched = releases.switchCurrent(version);
  if (!switched.ok) return bad(refusalOf(switched.error));
  if (previous !== version) {
    const noted = writeConfirmed(home, { version, previous, atMs: clock.wallMs() });
    if (!noted.ok) return bad(refusalOf(noted.error));
  }
  return good({ version, previous });
}

export async function rollbackAtHome(context: AtHome, follower: Follower): Promise<Result<Succeeded, Refusal>> {
  const confirmed = readConfirmed(context.home);
  if (confirmed !== undefined) return activateAtHome(context, confirmed.previous, follower);
  return bad(
    refusal("refused", "Nothing says which release was here before. Name it: inetsrv release activate VERSION"),
  );
}

/** Copied by another process: to close a file gives up all locks that this one has on it (POSIX). */
async function tryOnCopy(home: Home, { version, command }: InstalledRelease): Promise<Result<void, Fault>> {
  const refuse = (because: string) =>
    bad(
      fault(
        about("release", version),
        `Cannot activate release ${version}`,
        `it does not open a copy of the configuration: ${because}`,
        `See: inetsrv release verify ${version}`,
      ),
    );
  let folder: string | undefined;
  try {
    folder = mkdtempSync(roomPath(home, "run", "try-"));
    const copied = await failureOf(["cp", "-R", roomPath(home, "metabase"), join(folder, "metabase")]);
    const failed = copied ?? (await failureOf([...command, "--home", folder, "config", "show", "server"]));
    return failed === undefined ? good(undefined) : refuse(failed);
  } catch (error) {
    return refuse(messageOf(error));
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
