// Makes a complete release out of a clone: a folder with every file and the signed manifest, and the package file of it.

import type { KeyObject } from "node:crypto";
import {
  chmodSync,
  constants,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Formats } from "../../ipc/installed-release.ts";
import { hashFile } from "../check/hash-file.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import { bytesOf, type ListedFile, type Manifest, type Prerequisite, writeManifest } from "../manifest/manifest.ts";
import { flawOfPath, RELEASE_FILE, signatureOf } from "../manifest/path.ts";
import { readManifest } from "../manifest/read-manifest.ts";
import { writePackage } from "../parcel/write-package.ts";
import { publicHalf, signText } from "../trust/key.ts";
import { trustKey } from "../trust/owner-keys.ts";
import { readVersion } from "../version.ts";
import { type Form, type PlannedFile, planRelease } from "./release-files.ts";

export interface BuildOptions {
  readonly clone: string;
  readonly form: Form;
  /** The Bun, or the executable. */
  readonly runtime: string;
  readonly platform: string;
  readonly formats: Formats;
  /** undefined: it is not signed. */
  readonly key: KeyObject | undefined;
  readonly to: string;
  readonly ending: string;
  readonly madeMs: number;
  readonly tell?: (doneBytes: number, totalBytes: number) => void;
}

export interface Built {
  readonly version: string;
  readonly platform: string;
  readonly folder: string;
  readonly package: string;
  readonly files: number;
  readonly bytes: number;
  readonly signedBy: string | null;
}

export async function buildRelease(options: BuildOptions): Promise<Result<Built, Fault>> {
  const { clone, form, runtime, platform, formats, key, to, ending, madeMs, tell } = options;
  const attempt: Attempt = {
    subject: about("file", clone),
    attempted: `Cannot build a release out of ${clone}`,
    remedy: "Build it in a whole clone whose packages are installed: npm ci",
  };
  const version = onDisk(attempt, () => versionOf(clone));
  if (!version.ok) return version;
  if (readVersion(version.value) === undefined)
    return bad(refuse(attempt, `the version in its package.json is no version: ${version.value}`));
  const name = `inetsrv-${version.value}-${platform}${form === "executable" ? "-executable" : ""}`;
  const folder = join(to, name);
  const part = `${folder}.part-${process.pid}`;
  const made = onDisk(attempt, () => {
    const plan = planRelease(clone, form, runtime);
    const unfit = plan.files.find(({ path }) => flawOfPath(path) !== undefined);
    if (unfit !== undefined) return { unfit: unfit.path };
    rmSync(part, { recursive: true, force: true });
    const files = new Map(plan.files.map((it) => [it.path, putFile(part, it, version.value)]));
    const manifest: Manifest = {
      version: version.value,
      platform,
      base: null,
      start: plan.start,
      formats,
      prerequisites: needsOf(runtime, platform),
      madeMs,
      files,
      proof: null,
    };
    const text = writeManifest(manifest);
    const read = readManifest(text);
    if (!read.ok) throw new Error(`it wrote a manifest that nobody can read: ${read.error}`);
    const signature = key === undefined ? null : signText(text, key);
    writeFileSync(join(part, RELEASE_FILE), text, { mode: 0o644 });
    if (signature !== null) writeFileSync(join(part, signatureOf(RELEASE_FILE)), `${signature}\n`, { mode: 0o644 });
    rmSync(folder, { recursive: true, force: true });
    renameSync(part, folder);
    return { signed: { text, signature }, files: read.value.files };
  });
  onDisk(attempt, () => rmSync(part, { recursive: true, force: true }));
  if (!made.ok) return made;
  if ("unfit" in made.value) return bad(refuse(attempt, `${made.value.unfit} cannot be a file of a release`));
  const { signed, files } = made.value;
  const bytes = bytesOf(files);
  let done = 0;
  const file = join(to, `${name}${ending}`);
  const packed = await writePackage({
    file,
    head: RELEASE_FILE,
    signed,
    files,
    folder,
    tell: (more) => {
      done += more;
      tell?.(done, bytes);
    },
  });
  if (!packed.ok) return packed;
  const signer = key === undefined ? undefined : publicHalf(key);
  // Whoever builds it may install it: the command that runs from this clone trusts what lies here.
  const kept = signer === undefined ? good(undefined) : trustKey(keysOfClone(clone), signer);
  if (!kept.ok) return kept;
  const signedBy = signer?.id ?? null;
  return good({ version: version.value, platform, folder, package: file, files: files.size, bytes, signedBy });
}

/** Public halves of the keys by which releases were built in this clone. */
export const keysOfClone = (clone: string): string => join(clone, "dist", "release-keys");

function versionOf(clone: string): string {
  const { version } = JSON.parse(readFileSync(join(clone, "package.json"), "utf8")) as { version?: unknown };
  return String(version);
}

function putFile(folder: string, { path, mode, from }: PlannedFile, version: string): ListedFile {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true, mode: 0o755 });
  if ("text" in from) writeFileSync(full, from.text);
  else copyFileSync(from.file, full, constants.COPYFILE_FICLONE);
  chmodSync(full, Number.parseInt(mode, 8));
  let size = 0;
  const sha256 = hashFile(full, (bytes) => {
    size += bytes;
  });
  return { size, sha256, mode, version };
}

/** The newest glibc that the program names, as the loader would look for it. */
function needsOf(program: string, platform: string): readonly Prerequisite[] {
  if (!/^linux-(x64|arm64)$/.test(platform)) return [];
  const names =
    readFileSync(program)
      .toString("latin1")
      .match(/\0GLIBC_2\.\d{1,2}(?=\0)/g) ?? [];
  const newest = Math.max(0, ...names.map((it) => Number(it.split(".")[1])));
  return newest === 0 ? [] : [{ needs: "glibc", atLeast: `2.${newest}` }];
}
