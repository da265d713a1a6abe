// Installs a release, or a hotfix as a new complete release, beside those that are there. What is running, and which
// release is current, stays as it is.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { freeBytes, replaceFile } from "../../base/disk.ts";
import type { Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { checkFiles } from "../check/check-files.ts";
import { lackOf, thisMachine } from "../check/machine.ts";
import { saidOf } from "../check/verify.ts";
import { onDisk, refuse } from "../disk.ts";
import { hashOf, type StatedRelease } from "../manifest/compose.ts";
import { bytesOf, type Manifest } from "../manifest/manifest.ts";
import { RELEASE_FILE, signatureOf } from "../manifest/path.ts";
import { openParcel } from "../parcel/parcel.ts";
import { isThere, keyFolder, linkedVersion, releaseFolder } from "../place/install-root.ts";
import { readInstalled } from "../place/read-release.ts";
import { allowUnsigned } from "../trust/owner-keys.ts";
import { completePart, makePartFolder, sweepParts } from "./part-folder.ts";
import { attemptOf, type InstallOptions, type Plan, planHotfix, planRelease } from "./plan.ts";
import { writeFile } from "./write-file.ts";

export interface Installed {
  readonly version: string;
  readonly folder: string;
  readonly base: Manifest["base"];
  readonly signedBy: readonly string[];
  readonly unsigned: boolean;
  readonly bytes: number;
  /** What a killed installation had left, removed now. */
  readonly swept: readonly string[];
}

export async function install(path: string, options: InstallOptions): Promise<Result<Installed, Fault>> {
  const opened = await openParcel(path);
  if (!opened.ok) return opened;
  const parcel = opened.value;
  try {
    if (parcel.content.is === "release")
      return await installPlan(planRelease(parcel, parcel.content, options), options);
    const plan = await planHotfix(parcel, parcel.content, options);
    return await installPlan(plan, options).finally(() => {
      if (plan.ok) for (const it of plan.value.parts) it.parcel.close();
    });
  } finally {
    parcel.close();
  }
}

async function installPlan(planned: Result<Plan, Fault>, options: InstallOptions): Promise<Result<Installed, Fault>> {
  if (!planned.ok) return planned;
  const { stated, standing } = planned.value;
  const { manifest } = stated;
  const { version } = manifest;
  const { root } = options;
  const attempt = attemptOf(version, version);
  const lack = lackOf(manifest, thisMachine);
  if (lack !== undefined) return bad(lack);
  const { base, files } = manifest;
  const bytes = bytesOf(files);
  const installed = { version, folder: releaseFolder(root, version), base, ...standing, bytes };
  // The first one of a root, killed before anybody was told: whoever does it again comes to its end.
  if (linkedVersion(root, "current") === undefined && isWhole(root, stated)) return good({ ...installed, swept: [] });
  if (isThere(releaseFolder(root, version)))
    return bad(
      refuse(
        attempt,
        `it is installed already, in ${releaseFolder(root, version)}`,
        `See whether it is whole: inetsrv release verify ${version}`,
      ),
    );
  const made = onDisk(attempt, () => {
    const swept = sweepParts(root);
    return { swept, free: freeBytes(root), folder: makePartFolder(root, version) };
  });
  if (!made.ok) return made;
  const { swept, free, folder } = made.value;
  const complete = async (): Promise<Result<void, Fault>> => {
    if (free < bytes * 1.05)
      return bad(
        refuse(
          attempt,
          `it needs ${megabytes(bytes)}, and ${megabytes(free)} are free in ${root}`,
          "Make room, for example: inetsrv release prune",
        ),
      );
    const filled = await fill(folder, planned.value, bytes, options);
    if (!filled.ok) return filled;
    if (standing.unsigned) {
      const allowed = allowUnsigned(keyFolder(root), hashOf(stated.signed.text), version);
      if (!allowed.ok) return allowed;
    }
    return onDisk(attempt, () => completePart(folder, root, version));
  };
  const completed = await complete();
  if (!completed.ok) {
    onDisk(attempt, () => rmSync(folder, { recursive: true, force: true }));
    return completed;
  }
  return good({ ...installed, swept });
}

/** Exactly that release is there, and nothing is wrong with it. */
function isWhole(root: string, { manifest: { version, files }, signed }: StatedRelease): boolean {
  const there = readInstalled(root, version);
  if (!there.ok || there.value.signed.text !== signed.text) return false;
  const checked = onDisk(attemptOf(version, version), () => checkFiles(there.value.folder, files));
  return checked.ok && checked.value.every((it) => it.is === "right");
}

/** Everything into the folder, and then once more whether it is right. */
async function fill(
  folder: string,
  { stated, parts }: Plan,
  bytes: number,
  { tell }: InstallOptions,
): Promise<Result<void, Fault>> {
  const { manifest, signed } = stated;
  let done = 0;
  const told = (more: number): void => {
    done += more;
    tell?.(done, bytes);
  };
  for (const { parcel, files } of parts) {
    const taken = await parcel.each(files, async (path, pieces) => {
      const listed = manifest.files.get(path);
      if (listed === undefined) throw new Error(`${path} is in no manifest`);
      return writeFile(folder, path, listed, pieces, told);
    });
    if (!taken.ok) return taken;
  }
  const attempt = attemptOf(manifest.version, manifest.version);
  const checked = onDisk(attempt, () => {
    const wrong = checkFiles(folder, manifest.files).find((it) => it.is !== "right");
    replaceFile(join(folder, RELEASE_FILE), signed.text, 0o644);
    if (signed.signature !== null) replaceFile(join(folder, signatureOf(RELEASE_FILE)), `${signed.signature}\n`, 0o644);
    return wrong;
  });
  if (!checked.ok) return checked;
  const wrong = checked.value;
  if (wrong === undefined || wrong.is === "right") return good(undefined);
  return bad(refuse(attempt, `${wrong.path}: ${saidOf[wrong.is](wrong)}`));
}

const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6)} MB`;
