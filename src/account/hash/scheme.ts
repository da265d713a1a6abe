// What a way of hashing passwords is to those who only want to know whether a password is right. Interface only; the
// ways that are known stand in schemes.ts.

export interface Scheme {
  /** As people call it: "bcrypt". */
  readonly name: string;
  /**
   * Three groups. `recipe` is what decides the cost: the algorithm with its parameters; `salt`; and `tag`, which is the
   * result. Two hashes of one recipe and one salt take a single computation.
   */
  readonly pattern: RegExp;
  /** Follows a recipe, and makes with it a hash that costs as much as any other and that no password fits. */
  readonly decoy: string;
  /** Why hashes of this recipe are not taken, as the end of a sentence. */
  tooDear(recipe: string): string | undefined;
  /** Which of the tags is the one of the password; -1 when none is. All of them are looked at, whichever fits. */
  find(password: Uint8Array, recipe: string, salt: string, tags: readonly string[]): Promise<number>;
}

/** A stored hash, taken apart. */
export interface StoredHash {
  readonly scheme: Scheme;
  readonly recipe: string;
  readonly salt: string;
  readonly tag: string;
}

/** Compares as text of one length, and takes as long wherever the difference is. */
export function sameText(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let at = 0; at < left.length; at++) difference |= left.charCodeAt(at) ^ right.charCodeAt(at % right.length);
  return difference === 0;
}

/** `find` for an algorithm that can be given its salt: computed once, compared with every tag. */
export const findByTag =
  (compute: (password: Uint8Array, recipe: string, salt: string) => Promise<string>): Scheme["find"] =>
  async (password, recipe, salt, tags) => {
    const computed = await compute(password, recipe, salt);
    let found = -1;
    for (const [index, tag] of tags.entries()) if (sameText(tag, computed)) found = index;
    return found;
  };

/** Lets everybody else have a turn: what computes for long in this thread calls it every few milliseconds. */
export const breathe = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
