// `inetsrv cert list|show|check|remove`: what certificates there are and how they do. Private keys are never shown.
import { reference } from "../../schema/kinds/link.ts";
import { whole } from "../../schema/kinds/plain.ts";
import { answerOf, type Context } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { maybe, once, toggle, type Verb, value, verb } from "../verb.ts";
import {
  type CertificateLook,
  certificateLines,
  certificateTable,
  checkLines,
  hasCertificateTrouble,
} from "../views/certificate-view.ts";
import { certAdd } from "./cert-add.ts";

const entry = reference("certificate/entries");

const list = verb({
  words: "cert list",
  group: "Certificates",
  summary: "Show all certificates, how long they last and who uses them.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv cert list", doc: "One line for each." }],
  exits: [],
  run: (context) =>
    answerOf(context, "allowed", "certificate.list", {}, (answer) =>
      context.out.show(answer, () => certificateTable(answer, lookOf(context))),
    ),
});

const show = verb({
  words: "cert show",
  group: "Certificates",
  summary: "Show everything about one certificate but its key.",
  takes: { name: once("NAME", "The certificate.", { kind: entry }) },
  flags: { pem: toggle("Print only the chain in PEM, as clients get it.") },
  examples: [
    { line: "inetsrv cert show shop", doc: "Names, chain, fingerprint, and what is wrong with it." },
    { line: "inetsrv cert show shop --pem > chain.pem", doc: "For a client that is to trust it." },
  ],
  exits: ["refused"],
  run: (context, { name, pem }) => {
    const { out } = context;
    return answerOf(context, "allowed", "certificate.show", { name }, (answer) => {
      if (pem && !out.json && answer.pem !== "") out.raw(answer.pem);
      else out.show(answer, () => certificateLines(answer, lookOf(context)));
    });
  },
});

/** A renewal that works is done with a month to spare. */
const DAYS_MIN = 14;

const check = verb({
  words: "cert check",
  group: "Certificates",
  summary: "Judge certificates; the exit code tells a monitor.",
  doc:
    "In trouble is what does not serve, is expired or has too few days left, and a new version that is not taken. What " +
    "some clients may not like is told, and changes no exit code.",
  takes: { name: maybe("NAME", "Only this one.", { kind: entry }) },
  flags: {
    days: value("N", `Fewer days left than this are trouble; ${DAYS_MIN} without it.`, {
      kind: whole({ min: 0, max: 3650 }),
    }),
  },
  examples: [{ line: "inetsrv cert check --days 21", doc: "Exit code 6 when one has less than three weeks left." }],
  exits: ["refused", "partBroken"],
  run: (context, { name, days = DAYS_MIN }) =>
    answerOf(
      context,
      "allowed",
      "certificate.list",
      { name, daysMin: days },
      (answer) => context.out.show(answer, () => checkLines(answer, lookOf(context))),
      (answer) => (answer.some(hasCertificateTrouble) ? exitCodes.partBroken : exitCodes.done),
    ),
});

const remove = verb({
  words: "cert remove",
  group: "Certificates",
  summary: "Remove a certificate that nothing names.",
  takes: { name: once("NAME", "The certificate.", { kind: entry }) },
  flags: {},
  examples: [{ line: "inetsrv cert remove trial", doc: "`inetsrv config revert` brings it back." }],
  exits: ["refused", "conflict"],
  run: (context, { name }) =>
    answerOf(context, "allowed", "certificate.remove", { who: context.world.user, name }, (answer) =>
      context.out.show(answer, () => [`Certificate ${name} was removed.`]),
    ),
});

const lookOf = ({ world, out }: Pick<Context, "world" | "out">): CertificateLook => ({
  nowMs: world.wallMs(),
  width: out.width,
  proseWidth: out.proseWidth,
});

export const cert: readonly Verb[] = [list, ...certAdd, show, check, remove];
