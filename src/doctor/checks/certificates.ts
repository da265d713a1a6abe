// What every certificate entry leads to, by the same keeper that a server has: which cannot serve, has ended or soon will, and
// which does not fit the host names of the sites that name it.
import { about, type Fault } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { shellWord } from "../../base/shell-word.ts";
import { covers } from "../../certificate/host-match.ts";
import { dayOf } from "../../certificate/judge.ts";
import { remedyFor } from "../../certificate/keeper/certificate-entry.ts";
import { DiskFiles } from "../../certificate/keeper/certificate-files.ts";
import { CertificateKeeper } from "../../certificate/keeper/certificate-keeper.ts";
import { type EntryState, faultsOf } from "../../certificate/keeper/entry-state.ts";
import { milestoneAt } from "../../certificate/keeper/milestones.ts";
import { certificateEntry, certificateSection } from "../../certificate/settings.ts";
import type { Metabase } from "../../metabase/metabase.ts";
import { encodeName, nameOf } from "../../metabase/tree/path.ts";
import { type Keys, readKeys } from "../../seal/keys.ts";
import { nodeKeyFolder } from "../../seal/node-key-folder.ts";
import { openSealed } from "../../seal/seal.ts";
import { type DoctorCheck, type Finding, foundFault } from "../../service/doctor-check.ts";
import type { Case } from "../case.ts";
import { type FoundSite, sitesOf } from "../sites.ts";

const ENTRIES = "certificate/entries";

export const certificatesCheck: DoctorCheck<Case> = {
  name: "certificates",
  title: "certificates: there, valid, with their keys, and for the names of their sites",
  needs: ["metabase", "keys"],
  async look({ home, metabase, parts, nowMs }) {
    if (metabase === undefined) return [];
    const secrets = await privateKeys(metabase, await readKeys(nodeKeyFolder(home)));
    const keeper = new CertificateKeeper({
      entries: () => [...metabase.view.entries(ENTRIES)].sort().map((path) => entryAt(metabase, path)),
      fallback: () => metabase.values("certificate", certificateSection).fallback,
      privateKey: (name) => secrets.get(name),
      write: () => Promise.resolve(bad("the doctor makes no certificate")),
      root: home.root,
      files: new DiskFiles(),
      clock: parts.clock,
    });
    await keeper.look();
    const { states } = keeper;
    keeper.close();
    return [
      ...states.flatMap((it) => [...flaws(it, nowMs)]),
      ...sitesOf(metabase, parts.services).flatMap((it) => [...uncovered(it, states)]),
    ];
  },
};

function entryAt(metabase: Metabase, path: string) {
  const { privateKey: _, ...values } = metabase.values(path, certificateEntry);
  return { ...values, name: nameOf(path) };
}

async function privateKeys(metabase: Metabase, keys: Keys): Promise<ReadonlyMap<string, Result<string, Fault>>> {
  const found = new Map<string, Result<string, Fault>>();
  for (const { path, sealed } of metabase.sealedValues()) {
    if (!path.startsWith(`${ENTRIES}/`) || !path.endsWith("/privateKey")) continue;
    const opened = await openSealed(sealed, about("secret", path), keys);
    found.set(nameOf(path.slice(0, path.lastIndexOf("/"))), opened.ok ? good(opened.value) : opened);
  }
  return found;
}

function* flaws(state: EntryState, nowMs: number): Generator<Finding> {
  const { entry, serving, trouble } = state;
  const marks = {
    causes: [`certificate:${entry.name}`],
    comesOf: [
      `secret:${ENTRIES}/${encodeName(entry.name)}/privateKey`,
      ...[entry.chainFile, entry.keyFile].flatMap((it) => (it === null ? [] : ([`path:${it}`] as const))),
    ],
  } as const;
  for (const it of faultsOf(state, nowMs))
    yield foundFault(it, {
      ...marks,
      level: "error",
      matters: "Clients that meet it refuse the connection, or are shown another certificate",
      article: it === trouble ? "certificate-not-taken" : "certificate-expired",
    });
  if (serving === undefined) return;
  const { notBeforeMs, notAfterMs } = serving.facts;
  const soon = milestoneAt(serving.facts, nowMs);
  if (notBeforeMs > nowMs)
    yield {
      ...marks,
      level: "error",
      subject: about("certificate", entry.name),
      what: `Certificate ${entry.name} is not valid before ${dayOf(notBeforeMs)}`,
      matters: "Until then clients refuse it",
      remedy: "See that the clock of this machine is right: timedatectl status",
      article: "certificate-expired",
      comesOf: [...marks.comesOf, "clock"],
    };
  if (soon === undefined || soon.days === 0 || entry.renews === "self-signed") return;
  yield {
    ...marks,
    level: "warning",
    subject: about("certificate", entry.name),
    what: `Certificate ${entry.name} ends on ${dayOf(notAfterMs)}`,
    matters: "From then on clients refuse it",
    remedy: remedyFor(entry),
    article: "certificate-expired",
  };
}

/** Hosts that a site is bound to with TLS, for which the certificate that it names is not. */
function* uncovered({ path, values }: FoundSite, states: readonly EntryState[]): Generator<Finding> {
  if (values.certificate === null) return;
  const serving = states.find(({ entry }) => entry.name === values.certificate)?.serving;
  const hosts = new Set(values.secureBindings.flatMap(({ host }) => (host === "" ? [] : [host])));
  if (serving === undefined) return;
  const lacking = [...hosts].filter((host) => !serving.names.some((name) => covers(name, host)));
  // Another entry that has the name is shown in its place.
  const nobody = lacking.filter((host) => !states.some((it) => it.serving?.names.some((name) => covers(name, host))));
  const [first] = nobody;
  if (first === undefined) return;
  yield {
    level: "warning",
    subject: about("site", path),
    what: `${path} is bound to ${nobody.join(", ")} with TLS, and no certificate is for that name`,
    matters: "Browsers and mail programs refuse the connection, or warn",
    remedy: `Add one that is: inetsrv cert add ${shellWord(first)} FILE`,
    article: "no-certificate-for-name",
    comesOf: [`certificate:${values.certificate}`],
  };
}
