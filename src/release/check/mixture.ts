// Whether a program runs from one release, as its manifest says, or from a mixture: the first file that is another one,
// which release that one is of, and what mends it.
import { join } from "node:path";
import { about, type Fault, fault } from "../../base/fault.ts";
import { shellWord } from "../../base/shell-word.ts";
import { onDisk } from "../disk.ts";
import { versionsIn } from "../place/install-root.ts";
import type { OwnPlace } from "../place/own-place.ts";
import { othersThan, readRelease } from "../place/read-release.ts";
import { checkFiles, type FileFinding } from "./check-files.ts";
import { fingerprintOf, keepFingerprint, knownFingerprint } from "./fingerprint.ts";
import { saidOf, short } from "./verify.ts";

/** `cache` is where it is remembered that all was right; without one every file is read. */
export function findMixture(place: OwnPlace, cache: string | undefined): Fault | undefined {
  const { folder, version } = place;
  const attempt = {
    subject: about("release", version),
    attempted: `Cannot look at the files of ${version} in ${folder}`,
  };
  // Before the files are read: what is written meanwhile has another one.
  const fingerprint = onDisk(attempt, () => (cache === undefined ? undefined : fingerprintOf(folder, Date.now())));
  if (!fingerprint.ok) return fingerprint.error;
  const { value: now } = fingerprint;
  if (cache !== undefined && now !== undefined && knownFingerprint(cache, folder) === now) return undefined;
  const found = readRelease(folder);
  if (!found.ok) return found.error;
  const checked = onDisk(attempt, () => checkFiles(folder, found.value.manifest.files, { modes: false }));
  if (!checked.ok) return checked.error;
  const wrong = checked.value.find((it) => it.is !== "right");
  if (wrong !== undefined) return refusal(place, wrong);
  if (cache !== undefined && now !== undefined) keepFingerprint(cache, folder, now);
  return undefined;
}

function refusal({ root, folder, version }: OwnPlace, it: FileFinding): Fault {
  const origin =
    root === undefined || it.found === undefined ? undefined : originOf(root, version, it.path, it.found.sha256);
  return fault(
    about("file", join(folder, it.path)),
    `Cannot start from ${it.path} of the release ${version}`,
    because(it, origin),
    root === undefined
      ? `Unpack the package of ${version} again`
      : `Bring it back: ${repairer(root, folder, version)} release repair ${version} --root ${shellWord(root)}`,
  );
}

function because(it: FileFinding, origin: string | undefined): string {
  if (it.is === "right") throw new Error("nothing is wrong with it");
  if (it.is !== "changed" || origin === undefined) return saidOf[it.is](it);
  const { expected, found } = it;
  return `version ${expected?.version} (${short(expected?.sha256)}) is expected, version ${origin} (${short(found?.sha256)}) found`;
}

/** The version that has such a file, when one is installed. */
const originOf = (root: string, own: string, path: string, sha256: string): string | undefined =>
  othersThan(own, root).find(({ manifest }) => manifest.files.get(path)?.sha256 === sha256)?.manifest.version;

/** A program that is not of the mixture itself, where there is one. */
function repairer(root: string, own: string, version: string): string {
  const other = versionsIn(root).find((it) => it !== version);
  const folder = other === undefined ? own : join(root, "releases", other);
  return shellWord(join(folder, "inetsrv"));
}
