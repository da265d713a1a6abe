// How well a text fits the known phrases of articles: words in common, rare words weighing more, small misspellings
// forgiven. Pure; bounded in what it looks at.
import { nearest } from "../base/nearest.ts";

export interface Phrased<T> {
  readonly article: T;
  readonly phrases: readonly string[];
}
export interface Match<T> {
  readonly article: T;
  readonly score: number;
}

const QUERY_CHARACTERS_MAX = 4000;
const GUESSED_WORDS_MAX = 20;
const SCORE_MIN = 0.25;
const SPELLING_LENGTH_MIN = 5;
const FOREIGN_IN = 4; // a word that no phrase has weighs like one of so many articles

/** Words and numbers; `0x80090006` and `w3pcfg.dll` stay whole, `{parameters}` are left out. */
export function wordsOf(text: string): ReadonlySet<string> {
  const plain = text
    .slice(0, QUERY_CHARACTERS_MAX)
    .toLowerCase()
    .replaceAll(/\{\w+\}/g, " ");
  const words = plain.match(/[\p{L}\p{N}]+(?:[._'][\p{L}\p{N}]+)*/gu) ?? [];
  return new Set(words.map((word) => word.replace(/^0+(?=\d+$)/, ""))); // old screens wrote 0006 for 6
}

/** Prepares the phrases once; the answer ranks the articles for a text, best first. */
export function matcher<T>(known: readonly Phrased<T>[]): (text: string) => readonly Match<T>[] {
  const indexed = known.map(({ article, phrases }) => ({ article, phrases: phrases.map(wordsOf) }));
  const articlesWith = new Map<string, number>();
  for (const { phrases } of indexed)
    for (const word of new Set(phrases.flatMap((it) => [...it])))
      articlesWith.set(word, (articlesWith.get(word) ?? 0) + 1);
  const weight = (word: string): number => Math.log(1 + known.length / (articlesWith.get(word) ?? FOREIGN_IN)) ** 2;
  const sum = (words: Iterable<string>): number => [...words].reduce((total, word) => total + weight(word), 0);

  return (text) => {
    const query = respelled(wordsOf(text), articlesWith);
    const score = (phrase: ReadonlySet<string>): number => {
      const shared = sum(phrase.intersection(query));
      const precise = shared / Math.max(sum(phrase), Number.EPSILON);
      const covered = shared / Math.max(sum(query), Number.EPSILON);
      return Math.max(precise * (0.4 + 0.6 * covered), 0.8 * covered);
    };
    return indexed
      .map(({ article, phrases }) => ({ article, score: Math.max(0, ...phrases.map(score)) }))
      .filter((it) => it.score >= SCORE_MIN)
      .sort((left, right) => right.score - left.score);
  };
}

/** Words nobody knows become the known word they are nearest to; numbers are never guessed. */
function respelled(words: ReadonlySet<string>, vocabulary: ReadonlyMap<string, number>): ReadonlySet<string> {
  const result = new Set<string>();
  let guesses = 0;
  for (const word of words) {
    const guess = !vocabulary.has(word) && word.length >= SPELLING_LENGTH_MIN && !/\d/.test(word);
    const known = guess && guesses++ < GUESSED_WORDS_MAX ? nearest(word, vocabulary.keys()) : undefined;
    result.add(known ?? word);
  }
  return result;
}
