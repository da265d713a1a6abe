// What lies in a folder that calls itself a release: its manifest and the signature beside it, read and not yet believed.
import { join } from "node:path";
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Attempt, onDisk, refuse } from "../disk.ts";
import type { StatedRelease } from "../manifest/compose.ts";
import { RELEASE_FILE, signatureOf } from "../manifest/path.ts";
import { isSignature, MANIFEST_BYTES_MAX, readManifest } from "../manifest/read-manifest.ts";
import { readBounded } from "../read-bounded.ts";
import { releaseFolder, versionsIn } from "./install-root.ts";

export interface FoundRelease extends StatedRelease {
  readonly folder: string;
}

const SIGNATURE_BYTES_MAX = 1024;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export function readRelease(folder: string): Result<FoundRelease, Fault> {
  const file = join(folder, RELEASE_FILE);
  const attempt: Attempt = {
    subject: about("file", file),
    attempted: `Cannot read the manifest of the release in ${folder}`,
    remedy: "Bring it back from a package of that release: inetsrv release repair VERSION --from PACKAGE",
  };
  const read = onDisk(attempt, () => readSigned(file));
  if (!read.ok) return read;
  if (read.value === undefined) return bad(refuse(attempt, `there is no ${RELEASE_FILE}`));
  const text = textOf(read.value.bytes);
  const manifest = text === undefined ? bad("it is no text") : readManifest(text);
  if (!manifest.ok) return bad(refuse(attempt, manifest.error));
  return good({ folder, manifest: manifest.value, signed: { text: text ?? "", signature: read.value.signature } });
}

/** Of that version, in its place. */
export function readInstalled(root: string, version: string): Result<FoundRelease, Fault> {
  const found = readRelease(releaseFolder(root, version));
  if (!found.ok || found.value.manifest.version === version) return found;
  const subject = about("release", version);
  const attempt = { subject, attempted: `Cannot use the release in ${found.value.folder}` };
  const is = `its manifest says that it is ${found.value.manifest.version}`;
  return bad(refuse(attempt, is, "Remove that folder and install the release again"));
}

/** All that are installed beside it and can be read, the newest first. */
export const othersThan = (version: string, root: string): readonly FoundRelease[] =>
  versionsIn(root).flatMap((it) => {
    const found = it === version ? undefined : readInstalled(root, it);
    return found?.ok ? [found.value] : [];
  });

/** A file and what `.sig` beside it holds; null where there is none. */
export function readSigned(file: string): { readonly bytes: Buffer; readonly signature: string | null } | undefined {
  const bytes = readBounded(file, MANIFEST_BYTES_MAX);
  if (bytes === undefined) return undefined;
  const signature = readBounded(signatureOf(file), SIGNATURE_BYTES_MAX);
  return { bytes, signature: signature === undefined ? null : signatureText(signature) };
}

/** What is no signature proves nothing, and is not taken for its absence. */
export function signatureText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString("latin1").trim();
  return isSignature(text) ? text : `${"A".repeat(86)}==`;
}

/** undefined when the bytes are no UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}
