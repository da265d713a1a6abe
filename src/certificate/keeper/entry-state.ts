// What becomes of an entry when a version of its certificate was looked for: the new one serves, or the old one goes on
// and it is said why. Pure: what is broken or expired never takes the place of what serves.
import { about, type Fault, fault } from "../../base/fault.ts";
import type { Result } from "../../base/result.ts";
import type { ServingCertificate } from "../../ipc/serving-certificate.ts";
import { dayOf } from "../judge.ts";
import { type CertificateEntry, isSameVersion, remedyFor, type Version } from "./certificate-entry.ts";

export interface EntryState {
  readonly entry: CertificateEntry;
  /** What clients are shown; undefined when there has been no good version yet. */
  readonly serving: (Version & { readonly certificate: ServingCertificate }) | undefined;
  /** Why the version that was found does not serve. */
  readonly trouble: Fault | undefined;
}

export type Decision =
  | { readonly is: "same" }
  | { readonly is: "take"; readonly version: Version }
  | { readonly is: "keep"; readonly trouble: Fault };

/** `serving` is what clients are shown now, `found` what the entry leads to. */
export function decide(
  entry: CertificateEntry,
  serving: Version | undefined,
  found: Result<Version, Fault>,
  nowMs: number,
): Decision {
  if (!found.ok) {
    const { because, remedy } = found.error;
    return { is: "keep", trouble: serving === undefined ? found.error : kept(entry, serving, because, remedy) };
  }
  const { value: version } = found;
  if (serving !== undefined && isSameVersion(serving, version)) return { is: "same" };
  // Alone, a version that clients may refuse is still better than none: most mail servers do not look at the date.
  const worse = serving === undefined ? undefined : whyWorse(serving, version, nowMs);
  if (serving === undefined || worse === undefined) return { is: "take", version };
  return { is: "keep", trouble: kept(entry, serving, worse, remedyFor(entry)) };
}

function whyWorse({ facts: old }: Version, { facts: it }: Version, nowMs: number): string | undefined {
  const oldIsValid = old.notBeforeMs <= nowMs && nowMs < old.notAfterMs;
  if (it.notAfterMs <= nowMs && old.notAfterMs >= it.notAfterMs) return `it has expired on ${dayOf(it.notAfterMs)}`;
  if (it.notBeforeMs > nowMs && oldIsValid) return `it is valid from ${dayOf(it.notBeforeMs)} on only`;
  return undefined;
}

const kept = ({ name }: CertificateEntry, { facts }: Version, because: string, remedy: string): Fault =>
  fault(
    about("certificate", name),
    `The new version of certificate ${name} is not taken, and the old one serves until ${dayOf(facts.notAfterMs)}`,
    because,
    remedy,
  );

/** All that is wrong with an entry at this time, as `status` shows it. */
export function faultsOf({ entry, serving, trouble }: EntryState, nowMs: number): readonly Fault[] {
  const faults = trouble === undefined ? [] : [trouble];
  if (serving === undefined || serving.facts.notAfterMs > nowMs) return faults;
  const day = dayOf(serving.facts.notAfterMs);
  const attempted = `Certificate ${entry.name} has expired`;
  const because = `it ended on ${day}, and clients refuse it`;
  return [...faults, fault(about("certificate", entry.name), attempted, because, remedyFor(entry))];
}
