// `inetsrv completion SHELL` prints a script for the shell; the hidden `inetsrv complete` answers that script.

import { visible } from "../../event/event.ts";
import { choice } from "../../schema/kinds/plain.ts";
import { complete } from "../completion/complete.ts";
import { liveNames } from "../completion/names.ts";
import { completionScripts, shells } from "../completion/scripts.ts";
import { exitCodes } from "../exit-code.ts";
import { any, once, type Verb, verb } from "../verb.ts";

export const completion = verb({
  words: "completion",
  group: "This command",
  summary: "Print the script that completes words with Tab.",
  takes: { shell: once("SHELL", "The shell: bash, zsh or fish.", { kind: choice(shells) }) },
  flags: {},
  examples: [
    { line: 'eval "$(inetsrv completion bash)"', doc: "For this shell; in .bashrc for every shell." },
    { line: "inetsrv completion fish | source", doc: "The same for fish." },
  ],
  exits: [],
  async run({ out }, { shell }) {
    out.raw(completionScripts[shell]);
    return exitCodes.done;
  },
});

export const completeVerb = (verbs: () => readonly Verb[]): Verb =>
  verb({
    words: "complete",
    hidden: true,
    group: "This command",
    summary: "Answer the script of `inetsrv completion`.",
    takes: { words: any("WORD", "The words typed so far, the last one perhaps empty.") },
    flags: {},
    examples: [{ line: "inetsrv complete -- config s", doc: "Prints what may follow, one word a line." }],
    exits: [],
    async run(context, { words }) {
      const { program, out } = context;
      const found = await complete({ model: program.model, verbs: verbs(), names: liveNames(context) }, words);
      const lines = found === "files" ? [":files"] : found.map(({ word, doc }) => `${visible(word)}\t${visible(doc)}`);
      if (lines.length > 0) out.raw(lines.join("\n"));
      return exitCodes.done;
    },
  });
