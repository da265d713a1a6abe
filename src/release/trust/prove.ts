// Who stands for a manifest: the key that signed it, or, of a base with hotfixes, those that signed its parts. Pure.
import { bad, good, type Result } from "../../base/result.ts";
import { hashOf, recompose, type StatedRelease } from "../manifest/compose.ts";
import { type SignedText, writeManifest } from "../manifest/manifest.ts";
import { type PublicKey, signerOf } from "./key.ts";

/** What the owner of an install root trusts. */
export interface Trust {
  readonly keys: readonly PublicKey[];
  /** Hashes of manifests that may be unsigned, each allowed by name. */
  readonly unsigned: ReadonlySet<string>;
}

export interface Standing {
  /** Ids of the keys, in the order of the parts. */
  readonly signedBy: readonly string[];
  /** Some part is not signed; the owner has allowed it. */
  readonly unsigned: boolean;
}

/** Refused with the reason, as the end of a sentence. */
export function prove({ manifest, signed }: StatedRelease, trust: Trust): Result<Standing, string> {
  const { proof } = manifest;
  if (proof === null) return proveTexts([signed], trust, signed.text);
  const together = recompose(proof);
  if (!together.ok) return together;
  if (writeManifest(together.value) !== writeManifest(manifest))
    return bad("its manifest is not what its base and its hotfixes give together");
  return proveTexts([proof.base, ...proof.hotfixes], trust, signed.text);
}

/** Of parts alone, as of a hotfix. `whole` is the text whose hash the owner may have allowed without signatures. */
export function proveTexts(parts: readonly SignedText[], trust: Trust, whole: string): Result<Standing, string> {
  const signedBy: string[] = [];
  let unsigned = false;
  for (const { text, signature } of parts) {
    const signer = signature === null ? undefined : signerOf(text, signature, trust.keys);
    if (signer !== undefined) signedBy.push(signer.id);
    else if (signature !== null) return bad("none of the keys in release-keys/ has signed it as it is");
    else unsigned = true;
  }
  if (unsigned && !trust.unsigned.has(hashOf(whole))) return bad("it is not signed");
  return good({ signedBy, unsigned });
}
