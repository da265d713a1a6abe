// An entry of the configuration as the keeper sees it, and the version of the certificate that it leads to. Reads what
// it is handed; files and secrets were opened by others.
import { about, type Fault, fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { shellWord } from "../../base/shell-word.ts";
import type { ServingCertificate } from "../../ipc/serving-certificate.ts";
import type { Values } from "../../schema/section.ts";
import { whyUnfit } from "../judge.ts";
import { chainText, keyText, type Pair, pairIn } from "../pair.ts";
import { type GivenFile, readMaterial } from "../read-material.ts";
import type { certificateEntry } from "../settings.ts";
import { type CertificateFacts, factsOf } from "../x509/facts.ts";

export interface CertificateEntry extends Omit<Values<typeof certificateEntry>, "privateKey"> {
  readonly name: string;
}

/** A chain with its key as it was found, good for a handshake. */
export interface Version {
  readonly pair: Pair;
  readonly facts: CertificateFacts;
  readonly names: readonly string[];
  readonly chain: string;
  readonly key: string;
}

/** `texts` are chain and key, or the files with them. */
export function readVersion(entry: CertificateEntry, texts: readonly GivenFile[]): Result<Version, Fault> {
  const material = readMaterial(texts);
  if (!material.ok) return bad(unusable(entry, `${material.error.file}: ${material.error.because}`));
  const pair = pairIn(material.value);
  if (!pair.ok) return bad(unusable(entry, pair.error));
  const unfit = whyUnfit(pair.value);
  return unfit === undefined ? good(versionOf(pair.value, entry.names)) : bad(unusable(entry, unfit));
}

export function versionOf(pair: Pair, names: readonly string[]): Version {
  const facts = factsOf(pair.certificates[0]);
  return { pair, facts, names: [...new Set([...facts.names, ...names])], chain: chainText(pair), key: keyText(pair) };
}

/** The same for whoever connects. */
export const isSameVersion = (left: Version, right: Version): boolean =>
  left.chain === right.chain && left.key === right.key && left.names.join(" ") === right.names.join(" ");

export const servingOf = (
  name: string,
  { facts, names, chain, key }: Version,
  generation: number,
): ServingCertificate => {
  const { fingerprint, notBeforeMs, notAfterMs } = facts;
  return { name, names, chain, key, fingerprint, notBeforeMs, notAfterMs, generation };
};

export const unusable = (entry: CertificateEntry, because: string): Fault =>
  fault(about("certificate", entry.name), `Certificate ${entry.name} cannot serve`, because, remedyFor(entry));

/** What brings a good version, by how the entry renews. */
export function remedyFor({ name: plain, renews, chainFile }: CertificateEntry): string {
  const name = shellWord(plain);
  switch (renews) {
    case "by-hand":
      return `Get a new one from its issuer, then: inetsrv cert add ${name} FILE`;
    case "by-file":
      return `See what the program does that renews ${chainFile ?? "it"}, then: inetsrv cert check ${name}`;
    case "self-signed":
      return `Make a new one: inetsrv cert self-signed ${name} HOST`;
    default:
      return renews satisfies never;
  }
}
