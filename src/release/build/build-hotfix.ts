// Makes the package of a hotfix: some files that take the place of those of one certain build of a release.
import type { KeyObject } from "node:crypto";
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { hashFile } from "../check/hash-file.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import { compose, hashOf, type StatedRelease } from "../manifest/compose.ts";
import { type HotfixManifest, type ListedFile, writeHotfixManifest } from "../manifest/manifest.ts";
import { flawOfPath, HOTFIX_FILE } from "../manifest/path.ts";
import { readHotfixManifest } from "../manifest/read-manifest.ts";
import { writePackage } from "../parcel/write-package.ts";
import { publicHalf, signText } from "../trust/key.ts";
import { isHotfixId } from "../version.ts";

export interface HotfixOptions {
  /** The release that it is for, with the hotfixes that it needs. */
  readonly onto: StatedRelease;
  readonly id: string;
  /** Where the new files lie, by the paths that they have in the release. */
  readonly from: string;
  readonly files: readonly string[];
  readonly key: KeyObject | undefined;
  /** The folder for the package. */
  readonly to: string;
  readonly ending: string;
  readonly madeMs: number;
}

export interface BuiltHotfix {
  readonly id: string;
  readonly base: string;
  readonly prerequisites: readonly string[];
  readonly package: string;
  readonly files: readonly string[];
  readonly signedBy: string | null;
}

export async function buildHotfix(options: HotfixOptions): Promise<Result<BuiltHotfix, Fault>> {
  const { onto, id, from, key, to, ending, madeMs } = options;
  const attempt: Attempt = {
    subject: about("release", id),
    attempted: `Cannot build the hotfix ${id}`,
    remedy: "Name files as the release has them: inetsrv release hotfix build --files src/smtp/service.ts,…",
  };
  if (!isHotfixId(id))
    return bad(refuse(attempt, "a hotfix is named with small letters, digits and hyphens", "Name it for example fix1"));
  const unfit = options.files.find((it) => flawOfPath(it) !== undefined);
  if (unfit !== undefined) return bad(refuse(attempt, `${unfit} is no path of a release`));
  const { manifest } = onto;
  const listed = onDisk(attempt, () => options.files.map((path) => [path, listedOf(onto, from, path, id)] as const));
  if (!listed.ok) return listed;
  const same = listed.value.find(([path, it]) => manifest.files.get(path)?.sha256 === it.sha256);
  if (same !== undefined) return bad(refuse(attempt, `${same[0]} is the same as in ${manifest.version}`));
  const hotfix: HotfixManifest = {
    id,
    base: {
      version: manifest.base?.version ?? manifest.version,
      sha256: hashOf(manifest.proof?.base.text ?? onto.signed.text),
    },
    platform: manifest.platform,
    prerequisites: manifest.base?.hotfixes ?? [],
    madeMs,
    files: new Map(listed.value),
  };
  const text = writeHotfixManifest(hotfix);
  const signed = { text, signature: key === undefined ? null : signText(text, key) };
  const read = readHotfixManifest(text);
  if (!read.ok) return bad(refuse(attempt, read.error));
  const fits = compose(onto, read.value, signed);
  if (!fits.ok) return bad(refuse(attempt, fits.error));
  const { base, prerequisites } = hotfix;
  const file = join(to, `inetsrv-${base.version}-hotfix-${id}-${hotfix.platform}${ending}`);
  const packed = await writePackage({ file, head: HOTFIX_FILE, signed, files: read.value.files, folder: from });
  if (!packed.ok) return packed;
  const signedBy = key === undefined ? null : publicHalf(key).id;
  return good({ id, base: base.version, prerequisites, package: file, files: [...hotfix.files.keys()], signedBy });
}

/** With the mode that the release has; a new file is run where its owner may run it. */
function listedOf({ manifest }: StatedRelease, from: string, path: string, id: string): ListedFile {
  const full = join(from, path);
  let size = 0;
  const sha256 = hashFile(full, (bytes) => {
    size += bytes;
  });
  const mode = manifest.files.get(path)?.mode ?? ((lstatSync(full).mode & 0o100) === 0 ? "644" : "755");
  return { size, sha256, mode, version: id };
}
