// Finds which of its passwords an account was called with, for the same work whether it is right, wrong, or there is no
// such account. What the answer means is for others to say.
import type { Password } from "../account.ts";
import { saslprep } from "../sasl/saslprep.ts";
import type { BillRow } from "./bill.ts";
import { type Question, questionsOf } from "./question.ts";
import type { Scheme } from "./scheme.ts";
import { decoyOf } from "./schemes.ts";

/** Computes one question; a test counts what is asked of it. */
export type Compute = (scheme: Scheme, ...of: Parameters<Scheme["find"]>) => Promise<number>;
export const computeHere: Compute = (scheme, ...of) => scheme.find(...of);

/** Longer ones are nobody's. */
export const PASSWORD_BYTES_MAX = 1024;

/**
 * The bill is paid in full unless a password fits: that one does is told anyway. Everything else, no passwords at all
 * included, computes what an account with the most hashes of every kind would.
 */
export async function findPassword(
  passwords: readonly Password[],
  given: string,
  bill: readonly BillRow[],
  compute: Compute = computeHere,
): Promise<Password | undefined> {
  const asTyped = Buffer.from(given).subarray(0, PASSWORD_BYTES_MAX);
  const prepared = Buffer.from(saslprep(given) ?? given).subarray(0, PASSWORD_BYTES_MAX);
  const own = Map.groupBy(questionsOf(passwords), (it) => it.hash.recipe);
  for (const { recipe, count } of bill) {
    // Other programs hashed what was typed; what we hash is prepared, so that SCRAM and PLAIN mean the same password.
    const password = recipe.scheme.name === "argon2id" ? prepared : asTyped;
    for (let index = 0; index < count; index++) {
      const question = own.get(recipe.recipe)?.[index];
      const { hash, tags } = question ?? decoyQuestion(recipe);
      const found = await compute(recipe.scheme, password, recipe.recipe, hash.salt, tags);
      const match = question?.passwords[found];
      if (match !== undefined && Buffer.byteLength(given) <= PASSWORD_BYTES_MAX) return match;
    }
  }
  return undefined;
}

function decoyQuestion(recipe: BillRow["recipe"]): Pick<Question, "hash" | "tags"> {
  const decoy = decoyOf(recipe);
  return { hash: decoy, tags: [decoy.tag] };
}
