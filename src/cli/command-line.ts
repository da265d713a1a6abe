// Takes the words of the command line apart by the rows of the verbs. Pure; what makes no sense is told with what to
// type instead.
import { didYouMean } from "../base/nearest.ts";
import { isFlag, type Misuse, takeArguments, takeFlags } from "./take-words.ts";
import { type Flags, toggle, type Verb, value } from "./verb.ts";

export const globalFlags = {
  home: value("DIR", "The home to work on. Otherwise INETSRV_HOME, then ./home.", { completes: "file" }),
  json: toggle("Print the data as JSON, for programs."),
  noColor: toggle("Print without colours. NO_COLOR does the same, and so does a pipe."),
  help: toggle("Show how a verb is used. Also -h."),
  version: toggle("Show the version."),
} satisfies Flags;

export interface GlobalFlags {
  readonly home: string | undefined;
  readonly json: boolean;
  readonly noColor: boolean;
}

export type CommandLine = { readonly global: GlobalFlags } & (
  | { readonly is: "run"; readonly verb: Verb; readonly given: Readonly<Record<string, unknown>> }
  /** `words` of one verb, of several ("config"), or none for the overview. */
  | { readonly is: "help"; readonly words: string }
  | { readonly is: "version" }
  | { readonly is: "misuse"; readonly sentence: string; readonly hint: string }
);

export function parseCommandLine(verbs: readonly Verb[], words: readonly string[]): CommandLine {
  const { named, verb, rest, misuse: noVerb } = findVerb(verbs, words);
  const { flags, positions, misuse: badFlag } = takeFlags({ ...globalFlags, ...verb?.flags }, rest);
  const global: GlobalFlags = {
    home: flags.home as string | undefined,
    json: flags.json === true,
    noColor: flags.noColor === true,
  };
  const hint = `Type: inetsrv help${verb === undefined ? "" : ` ${verb.words}`}`;
  const misused = ({ sentence }: Misuse): CommandLine => ({ is: "misuse", sentence, hint, global });
  if (noVerb !== undefined) return misused(noVerb);
  if (flags.help === true) return { is: "help", words: named, global };
  if (flags.version === true) return { is: "version", global };
  if (badFlag !== undefined) return misused(badFlag);
  if (verb === undefined) return { is: "help", words: named, global };
  const given = takeArguments(verb, positions);
  if (!given.ok) return misused(given.error);
  const ofVerb = Object.entries(verb.flags).map(([key, it]) => [
    key,
    flags[key] ?? (it.kind === undefined ? false : undefined),
  ]);
  return { is: "run", verb, given: { ...Object.fromEntries(ofVerb), ...given.value }, global };
}

interface Found {
  /** The words that name the verb, or lead to several. */
  readonly named: string;
  readonly verb?: Verb;
  /** All other words, in their order. */
  readonly rest: readonly string[];
  readonly misuse?: Misuse;
}

/** Before the words of the verb only flags of all verbs may stand. */
export function findVerb(verbs: readonly Verb[], words: readonly string[]): Found {
  const before: string[] = [];
  let named = "";
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") break;
    if (isFlag(word)) {
      before.push(word);
      if (word === "--home") before.push(...words.slice(++at, at + 1));
      continue;
    }
    const wanted = named === "" ? word : `${named} ${word}`;
    const verb = verbs.find((it) => it.words === wanted);
    // A verb may begin others: "doctor", and "doctor undo".
    const goesOn = verbs.some((it) => it.words === `${wanted} ${words[at + 1]}`);
    if (verb !== undefined && !goesOn) return { named: wanted, verb, rest: [...before, ...words.slice(at + 1)] };
    if (!verbs.some((it) => it.words.startsWith(`${wanted} `)))
      return { named, rest: words, misuse: { sentence: `"${wanted}" is no verb${nearVerb(verbs, named, wanted)}` } };
    named = wanted;
  }
  return { named, rest: before };
}

function nearVerb(verbs: readonly Verb[], named: string, wanted: string): string {
  const shown = verbs.filter((it) => it.hidden === undefined).map((it) => it.words);
  if (named !== "")
    return didYouMean(
      wanted,
      shown.filter((it) => it.startsWith(`${named} `)),
    );
  return didYouMean(wanted, [...shown, ...shown.map((it) => it.split(" ")[0] ?? "")]);
}
