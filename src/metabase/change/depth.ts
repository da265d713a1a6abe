// How deep a value from outside may be nested, asked before anything walks into it. Pure.
import type { Json } from "../../base/json.ts";
import { type Problem, problem } from "../../schema/decode.ts";

/** More than any model or setting nests. */
const DEPTH_MAX = 64;

export const depthProblems = (given: Json, path: string): readonly Problem[] =>
  isDeeper(given, DEPTH_MAX) ? [problem(path, null, `values nested at most ${DEPTH_MAX} deep`)] : [];

/** Looks no further than that, however deep it is. */
function isDeeper(value: Json, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((it) => isDeeper(it as Json, levels - 1));
}
