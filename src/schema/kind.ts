// A kind of value a setting can hold: how it is read strictly, how it is written back, and how it is told to people.
// Pure; a kind knows nothing of the setting that uses it.
import type { Json, JsonObject } from "../base/json.ts";
import type { Result } from "../base/result.ts";

/** One thing wrong inside a value: where, what was given, and what would have been right. */
export interface Complaint {
  readonly at: readonly (string | number)[];
  readonly given: Json;
  readonly wish: string;
}

export type Decoded<T> = Result<T, readonly Complaint[]>;

/** Address, port and host name that a setting takes for its owner alone. */
export interface Claim {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  /** TLS from the first byte: on one address and port all begin so, or none. */
  readonly secure: boolean;
}

/** An entry of a collection that a setting names: "default" of "www/sites". */
export interface Link {
  readonly collection: string;
  readonly name: string;
}

/** `T` is what the program works with, `Written` what a person writes; `print` gives the one canonical spelling. */
export interface Kind<T, Written extends Json = Json> {
  /** As the manual calls it: "duration", "list of addresses". */
  readonly name: string;
  /** What is accepted, to be read after "needs": "a whole number from 0 to 10". */
  readonly wish: string;
  decode(given: Json): Decoded<T>;
  print(value: T): Json;
  readonly jsonSchema: JsonObject;
  /** All values, when they are few: help and completion offer them. */
  readonly choices?: readonly string[];
  /** A spelling for help and manual. */
  readonly example?: Written;
  /** Held only sealed, never shown. */
  readonly secret?: true;
  /** Held as it is, never shown: see kinds/hash.ts. */
  readonly hidden?: true;
  /** The collection whose entries may be named, such as "www/sites". */
  readonly refersTo?: string;
  links?(value: T): readonly Link[];
  claims?(value: T): readonly Claim[];
}

export const accept = <T>(value: T): Decoded<T> => ({ ok: true, value });
export const refuse = (given: Json, wish: string): Decoded<never> => ({
  ok: false,
  error: [{ at: [], given, wish }],
});

/** The complaints of a part, seen from the whole. */
export const within = (step: string | number, complaints: readonly Complaint[]): readonly Complaint[] =>
  complaints.map((it) => ({ ...it, at: [step, ...it.at] }));

/** A kind that is a text with a rule of its own: `parse` gives the value or nothing. */
export function textual<T>(
  name: string,
  wish: string,
  example: string,
  parse: (text: string) => T | undefined,
  print: (value: T) => string,
): Kind<T, string> {
  return {
    name,
    wish,
    example,
    decode(given) {
      const value = typeof given === "string" && given.length <= TEXT_LENGTH_MAX ? parse(given) : undefined;
      return value === undefined ? refuse(given, wish) : accept(value);
    },
    print,
    jsonSchema: { type: "string", description: wish },
  };
}

/** No single text of the configuration needs more. */
export const TEXT_LENGTH_MAX = 16_384;
