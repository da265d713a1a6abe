// The bounds of what an author says about a change. Pure.
import { type Problem, problem } from "../../schema/decode.ts";
import { text, whole } from "../../schema/kinds/plain.ts";
import type { Author } from "./transaction.ts";

const who = text({ min: 1, max: 200 });
const why = text({ max: 2000 });
const expect = whole({ min: 0, max: Number.MAX_SAFE_INTEGER });
const confirmWithinMs = whole({ min: 1000, max: 7 * 86_400_000 });

export function authorProblems(author: Author): readonly Problem[] {
  const fields = { who, why, expect, confirmWithinMs };
  return Object.entries(fields).flatMap(([key, kind]) => {
    const given = author[key as keyof typeof fields];
    if (given === undefined) return [];
    const fits = kind.decode(given).ok && (typeof given === "number" || given.isWellFormed());
    return fits ? [] : [problem(key, given, kind.wish)];
  });
}
