// Reads flags and arguments by their rows. Pure; words that fit nowhere are told, but not repeated where they could
// be a secret that was typed in the wrong place.
import { didYouMean } from "../base/nearest.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Kind } from "../schema/kind.ts";
import { count } from "./look/moment.ts";
import { readValue } from "./value-text.ts";
import { type Argument, type Flags, flagWord, type Verb } from "./verb.ts";

export interface Misuse {
  readonly sentence: string;
}

/** "-" alone is standard input, and "-1" a value. */
export const isFlag = (word: string): boolean => word.startsWith("-") && word !== "-" && !/^-\d/.test(word);

export interface TakenFlags {
  readonly flags: Readonly<Record<string, unknown>>;
  /** The words that are no flags. */
  readonly positions: readonly string[];
  readonly misuse?: Misuse;
}

export function takeFlags(known: Flags, words: readonly string[]): TakenFlags {
  const keys = new Map(Object.keys(known).map((key) => [flagWord(key), key]));
  const flags: Record<string, unknown> = {};
  const positions: string[] = [];
  const wrong: string[] = [];

  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--") {
      positions.push(...words.slice(at + 1));
      break;
    }
    if (!isFlag(word)) {
      positions.push(word);
      continue;
    }
    const equals = word.indexOf("=");
    const typed = equals < 0 ? word : word.slice(0, equals);
    const name = typed === "-h" ? "--help" : typed;
    const key = keys.get(name) ?? "";
    const flag = known[key];
    if (flag === undefined) wrong.push(`${name} is no flag here${didYouMean(name, keys.keys())}`);
    else if (Object.hasOwn(flags, key)) wrong.push(`${name} is given twice`);
    else if (flag.kind === undefined) {
      flags[key] = true;
      if (equals >= 0) wrong.push(`${name} takes no value`);
    } else {
      const read = readWord(name, flag.kind, equals < 0 ? words[++at] : word.slice(equals + 1));
      if (read.ok) flags[key] = read.value;
      else wrong.push(read.error.sentence);
    }
  }
  return { flags, positions, ...(wrong.length === 0 ? {} : { misuse: { sentence: wrong.join("; ") } }) };
}

export function takeArguments(
  verb: Verb,
  positions: readonly string[],
): Result<Readonly<Record<string, unknown>>, Misuse> {
  const given: Record<string, unknown> = {};
  let left = positions;
  for (const [key, { times, shown, kind, doc }] of Object.entries(verb.takes)) {
    const several = times === "many" || times === "any";
    const taken = several ? left : left.slice(0, 1);
    left = left.slice(taken.length);
    if (taken.length === 0 && (times === "once" || times === "many"))
      return bad({ sentence: `inetsrv ${verb.words} needs ${shown}: ${doc}` });
    const values: unknown[] = [];
    for (const text of taken) {
      const read = readWord(shown, kind, text);
      if (!read.ok) return read;
      values.push(read.value);
    }
    given[key] = several ? values : values[0];
  }
  if (left.length === 0) return good(given);
  const most = positions.length - left.length;
  return bad({
    sentence: `inetsrv ${verb.words} takes ${most === 0 ? "no words" : `${count(most, "word")} and no more`}`,
  });
}

function readWord(name: string, kind: Kind<unknown>, text: string | undefined): Result<unknown, Misuse> {
  if (text === undefined) return bad({ sentence: `${name} needs a value: ${kind.wish}` });
  const decoded = kind.decode(readValue(kind, text));
  return decoded.ok ? decoded : bad({ sentence: `${name} is "${text}", but needs ${kind.wish}` });
}

export const shownTimes = ({ shown, times }: Argument): string =>
  times === "once" ? shown : times === "maybe" ? `[${shown}]` : times === "many" ? `${shown} ...` : `[${shown} ...]`;
