// A base and one more hotfix give a new complete release: its manifest follows from theirs and from nothing else, so that
// whoever has the signed texts comes to the same bytes. Pure.
import { createHash } from "node:crypto";
import { bad, good, type Result } from "../../base/result.ts";
import { versionWith } from "../version.ts";
import { type HotfixManifest, type Manifest, type SignedText, writeManifest } from "./manifest.ts";
import { readHotfixManifest, readManifest } from "./read-manifest.ts";

export const hashOf = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

/** A release as its folder holds it: what was read, and the text that was signed. */
export interface StatedRelease {
  readonly manifest: Manifest;
  readonly signed: SignedText;
}

/** The text and signature of the release without its hotfixes. */
const baseOf = ({ manifest, signed }: StatedRelease): SignedText => manifest.proof?.base ?? signed;

/** Refused with the reason when the hotfix is not made for that release as it is. */
export function compose(onto: StatedRelease, hotfix: HotfixManifest, signed: SignedText): Result<Manifest, string> {
  const { manifest } = onto;
  const { id, base, platform, prerequisites, files } = hotfix;
  const has = manifest.base?.hotfixes ?? [];
  const version = manifest.base?.version ?? manifest.version;
  if (base.version !== version) return bad(`it is made for the base ${base.version}, not for ${manifest.version}`);
  if (base.sha256 !== hashOf(baseOf(onto).text))
    return bad(`it is made for another build of ${version}: the manifest that it names is not the one of this release`);
  if (platform !== manifest.platform) return bad(`it is made for ${platform}, not for ${manifest.platform}`);
  if (has.includes(id)) return bad(`it is on ${manifest.version} already`);
  const missing = prerequisites.filter((it) => !has.includes(it));
  if (missing.length > 0) return bad(`it needs ${missing.join(", ")} first, which is not on ${manifest.version}`);
  const composed = new Map(manifest.files);
  for (const [path, file] of files) {
    const from = composed.get(path)?.version;
    if (from !== undefined && has.includes(from) && !prerequisites.includes(from))
      return bad(`it replaces ${path} of the hotfix ${from} and does not say that it was made with it in mind`);
    composed.set(path, { ...file, version: id });
  }
  const hotfixes = [...has, id];
  const whole: Manifest = {
    ...manifest,
    version: versionWith(version, hotfixes),
    base: { version, hotfixes },
    madeMs: Math.max(manifest.madeMs, hotfix.madeMs),
    files: composed,
    proof: { base: baseOf(onto), hotfixes: [...(manifest.proof?.hotfixes ?? []), signed] },
  };
  const read = readManifest(writeManifest(whole));
  return read.ok ? good(whole) : bad(`with it ${manifest.version} is no release any more: ${read.error}`);
}

/** What the signed texts of a proof give together. */
export function recompose({ base, hotfixes }: NonNullable<Manifest["proof"]>): Result<Manifest, string> {
  let manifest = readManifest(base.text);
  if (!manifest.ok) return bad(`the manifest of its base is none: ${manifest.error}`);
  if (manifest.value.proof !== null) return bad("its base is itself put together");
  let signed = base;
  for (const it of hotfixes) {
    const hotfix = readHotfixManifest(it.text);
    if (!hotfix.ok) return bad(`the manifest of one of its hotfixes is none: ${hotfix.error}`);
    manifest = compose({ manifest: manifest.value, signed }, hotfix.value, it);
    if (!manifest.ok) return manifest;
    // The text of what lies in between was never signed; `compose` takes that of the base from the proof.
    signed = { text: "", signature: null };
  }
  return manifest;
}
