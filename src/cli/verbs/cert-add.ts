// `inetsrv cert add|self-signed`: a certificate out of files that people have, or made here.
import { sentence } from "../../base/fault.ts";
import { chainText, keyText, pairIn } from "../../certificate/pair.ts";
import { reference } from "../../schema/kinds/link.ts";
import { whole } from "../../schema/kinds/plain.ts";
import { refusal } from "../../supervisor/operation.ts";
import type { AddedCertificate } from "../../supervisor/operations/certificate-answers.ts";
import { type CertificateFiles, readCertificateFiles } from "../certificate-input.ts";
import { answerOf, type Context, type Parameters } from "../context.ts";
import { type Line, toned } from "../look/line.ts";
import { wrap } from "../look/wrap.ts";
import { many, once, toggle, type Verb, value, verb } from "../verb.ts";
import { endOf, issuerOf, shownNames } from "../views/certificate-view.ts";

/** Completion offers those that are there; a new name may be any. */
const entry = reference("certificate/entries");

const add = verb({
  words: "cert add",
  group: "Certificates",
  summary: "Add a certificate with its key, or replace one.",
  doc:
    "Chain and key come in one file or in several, as PEM or as PKCS#12 (.pfx, .p12), which Windows exports; what is " +
    "locked with a passphrase asks for it, or reads it from standard input. The key is kept sealed. Over an entry that " +
    "is there it renews it: those who use the old one use the new one from the next connection on.\n" +
    "With --files the files stay where they are, and another program, such as certbot, renews them there.",
  takes: {
    name: once("NAME", "A name of your choice, or that of the one to replace.", { kind: entry }),
    paths: many("FILE", "The files with certificate, chain and key.", { completes: "file" }),
  },
  flags: { files: toggle("Serve from these files, and take each new version of them.") },
  examples: [
    { line: "inetsrv cert add shop shop.pfx", doc: "As Windows exported it; asks for the passphrase." },
    { line: "inetsrv cert add shop fullchain.pem privkey.pem", doc: "Chain and key in two files." },
    {
      line: "inetsrv cert add shop --files /etc/letsencrypt/live/example.org/{fullchain,privkey}.pem",
      doc: "Renewed by certbot, taken within a second.",
    },
  ],
  exits: ["refused", "conflict", "interrupted"],
  async run(context, { name, paths, files }) {
    const material = await readCertificateFiles(context, paths, files ? "never" : "may");
    if (!material.ok) return material.error;
    const pair = pairIn(material.value.together);
    if (!pair.ok) return context.out.refused(refusal("refused", `Certificate ${name} was not added: ${pair.error}`));
    const { user: who } = context.world;
    if (!files)
      return added(context, "certificate.add", {
        who,
        name,
        chain: chainText(pair.value),
        privateKey: keyText(pair.value),
      });
    const { chainFile, keyFile } = filesOf(material.value);
    return added(context, "certificate.follow", { who, name, chainFile, keyFile });
  },
});

const selfSigned = verb({
  words: "cert self-signed",
  group: "Certificates",
  summary: "Make a certificate for trial, signed by nobody else.",
  doc:
    "Clients warn of it until they are told to trust it. It is good for the hosts that are named, and is made anew by " +
    "the server before it runs out, with the same names for as long again.",
  takes: {
    name: once("NAME", "A name of your choice, or that of the one to replace.", { kind: entry }),
    hosts: many("HOST", "Host names and addresses: www.example.org, *.example.org, 192.0.2.1."),
  },
  flags: { days: value("N", "How long it is good; a year without it.", { kind: whole({ min: 1, max: 3650 }) }) },
  examples: [{ line: "inetsrv cert self-signed trial localhost 127.0.0.1", doc: "For a look on this machine." }],
  exits: ["refused", "conflict"],
  run: (context, { name, hosts, days }) =>
    added(context, "certificate.make", { who: context.world.user, name, hosts, days }),
});

type Adding = "certificate.add" | "certificate.follow" | "certificate.make";

const added = (context: Context, operation: Adding, parameters: Parameters): Promise<number> =>
  answerOf(context, "allowed", operation, parameters, (answer) =>
    context.out.show(answer, () => addedLines(answer, context)),
  );

function addedLines(
  { certificate, replaced }: AddedCertificate,
  { world, out }: Pick<Context, "world" | "out">,
): readonly Line[] {
  const { name, names, facts, faults, flaws, usedBy } = certificate;
  const done = `Certificate ${name} was ${replaced ? "replaced" : "added"}`;
  return [
    facts === null ? done : `${done}: ${shownNames([...names, ...facts.addresses]) || "no host name"}.`,
    ...(facts === null ? [] : [`Issued by ${issuerOf(facts)}, good ${endOf(facts, world.wallMs())}.`]),
    ...(usedBy.length > 0
      ? [`Used by ${usedBy.join(", ")}.`]
      : [`No setting names it; clients that ask for one of its names are shown it all the same.`]),
    ...faults.flatMap((it) => wrap(sentence(it), out.proseWidth).map((line) => toned("bad", line))),
    ...flaws.map(({ because }) => toned("warn", `But ${because}.`)),
  ];
}

/** The one with the certificates, and the one with the key where that is another. */
function filesOf({ each }: CertificateFiles): { readonly chainFile: string; readonly keyFile: string | undefined } {
  const chain = each.find(({ certificates }) => certificates.length > 0);
  const key = each.find(({ keys }) => keys.length > 0);
  return { chainFile: chain?.path ?? "", keyFile: key === chain ? undefined : key?.path };
}

export const certAdd: readonly Verb[] = [add, selfSigned];
