// `inetsrv doctor`: what is wrong with the home and the server, why, and what mends it; and mends it where that is safe.
import { didYouMean } from "../../base/nearest.ts";
import { good } from "../../base/result.ts";
import { shellWord } from "../../base/shell-word.ts";
import type { DoctorAnswer } from "../../doctor/doctor.ts";
import { refusal } from "../../supervisor/operation.ts";
import { exitCodes } from "../exit-code.ts";
import { tableLines } from "../look/table.ts";
import { readText } from "../text-input.ts";
import { any, maybe, toggle, type Verb, value, verb } from "../verb.ts";
import { doctorLines, undoneLines } from "../views/doctor-view.ts";

const KEY_BYTES_MAX = 64 * 1024;

const examine = verb({
  words: "doctor",
  group: "What happened",
  summary: "Find what is wrong with the home and the server, and why.",
  doc:
    "Looks at everything that has kept a server from starting or serving, whether one runs or not, and also when the configuration is damaged. What follows from something else " +
    "stands below it. Nothing is changed without --fix; what --fix changes is kept first, and `inetsrv doctor undo` puts it back. It deletes no mail, no key and no configuration. " +
    "With names of checks only those are carried out, and what they need.",
  takes: { checks: any("CHECK", "The name of a check, as `inetsrv doctor list` shows them.") },
  flags: {
    fix: toggle("Mend what can be mended safely, look again, and say what is left."),
    offline: toggle("Ask no other machine: no name server, no smart host."),
    strict: toggle("End with an exit code for warnings too."),
    recoveryKeyFile: value(
      "FILE",
      "With --fix: the file that holds the recovery key, for secrets that no longer open.",
      {
        completes: "file",
      },
    ),
  },
  examples: [
    { line: "inetsrv doctor", doc: "What is wrong, causes first; the exit code says the same to a monitor." },
    { line: "inetsrv doctor --fix", doc: "Mends what is safe, and says what a person must do." },
    { line: "inetsrv doctor ports certificates", doc: "Only these two." },
  ],
  exits: ["refused", "partBroken"],
  async run(context, { checks, fix, offline, strict, recoveryKeyFile }) {
    const { program, home, out, world } = context;
    const known = program.doctor.checks().map((it) => it.name);
    const unknown = checks.find((it) => !known.includes(it));
    if (unknown !== undefined)
      return out.refused(
        refusal(
          "unknown",
          `There is no check ${shellWord(unknown)}${didYouMean(unknown, known)}. See them: inetsrv doctor list`,
        ),
      );
    const given =
      recoveryKeyFile === undefined ? good(undefined) : await readText(context, recoveryKeyFile, KEY_BYTES_MAX);
    if (!given.ok) return out.failed(given.error, exitCodes.refused);
    const options = { offline, fix, wanted: checks, recoveryKey: given.value?.trim(), who: world.user };
    const answer = await program.doctor.consult(home, options);
    out.show(answer, () => doctorLines(answer, out.proseWidth));
    return codeOf(answer, strict);
  },
});

function codeOf({ healthy, findings, left = findings }: DoctorAnswer, strict: boolean) {
  return !healthy || (strict && left.length > 0) ? exitCodes.partBroken : exitCodes.done;
}

const undo = verb({
  words: "doctor undo",
  group: "What happened",
  summary: "Put back what doctor --fix has changed.",
  doc: "What it replaces is kept beside it; nothing is deleted. End the server first where keys or the configuration were mended.",
  takes: { id: maybe("ID", "Which one, as --fix has named it; the last one without it.") },
  flags: {},
  examples: [{ line: "inetsrv doctor undo", doc: "The last one." }],
  exits: ["refused", "conflict", "partBroken"],
  run({ program, home, out }, { id }) {
    const undone = program.doctor.undo(home, id);
    if (!undone.ok) return Promise.resolve(out.refused(undone.error));
    out.show(undone.value, () => undoneLines(undone.value, out.proseWidth));
    return Promise.resolve(undone.value.left.length === 0 ? exitCodes.done : exitCodes.partBroken);
  },
});

const list = verb({
  words: "doctor list",
  group: "What happened",
  summary: "List the checks of the doctor and what each looks at.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv doctor list", doc: "Their names can be given to `inetsrv doctor`." }],
  exits: [],
  run({ program, out }) {
    const checks = program.doctor.checks();
    out.show(checks, () =>
      tableLines(
        [{ title: "Check" }, { title: "Looks at", yields: 1 }],
        checks.map(({ name, title }) => [name, title]),
        out.width,
      ),
    );
    return Promise.resolve(exitCodes.done);
  },
});

export const doctor: readonly Verb[] = [examine, undo, list];
