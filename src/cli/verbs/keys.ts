// `inetsrv keys status|rotate|recover|reseal|export`: the keys of the home and the secrets they open. Keys and
// passphrases come in as secrets do, and go out only where that is what was asked for.
import { PASSPHRASE_LENGTH_MIN } from "../../seal/passphrase.ts";
import type { Resealed } from "../../seal/reseal.ts";
import { answerOf, type Context, type ReplacedKey } from "../context.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { type Line, toned } from "../look/line.ts";
import { count } from "../look/moment.ts";
import { readSecret } from "../secret-input.ts";
import { toggle, type Verb, verb } from "../verb.ts";
import { faultLines } from "../views/fault-view.ts";
import { hasKeyTrouble, keyLines } from "../views/key-view.ts";
import { recoveryKeyLines } from "./init.ts";

const status = verb({
  words: "keys status",
  group: "Keys",
  summary: "Show the keys of the home and which secrets they open.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv keys status", doc: "Names every secret that cannot be opened." }],
  exits: ["partBroken"],
  run(context) {
    const { out } = context;
    return answerOf(
      context,
      "allowed",
      "keys.status",
      {},
      (answer) => out.show(answer, () => keyLines(answer, out.width, out.proseWidth)),
      (answer) => (hasKeyTrouble(answer) ? exitCodes.partBroken : exitCodes.done),
    );
  },
});

const rotate = verb({
  words: "keys rotate",
  group: "Keys",
  summary: "Replace the machine key and seal every secret anew.",
  doc: "Do it when others may have read keys/. The old key stays beside the new one, set aside; nothing is deleted.",
  takes: {},
  flags: { recovery: toggle("Make a new recovery key instead; it is shown this once.") },
  examples: [
    { line: "inetsrv keys rotate", doc: "A new machine key." },
    { line: "inetsrv keys rotate --recovery", doc: "The recovery key was lost, or seen by others." },
  ],
  exits: ["refused", "conflict", "partBroken"],
  run: (context, { recovery }) =>
    answerOf(
      context,
      "allowed",
      "keys.rotate",
      { who: context.world.user, recovery: recovery ? true : undefined },
      (answer) => context.out.show(answer, () => replacedLines(context, answer)),
      codeOf,
    ),
});

const recover = verb({
  words: "keys recover",
  group: "Keys",
  summary: "Bring the secrets back with the recovery key.",
  doc:
    "For when the machine key is lost or broken. The recovery key is asked for without being shown, or read from standard input. It is no word of the command " +
    "line: every user of the machine could read it there.",
  takes: {},
  flags: {},
  examples: [
    { line: "inetsrv keys recover", doc: "Asks for the recovery key." },
    { line: "inetsrv keys recover < recovery-key.txt", doc: "Reads it from a file." },
  ],
  exits: ["refused", "conflict", "partBroken", "interrupted"],
  async run(context) {
    const recoveryKey = await readSecret(context, "The recovery key");
    if (!recoveryKey.ok) return recoveryKey.error;
    const parameters = { who: context.world.user, recoveryKey: recoveryKey.value };
    const show = (answer: ReplacedKey) => context.out.show(answer, () => replacedLines(context, answer));
    return answerOf(context, "allowed", "keys.recover", parameters, show, codeOf);
  },
});

const reseal = verb({
  words: "keys reseal",
  group: "Keys",
  summary: "Seal to the keys in use what is sealed to older ones.",
  takes: {},
  flags: { recoveryKey: toggle("Ask for a recovery key too, to open secrets that came from another installation.") },
  examples: [
    { line: "inetsrv keys reseal --recovery-key", doc: "After importing a configuration of another machine." },
  ],
  exits: ["refused", "conflict", "partBroken", "interrupted"],
  async run(context, given) {
    const key = given.recoveryKey ? await readSecret(context, "The recovery key of that installation") : undefined;
    if (key?.ok === false) return key.error;
    const parameters = { who: context.world.user, recoveryKey: key?.value };
    const show = (answer: ReplacedKey) => context.out.show(answer, () => replacedLines(context, answer));
    return answerOf(context, "allowed", "keys.reseal", parameters, show, codeOf);
  },
});

const exportSecrets = verb({
  words: "keys export",
  group: "Keys",
  summary: "Print all secrets, sealed under a passphrase.",
  doc:
    `The passphrase, of ${PASSPHRASE_LENGTH_MIN} characters or more, is asked for twice without being shown, or read from standard input. ` +
    "The ordinary program age opens what is printed: age -d FILE.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv keys export > secrets.age", doc: "Asks for a passphrase; the file holds every secret." }],
  exits: ["refused", "interrupted"],
  async run(context) {
    const passphrase = await readSecret(context, "The passphrase", { twice: true });
    if (!passphrase.ok) return passphrase.error;
    const { out } = context;
    return answerOf(
      context,
      "allowed",
      "keys.export",
      { who: context.world.user, passphrase: passphrase.value },
      (answer) => (out.json ? out.data(answer) : out.raw(answer.text)),
    );
  },
});

/** Secrets that could not be opened are no full success, whatever else was done. */
const codeOf = ({ unopened }: Resealed): ExitCode => (unopened.length === 0 ? exitCodes.done : exitCodes.partBroken);

function replacedLines({ out }: Context, answer: ReplacedKey): readonly Line[] {
  const { machine, recoveryKey, done, total, unopened } = answer;
  const width = out.proseWidth;
  return [
    ...(machine === undefined ? [] : [`The machine key is now ${machine}.`]),
    total === 0 ? "No secret needed sealing anew." : `Sealed anew: ${done} of ${count(total, "secret")}.`,
    ...(unopened.length === 0 ? [] : ["", toned("bad", "These could not be opened and are as they were:")]),
    ...unopened.flatMap((it) => faultLines(it, width)),
    ...(recoveryKey === undefined ? [] : ["", ...recoveryKeyLines(recoveryKey, width)]),
  ];
}

export const keys: readonly Verb[] = [status, rotate, recover, reseal, exportSecrets];
