// A hash of something that is never kept itself, such as a password. It is not sealed: a lost machine key must never
// keep anybody from logging in. Nor is it shown: who reads a hash can try passwords on it for as long as he likes.
import { isObject, type JsonObject } from "../../base/json.ts";
import { accept, type Kind, refuse } from "../kind.ts";

/** As it is kept and exported; where values are shown, a marker takes its place. */
export interface HashValue extends JsonObject {
  readonly $hash: string;
}

const HASH_LENGTH_MAX = 1024;

export const isHashValue = (given: unknown): given is HashValue =>
  isObject(given) &&
  Object.keys(given).length === 1 &&
  typeof given.$hash === "string" &&
  given.$hash.length <= HASH_LENGTH_MAX;

/** `parse` reads the text inside; what it cannot read is refused without being repeated. */
export function hash<T>(
  name: string,
  wish: string,
  parse: (text: string) => T | undefined,
  print: (value: T) => string,
): Kind<T, HashValue> {
  return {
    name,
    wish,
    decode(given) {
      const value = isHashValue(given) ? parse(given.$hash) : undefined;
      return value === undefined ? refuse("(not shown)", wish) : accept(value);
    },
    print: (value) => ({ $hash: print(value) }),
    jsonSchema: { type: "object", description: wish },
    hidden: true,
  };
}
