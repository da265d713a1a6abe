// What is computed to find out whether a password is one of an account's. A question is one computation; its recipe
// decides what it costs. Pure.
import type { Password } from "../account.ts";
import type { StoredHash } from "./scheme.ts";

export interface Question {
  readonly hash: Pick<StoredHash, "scheme" | "recipe" | "salt">;
  /** Those whose hash has this recipe and this salt: one computation answers for all of them. */
  readonly passwords: readonly Password[];
  readonly tags: readonly string[];
}

/** As many as the passwords have pairs of recipe and salt: one, when all of them were set here. */
export function questionsOf(passwords: readonly Password[]): readonly Question[] {
  const hashed = passwords.flatMap((it) => (it.hash === undefined ? [] : [{ password: it, hash: it.hash }]));
  const groups = Map.groupBy(hashed, ({ hash }) => `${hash.recipe} ${hash.salt}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    return [{ hash: first.hash, passwords: group.map((it) => it.password), tags: group.map((it) => it.hash.tag) }];
  });
}
