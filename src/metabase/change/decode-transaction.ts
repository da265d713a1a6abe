// A transaction as it comes through the control door: unknown JSON in, a typed transaction or all its problems out.
// Settings are left as they are; the metabase decodes them against the model.
import { isObject, type Json } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import { type Problem, problem } from "../../schema/decode.ts";
import type { Edit } from "./edit.ts";
import type { Transaction } from "./transaction.ts";

/** More than any tree has nodes. */
export const EDITS_MAX = 200_000;

const fields = {
  who: "string",
  why: "string",
  expect: "number",
  confirmWithinMs: "number",
  dryRun: "boolean",
  edits: "object",
} as const;
const needed = ["who", "why", "edits"];

export function decodeTransaction(given: unknown): Result<Transaction, readonly Problem[]> {
  if (!isObject(given)) return bad([problem("transaction", null, `an object with ${needed.join(", ")}`)]);
  const problems: Problem[] = [];
  for (const key of needed) if (given[key] === undefined) problems.push(problem(key, null, "a value"));
  for (const [key, value] of Object.entries(given)) {
    const type = Object.hasOwn(fields, key) ? fields[key as keyof typeof fields] : undefined;
    if (type === undefined) problems.push(problem(key, key, `one of ${Object.keys(fields).join(", ")}`));
    else if (typeof value !== type) problems.push(problem(key, value as Json, `a ${type}`));
  }
  const { edits } = given;
  if (!Array.isArray(edits) || edits.length > EDITS_MAX)
    problems.push(problem("edits", null, `a list of at most ${EDITS_MAX} edits`));
  else
    for (const [index, edit] of edits.entries())
      if (!isEdit(edit))
        problems.push(problem(`edits/${index}`, null, "{at, set}, {at, create} or {at, remove: true}"));
  return problems.length > 0 ? bad(problems) : good(given as unknown as Transaction);
}

function isEdit(given: unknown): given is Edit {
  if (!isObject(given) || typeof given.at !== "string" || Object.keys(given).length !== 2) return false;
  return isObject(given.set) || isObject(given.create) || given.remove === true;
}
