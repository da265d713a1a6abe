// `inetsrv help` and `inetsrv version`.

import { didYouMean } from "../../base/nearest.ts";
import type { Context } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { overview, verbHelp } from "../help.ts";
import { any, type Verb, verb } from "../verb.ts";

export const helpVerb = (verbs: () => readonly Verb[]): Verb =>
  verb({
    words: "help",
    group: "This command",
    summary: "Show all verbs, or how one is used.",
    takes: { words: any("VERB", "A verb such as status or config set.", { completes: "verb" }) },
    flags: {},
    examples: [
      { line: "inetsrv help config set", doc: "The same as `inetsrv config set --help`." },
      { line: "inetsrv help config", doc: "All verbs that begin with config." },
    ],
    exits: [],
    run: async ({ out }, { words }) => showHelp({ out }, verbs(), words.join(" ")),
  });

export function showHelp({ out }: Pick<Context, "out">, verbs: readonly Verb[], words: string): number {
  const one = verbs.find((it) => it.words === words);
  if (one !== undefined) out.lines(verbHelp(one, out.proseWidth));
  else if (words === "" || verbs.some((it) => it.words.startsWith(`${words} `)))
    out.lines(overview(verbs, words, out.proseWidth));
  else
    return out.misused(
      `"${words}" is no verb${didYouMean(
        words,
        verbs.map((it) => it.words),
      )}`,
      "Type: inetsrv help",
    );
  return exitCodes.done;
}

export const version = verb({
  words: "version",
  group: "This command",
  summary: "Print the version.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv version", doc: "Prints one line; --version is the same." }],
  exits: [],
  async run({ program, out }) {
    out.show({ version: program.version }, () => [`inetsrv ${program.version}`]);
    return exitCodes.done;
  },
});
