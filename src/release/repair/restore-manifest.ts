// The manifest of a release that is repaired: the one that is there where somebody stands for it, else the one of a package
// that is named.
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { replaceFile } from "../../base/disk.ts";
import type { Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import { planHotfix } from "../install/plan.ts";
import type { StatedRelease } from "../manifest/compose.ts";
import { RELEASE_FILE, signatureOf } from "../manifest/path.ts";
import type { Parcel } from "../parcel/parcel.ts";
import { releaseFolder } from "../place/install-root.ts";
import { type FoundRelease, readInstalled } from "../place/read-release.ts";
import { prove, type Trust } from "../trust/prove.ts";
import { readVersion, versionWith } from "../version.ts";

export type Restored = { readonly found: FoundRelease; readonly manifestFrom: string | null };

/** The manifest decides all else, so it has to be one that somebody stands for. */
export async function restoreManifest(
  { root, version, trust }: { readonly root: string; readonly version: string; readonly trust: Trust },
  attempt: Attempt,
  parcel: Parcel | undefined,
): Promise<Result<Restored, Fault>> {
  const folder = releaseFolder(root, version);
  const found = readInstalled(root, version);
  if (found.ok && prove(found.value, trust).ok) return good({ found: found.value, manifestFrom: null });
  const reason = found.ok ? "its manifest is not signed by a key that is trusted" : found.error.because;
  const isFixed = (readVersion(version)?.hotfixes.length ?? 0) > 0;
  const wanted = isFixed ? "the package of its last hotfix" : `a package of ${version}`;
  const needed = `Name ${wanted}: inetsrv release repair ${version} --from PACKAGE`;
  const stated = parcel && (await statedIn(parcel, root, version, trust));
  if (parcel === undefined || stated?.manifest.version !== version) return bad(refuse(attempt, reason, needed));
  const proven = prove(stated, trust);
  if (!proven.ok) return bad(refuse(attempt, `${reason}, and of ${parcel.path}: ${proven.error}`, needed));
  return onDisk(attempt, () => {
    const { text, signature } = stated.signed;
    mkdirSync(folder, { recursive: true });
    if (signature === null) rmSync(join(folder, signatureOf(RELEASE_FILE)), { force: true });
    else replaceFile(join(folder, signatureOf(RELEASE_FILE)), `${signature}\n`, 0o644);
    replaceFile(join(folder, RELEASE_FILE), text, 0o644);
    return { found: { ...stated, folder }, manifestFrom: parcel.path };
  });
}

/** What the package says, or, of a hotfix, what it makes of the release that it was put on, where that is installed. */
async function statedIn(
  parcel: Parcel,
  root: string,
  version: string,
  trust: Trust,
): Promise<StatedRelease | undefined> {
  const { content, signed } = parcel;
  if (content.is === "release") return { manifest: content.manifest, signed };
  const hotfixes = readVersion(version)?.hotfixes ?? [];
  const onto = versionWith(content.hotfix.base.version, hotfixes.slice(0, -1));
  const plan = await planHotfix(parcel, content, { root, trust, allowUnsigned: false, onto });
  return plan.ok ? plan.value.stated : undefined;
}
