// What may stand where the cursor is: the next word of a verb, a flag, or what the row of the verb says about the word.
import { findVerb, globalFlags } from "../command-line.ts";
import { isFlag, takeFlags } from "../take-words.ts";
import { type Argument, type Flag, type Flags, flagWord } from "../verb.ts";
import { type Candidate, candidatesFor, nextWords, type Place, valueCandidates } from "./candidates.ts";

export type Completion = readonly Candidate[] | "files";

/** `words` are all behind the command's own name; the last is the one being typed and may be empty. */
export async function complete(
  world: Pick<Place, "model" | "verbs" | "names">,
  words: readonly string[],
): Promise<Completion> {
  const before = words.slice(0, -1);
  const typed = words.at(-1) ?? "";
  const { verb, named, rest, misuse } = findVerb(world.verbs, before);
  if (misuse !== undefined) return [];
  const known: Flags = { ...globalFlags, ...verb?.flags };
  const { positions } = takeFlags(known, rest);
  const place: Place = { ...world, before: positions, typed };

  const equals = typed.indexOf("=");
  if (isFlag(typed) && equals > 0) {
    const name = typed.slice(0, equals);
    const values = await forFlag(flagNamed(known, name), { ...place, typed: typed.slice(equals + 1) });
    return values === "files"
      ? values
      : starting(
          values.map((it) => ({ ...it, word: `${name}=${it.word}` })),
          typed,
        );
  }
  const asked = flagNamed(known, before.at(-1) ?? "");
  if (asked?.kind !== undefined) return limited(await forFlag(asked, place), typed);
  if (isFlag(typed)) return starting(flagCandidates(known, rest), typed);
  if (verb === undefined) return starting(nextWords(world.verbs, named), typed);

  const rows = Object.values(verb.takes);
  const last = rows.at(-1);
  const several = last?.times === "many" || last?.times === "any";
  const row = rows[positions.length] ?? (several ? last : undefined);
  if (row === undefined) return starting(flagCandidates(known, rest), typed);
  // The words that belong to a row of many begin behind those of the rows before.
  const own = row.completes === "pairs" || row.completes === "verb" ? positions.slice(rows.indexOf(row)) : positions;
  const completion = limited(await forWord(row, { ...place, before: own }), typed);
  // A verb may begin others: "doctor", and "doctor undo".
  const further = positions.length === 0 ? starting(nextWords(world.verbs, named), typed) : [];
  return completion === "files" ? completion : [...further, ...completion];
}

const flagNamed = (known: Flags, word: string): Flag | undefined =>
  Object.entries(known).find(([key]) => flagWord(key) === word)?.[1];

async function forFlag(flag: Flag | undefined, place: Place): Promise<Completion> {
  return flag?.kind === undefined ? [] : forWord({ kind: flag.kind, completes: flag.completes }, place);
}

const forWord = async (
  { kind, completes }: Pick<Argument, "kind" | "completes">,
  place: Place,
): Promise<Completion> => {
  if (completes === "file") return "files";
  return kind.choices === undefined && kind.refersTo === undefined
    ? candidatesFor[completes](place)
    : valueCandidates(kind, place);
};

const flagCandidates = (known: Flags, used: readonly string[]): readonly Candidate[] =>
  Object.entries(known)
    .map(([key, { doc }]) => ({ word: flagWord(key), doc }))
    .filter(({ word }) => !used.some((it) => it === word || it.startsWith(`${word}=`)));

const starting = (candidates: readonly Candidate[], typed: string): readonly Candidate[] =>
  candidates.filter(({ word }) => word.startsWith(typed));

const limited = (completion: Completion, typed: string): Completion =>
  completion === "files" ? completion : starting(completion, typed);
