// Brings an installed release back to what its manifest says: each file that is another one is taken, with the hash that
// is listed, from another release of the root, or from a release or package that is named. Never in place: the file that
// is there stays until the right one is whole beside it.
import { chmodSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { sync } from "../../base/disk.ts";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { checkFiles, type FileFinding, unlistedIn } from "../check/check-files.ts";
import { hashFile } from "../check/hash-file.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import { writeFile } from "../install/write-file.ts";
import { hashOf } from "../manifest/compose.ts";
import type { ListedFile } from "../manifest/manifest.ts";
import { RELEASE_FILE } from "../manifest/path.ts";
import { filesOf, openParcel, type Parcel } from "../parcel/parcel.ts";
import { type Pieces, piecesOfFile } from "../parcel/pieces.ts";
import { isThere, releaseFolder } from "../place/install-root.ts";
import { type FoundRelease, othersThan } from "../place/read-release.ts";
import type { Trust } from "../trust/prove.ts";
import { restoreManifest } from "./restore-manifest.ts";

export interface Repaired {
  readonly path: string;
  readonly was: FileFinding["is"];
  /** A release, or the path that was named; null where nothing had to be fetched. */
  readonly from: string | null;
}

export interface RepairOptions {
  readonly root: string;
  readonly version: string;
  readonly trust: Trust;
  /** A package file or folder of that release. */
  readonly from?: string | undefined;
  readonly tell?: (bytes: number) => void;
}

export interface Repair {
  readonly version: string;
  readonly folder: string;
  readonly repaired: readonly Repaired[];
  /** Wrong still: nobody has the right file. */
  readonly left: readonly FileFinding[];
}

export async function repair(options: RepairOptions): Promise<Result<Repair, Fault>> {
  const { root, version, from } = options;
  const attempt: Attempt = { subject: about("release", version), attempted: `Cannot repair the release ${version}` };
  if (!isThere(releaseFolder(root, version)))
    return bad(refuse(attempt, `it is not installed in ${root}`, "Install it: inetsrv release install PACKAGE"));
  const given = from === undefined ? undefined : await openParcel(from);
  if (given?.ok === false) return given;
  const parcel = given?.value;
  try {
    const restored = await restoreManifest(options, attempt, parcel);
    if (!restored.ok) return restored;
    const { found, manifestFrom } = restored.value;
    const repaired: Repaired[] =
      manifestFrom === null ? [] : [{ path: RELEASE_FILE, was: "changed", from: manifestFrom }];
    const aside = onDisk(attempt, () => setAside(root, found));
    if (!aside.ok) return aside;
    const checked = onDisk(attempt, () => checkFiles(found.folder, found.manifest.files));
    if (!checked.ok) return checked;
    const wrong = checked.value.filter((it) => it.is !== "right");
    const done = await mend(options, attempt, found, wrong, parcel);
    if (!done.ok) return done;
    repaired.push(...done.value, ...aside.value);
    const mended = new Set(repaired.map((it) => it.path));
    const left = wrong.filter((it) => !mended.has(it.path));
    return good({ version, folder: found.folder, repaired, left });
  } finally {
    parcel?.close();
  }
}

async function mend(
  options: RepairOptions,
  attempt: Attempt,
  found: FoundRelease,
  wrong: readonly FileFinding[],
  parcel: Parcel | undefined,
): Promise<Result<readonly Repaired[], Fault>> {
  const { root, version } = options;
  const { folder } = found;
  const repaired: Repaired[] = [];
  const missing = new Map<string, ListedFile>();
  for (const { path, is, expected } of wrong) {
    if (is === "mode" && expected !== undefined) {
      const set = onDisk(attempt, () => chmodSync(join(folder, path), Number.parseInt(expected.mode, 8)));
      if (!set.ok) return set;
      repaired.push({ path, was: is, from: null });
    } else if (expected !== undefined) missing.set(path, expected);
  }
  const was = (path: string) => (wrong.find((it) => it.path === path)?.is ?? "missing") as FileFinding["is"];
  const others = missing.size === 0 ? [] : othersThan(version, root);
  for (const [path, listed] of missing) {
    const donor = donorOf(others, listed);
    if (donor === undefined) continue;
    const placed = await fromFile(donor.file, (pieces) => place(options, folder, path, listed, pieces));
    if (!placed.ok) return placed;
    missing.delete(path);
    repaired.push({ path, was: was(path), from: donor.version });
  }
  if (parcel === undefined || missing.size === 0) return good(repaired);
  // Files of one content may be missing in several places.
  const places = Map.groupBy(missing, ([, { sha256 }]) => sha256);
  const wanted = new Map(
    [...filesOf(parcel)].flatMap(([from, it]) => {
      const next = places.get(it.sha256)?.pop();
      return next === undefined ? [] : [[from, next] as const];
    }),
  );
  const files = new Map([...wanted].map(([from, [, listed]]) => [from, listed]));
  const taken = await parcel.each(files, async (from, pieces) => {
    const [path, listed] = wanted.get(from) ?? [];
    if (path === undefined || listed === undefined) throw new Error(`${from} is not wanted`);
    const placed = await place(options, folder, path, listed, pieces);
    if (placed.ok) repaired.push({ path, was: was(path), from: parcel.path });
    return placed;
  });
  return taken.ok ? good(repaired) : taken;
}

/** What is not part of the release is kept, but not there. First of all, as it may be a link in the place of a folder. */
function setAside(root: string, { folder, manifest }: FoundRelease): readonly Repaired[] {
  const aside = join(root, "set-aside", `${manifest.version}-${Date.now()}`);
  const gone: Repaired[] = [];
  const look = () => unlistedIn(folder, manifest.files);
  for (let found = look(); found.length > 0; found = look())
    for (const { path, is } of found) {
      mkdirSync(dirname(join(aside, path)), { recursive: true });
      renameSync(join(folder, path), join(aside, path));
      gone.push({ path, was: is, from: null });
    }
  return gone;
}

/** A file with that hash in another release; its own word is not enough, so it is read. */
function donorOf(
  others: readonly FoundRelease[],
  { sha256 }: ListedFile,
): { version: string; file: string } | undefined {
  for (const { folder, manifest } of others)
    for (const [path, listed] of manifest.files) {
      const file = join(folder, path);
      if (listed.sha256 === sha256 && isReally(file, sha256)) return { version: manifest.version, file };
    }
  return undefined;
}

function isReally(file: string, sha256: string): boolean {
  const hashed = onDisk({ subject: about("file", file), attempted: "Cannot read it" }, () => hashFile(file));
  return hashed.ok && hashed.value === sha256;
}

async function fromFile(
  file: string,
  use: (pieces: Pieces) => Promise<Result<void, Fault>>,
): Promise<Result<void, Fault>> {
  const opened = onDisk({ subject: about("file", file), attempted: `Cannot read ${file}` }, () => piecesOfFile(file));
  if (!opened.ok) return opened;
  return use(opened.value).finally(() => opened.value.close());
}

/** Written whole beside the folders of releases, then put in its place by one rename. */
async function place(
  { root, version, tell = () => {} }: RepairOptions,
  folder: string,
  path: string,
  listed: ListedFile,
  pieces: Pieces,
): Promise<Result<void, Fault>> {
  const attempt: Attempt = { subject: about("file", join(folder, path)), attempted: `Cannot bring ${path} back` };
  const part = `${releaseFolder(root, version)}.part-${process.pid}`;
  const name = hashOf(path);
  const written = await writeFile(part, name, listed, pieces, tell);
  const placed = written.ok
    ? onDisk(attempt, () => {
        mkdirSync(dirname(join(folder, path)), { recursive: true, mode: 0o755 });
        sync(join(part, name));
        renameSync(join(part, name), join(folder, path));
        sync(dirname(join(folder, path)));
      })
    : written;
  const removed = onDisk(attempt, () => rmSync(part, { recursive: true, force: true }));
  return placed.ok ? removed : placed;
}
