// Whether an installed release is whole: signed by a key that the owner trusts, every file as the manifest says, nothing
// beside them, and made for this machine.
import { about, type Fault, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { onDisk } from "../disk.ts";
import type { FoundRelease } from "../place/read-release.ts";
import { prove, type Standing, type Trust } from "../trust/prove.ts";
import { type CheckOptions, checkFiles, type FileFinding } from "./check-files.ts";
import { lackOf, type Machine } from "./machine.ts";

export interface Verified {
  readonly standing: Result<Standing, Fault>;
  /** What this machine lacks for it. */
  readonly lacks: Fault | undefined;
  readonly files: readonly FileFinding[];
}

export function verifyRelease(
  found: FoundRelease,
  trust: Trust,
  machine: Machine,
  options: CheckOptions = {},
): Result<Verified, Fault> {
  const { version } = found.manifest;
  const attempt = { subject: about("release", version), attempted: `Cannot verify ${version} in ${found.folder}` };
  const files = onDisk(attempt, () => checkFiles(found.folder, found.manifest.files, options));
  if (!files.ok) return files;
  return good({ standing: standingOf(found, trust), lacks: lackOf(found.manifest, machine), files: files.value });
}

export function standingOf(found: FoundRelease, trust: Trust): Result<Standing, Fault> {
  const { version } = found.manifest;
  const standing = prove(found, trust);
  if (standing.ok) return standing;
  const remedy = "Trust the key of its maker, if you know whose it is: inetsrv release key trust FILE";
  return bad(fault(about("release", version), `Cannot trust the release ${version}`, standing.error, remedy));
}

/** The first thing that is wrong. */
export function wrongWith(found: FoundRelease, { standing, lacks, files }: Verified): Fault | undefined {
  if (!standing.ok) return standing.error;
  const wrong = files.find((it) => it.is !== "right");
  return lacks ?? (wrong === undefined ? undefined : wrongFile(found, wrong, files));
}

export const saidOf: Readonly<Record<Exclude<FileFinding["is"], "right">, (it: FileFinding) => string>> = {
  changed: ({ expected, found }) =>
    `${expected?.version} with ${short(expected?.sha256)} is expected, ${short(found?.sha256)} found`,
  missing: ({ expected }) => `${expected?.version} with ${short(expected?.sha256)} is expected, it is missing`,
  mode: ({ expected, found }) => `its mode is ${found?.mode}, not ${expected?.mode}`,
  unlisted: () => "it is not part of the release",
};

export const short = (hash = ""): string => (/^[0-9a-f]{64}$/.test(hash) ? hash.slice(0, 12) : hash);

function wrongFile(found: FoundRelease, it: FileFinding, all: readonly FileFinding[]): Fault {
  const more = all.filter((other) => other.is !== "right").length - 1;
  const { version } = found.manifest;
  const said = it.is === "right" ? "" : saidOf[it.is](it);
  return fault(
    about("file", `${found.folder}/${it.path}`),
    `Cannot use the release ${version}`,
    `${it.path}: ${said}${more === 0 ? "" : `, and ${more} more are wrong`}`,
    `Bring it back: inetsrv release repair ${version}`,
  );
}
