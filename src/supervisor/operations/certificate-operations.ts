// What can be asked of certificates: how they are, and to add, make or remove one. Works the same on a running server
// and on a home that is down; private keys come in and never go out.
import type { Json, JsonObject } from "../../base/json.ts";
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { DAY_MS, judge } from "../../certificate/judge.ts";
import { type CertificateEntry, readVersion } from "../../certificate/keeper/certificate-entry.ts";
import { DiskFiles } from "../../certificate/keeper/certificate-files.ts";
import { textsInFiles } from "../../certificate/keeper/entry-texts.ts";
import { CLOCK_SKEW_MS } from "../../certificate/keeper/self-renewal.ts";
import { CHAIN_MAX, chainText, keyText, type Pair, pairIn } from "../../certificate/pair.ts";
import { readMaterial } from "../../certificate/read-material.ts";
import { makeSelfSigned } from "../../certificate/x509/self-signed.ts";
import { TEXT_LENGTH_MAX, textual } from "../../schema/kind.ts";
import { list } from "../../schema/kinds/group.ts";
import { normalAddress, normalHostName } from "../../schema/kinds/network.ts";
import { pemCertificates, pemKey } from "../../schema/kinds/pem.ts";
import { path } from "../../schema/kinds/place.ts";
import { text, whole } from "../../schema/kinds/plain.ts";
import { ENTRY_NAME_LENGTH_MAX } from "../../schema/section.ts";
import { entryPath } from "../certificate-keeping.ts";
import { type Given, needed, type Operation, optional, plain, type Refusal, refusal } from "../operation.ts";
import { type CertificateAnswer, certificateAnswers, detailsOf } from "./certificate-answers.ts";
import { refused } from "./config-answers.ts";
import { authorship, type Configured } from "./configured.ts";

const host = textual(
  "host name or address",
  "a host name such as www.example.org or *.example.org, or an IP address",
  "www.example.org",
  (given) => normalHostName(given, true) ?? normalAddress(given),
  (value) => value,
);
const entryName = text({ min: 1, max: ENTRY_NAME_LENGTH_MAX });
const name = needed(entryName, "The name of the entry.");

export const certificateOperations: readonly Operation<Configured>[] = [
  {
    name: "certificate.list",
    reads: true,
    doc: "Every certificate: its names, its end, what is wrong with it, and which settings name it.",
    takes: {
      name: optional(entryName, "Only this one."),
      daysMin: optional(whole({ min: 0, max: 3650 }), "What has fewer days left is said to end soon."),
    },
    async run(context, { name: only, daysMin }) {
      const all = await answers(context, Number(daysMin ?? 0));
      if (only === undefined) return good(plain(all));
      const found = pick(all, String(only));
      return found.ok ? good(plain([found.value])) : found;
    },
  },
  {
    name: "certificate.show",
    reads: true,
    doc: "One certificate with its chain in PEM. The private key is never shown.",
    takes: { name },
    async run(context, given) {
      const found = await answer(context, String(given.name));
      const state = context.certificates.states.find(({ entry }) => entry.name === given.name);
      return found.ok && state !== undefined
        ? good(plain(detailsOf(found.value, state)))
        : (found as Result<Json, Refusal>);
    },
  },
  {
    name: "certificate.add",
    reads: false,
    doc: "Takes a chain with its key into the configuration, in the place of what the entry had before.",
    takes: {
      ...authorship,
      name,
      chain: needed(pemCertificates({ max: CHAIN_MAX * 4 }), "Certificates in PEM, in any order."),
      privateKey: needed(pemKey, "The key of one of them, in PEM."),
    },
    async run(context, given) {
      const material = readMaterial([
        { name: "chain", bytes: Buffer.from(String(given.chain)) },
        { name: "privateKey", bytes: Buffer.from(String(given.privateKey)) },
      ]);
      const pair = material.ok ? pairIn(material.value) : bad(material.error.because);
      return pair.ok ? write(context, given, inTree(pair.value, "by-hand"), pair.value) : notAdded(given, pair.error);
    },
  },
  {
    name: "certificate.follow",
    reads: false,
    doc: "Serves a chain and key from files that another program renews.",
    takes: {
      ...authorship,
      name,
      chainFile: needed(path, "The file with the certificates, in PEM."),
      keyFile: optional(path, "The file with the key, where it is another one."),
    },
    async run(context, given) {
      const { home, clock } = context;
      const [chainFile, keyFile] = [
        String(given.chainFile),
        given.keyFile === undefined ? null : String(given.keyFile),
      ];
      const entry: CertificateEntry = { ...unstated, name: String(given.name), renews: "by-file", chainFile, keyFile };
      const texts = await textsInFiles(entry, { root: home.root, files: new DiskFiles(), clock });
      const version = texts.ok ? readVersion(entry, texts.value) : texts;
      if (!version.ok) return notAdded(given, version.error.because);
      const settings = { renews: "by-file", chainFile, keyFile, chain: null, privateKey: null };
      return write(context, given, settings, version.value.pair);
    },
  },
  {
    name: "certificate.make",
    reads: false,
    doc: "Makes a self-signed certificate, for trial; the server makes it anew before it runs out.",
    takes: {
      ...authorship,
      name,
      hosts: needed(list(host, { min: 1, max: 100 }), "Host names and addresses that it is for."),
      days: optional(whole({ min: 1, max: 3650 }), "How long it is good; a year without it."),
    },
    run(context, given) {
      const fromMs = context.clock.wallMs() - CLOCK_SKEW_MS;
      const untilMs = context.clock.wallMs() + Number(given.days ?? DAYS) * DAY_MS;
      const pair = makeSelfSigned({ hosts: given.hosts as readonly string[], fromMs, untilMs });
      return write(context, given, inTree(pair, "self-signed"), pair);
    },
  },
  {
    name: "certificate.remove",
    reads: false,
    doc: "Removes a certificate that no setting names.",
    takes: { ...authorship, name },
    async run(context, given) {
      const { metabase } = context.configuration;
      const found = await answer(context, String(given.name));
      if (!found.ok) return found;
      const { usedBy } = found.value;
      const stays = `Certificate ${given.name} stays, as it is named by ${usedBy.join(", ")}: name another one there first`;
      if (usedBy.length > 0) return bad(refusal("refused", stays));
      const edits = [{ at: entryPath(String(given.name)), remove: true as const }];
      const done = await metabase.change({ ...author(given), edits });
      if (!done.ok) return refused(done.error);
      await context.certificates.look();
      return good({});
    },
  },
];

/** What clients of Apple accept is 825 days at most; a year is easier to remember. */
const DAYS = 365;

const unstated = { chain: null, chainFile: null, keyFile: null, names: [] };

const inTree = (pair: Pair, renews: "by-hand" | "self-signed"): JsonObject => ({
  renews,
  chain: chainText(pair),
  privateKey: keyText(pair),
  chainFile: null,
  keyFile: null,
});

/** Into the configuration, unless no client would take it. */
async function write(
  context: Configured,
  given: Given,
  settings: JsonObject,
  pair: Pair,
): Promise<Result<Json, Refusal>> {
  const { configuration, clock, certificates } = context;
  const [worst] = judge(pair, { nowMs: clock.wallMs() }).filter(({ weight }) => weight !== "remark");
  if (worst !== undefined) return notAdded(given, worst.because);
  if (keyText(pair).length > TEXT_LENGTH_MAX) return notAdded(given, "its key is longer than any that is in use");
  const at = entryPath(String(given.name));
  const replaced = configuration.metabase.view.own(at) !== undefined;
  const edit = replaced ? { at, set: settings } : { at, create: settings };
  const done = await configuration.metabase.change({ ...author(given), edits: [edit] });
  if (!done.ok) return refused(done.error);
  await configuration.openSecrets(at);
  await certificates.look();
  const added = await answer(context, String(given.name));
  return added.ok ? good(plain({ certificate: added.value, replaced })) : added;
}

const notAdded = (given: Given, because: string) =>
  bad(refusal("refused", `Certificate ${given.name} was not added: ${because}`));

/** Secrets of a home that is down are opened only now; those of a server are open. */
async function answers(context: Configured, daysMin: number): Promise<readonly CertificateAnswer[]> {
  const { configuration, certificates, clock } = context;
  await configuration.openSecrets("certificate/");
  await certificates.look();
  return certificateAnswers(certificates, configuration.metabase, clock, daysMin);
}

const answer = async (context: Configured, wanted: string): Promise<Result<CertificateAnswer, Refusal>> =>
  pick(await answers(context, 0), wanted);

function pick(all: readonly CertificateAnswer[], wanted: string): Result<CertificateAnswer, Refusal> {
  const found = all.find((it) => it.name === wanted);
  if (found !== undefined) return good(found);
  const near = didYouMean(
    wanted,
    all.map((it) => it.name),
  );
  return bad(refusal("unknown", `There is no certificate ${wanted}${near}. See: inetsrv cert list`));
}

const author = (given: Given) => ({ who: String(given.who), why: String(given.why ?? "") });
