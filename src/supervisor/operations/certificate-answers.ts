// What is answered of certificates, for tables and for machines: each entry with what serves, what is wrong, and who
// names it. Pure mapping; no private key is in any of it.
import type { Clock } from "../../base/clock.ts";
import type { Fault } from "../../base/fault.ts";
import { type Flaw, judge } from "../../certificate/judge.ts";
import type { CertificateEntry } from "../../certificate/keeper/certificate-entry.ts";
import type { CertificateKeeper } from "../../certificate/keeper/certificate-keeper.ts";
import { type EntryState, faultsOf } from "../../certificate/keeper/entry-state.ts";
import { nameFights } from "../../certificate/keeper/name-fights.ts";
import { type CertificateFacts, factsOf } from "../../certificate/x509/facts.ts";
import type { Metabase } from "../../metabase/metabase.ts";
import { entryPath } from "../certificate-keeping.ts";

export interface CertificateAnswer {
  readonly name: string;
  readonly renews: CertificateEntry["renews"];
  /** Where another program writes it; empty when it stands in the configuration. */
  readonly files: readonly string[];
  /** Host names that it answers for. */
  readonly names: readonly string[];
  /** Of what serves; null when nothing does. */
  readonly facts: CertificateFacts | null;
  /** Settings that name it: "www/sites/default/certificate". */
  readonly usedBy: readonly string[];
  /** What keeps it or a new version of it from serving. */
  readonly faults: readonly Fault[];
  /** What a client may not like of what serves, and names that another certificate is shown for. */
  readonly flaws: readonly (
    | Flaw
    | { readonly is: "name-fight"; readonly weight: "remark"; readonly because: string }
  )[];
}

export interface CertificateDetails extends CertificateAnswer {
  /** From its own upwards. */
  readonly chain: readonly CertificateFacts[];
  readonly pem: string;
}

export interface AddedCertificate {
  readonly certificate: CertificateAnswer;
  /** There was one of that name, and those who use it now use this one. */
  readonly replaced: boolean;
}

export function certificateAnswers(
  certificates: CertificateKeeper,
  metabase: Metabase,
  clock: Clock,
  daysMin: number,
): readonly CertificateAnswer[] {
  const nowMs = clock.wallMs();
  const fights = nameFights(certificates.serving, clock);
  const lost = (name: string): CertificateAnswer["flaws"] =>
    fights
      .filter((it) => it.names.includes(name) && it.shown !== name)
      .map(({ hosts, shown }) => ({
        is: "name-fight",
        weight: "remark",
        because: `for ${hosts.slice(0, HOSTS_NAMED_MAX).join(", ")} certificate ${shown} is shown`,
      }));
  const states = [...certificates.states].sort((left, right) => (left.entry.name < right.entry.name ? -1 : 1));
  return states.map((state) => ({
    ...entryAnswer(state),
    usedBy: metabase.referrers(entryPath(state.entry.name)),
    faults: faultsOf(state, nowMs),
    flaws: [...flawsOf(state, nowMs, daysMin), ...lost(state.entry.name)],
  }));
}

const HOSTS_NAMED_MAX = 5;

export const detailsOf = (answer: CertificateAnswer, { serving }: EntryState): CertificateDetails => ({
  ...answer,
  chain: (serving?.pair.certificates ?? []).map(factsOf),
  pem: serving?.chain ?? "",
});

const entryAnswer = ({ entry, serving }: EntryState) => ({
  name: entry.name,
  renews: entry.renews,
  files: entry.renews === "by-file" ? [entry.chainFile, entry.keyFile].filter((it) => it !== null) : [],
  names: serving?.names ?? entry.names,
  facts: serving?.facts ?? null,
});

const flawsOf = ({ entry, serving }: EntryState, nowMs: number, daysMin: number): readonly Flaw[] =>
  serving === undefined ? [] : judge(serving.pair, { nowMs, daysMin, names: entry.names });
