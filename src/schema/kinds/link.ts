// Values that point elsewhere: the name of another entry, and a secret that is held sealed. Pure.
import { isObject, type JsonObject } from "../../base/json.ts";
import { accept, type Kind, refuse } from "../kind.ts";
import { text } from "./plain.ts";

/** The name of an entry of a collection, such as "www/sites"; the metabase refuses one that does not exist. */
export function reference(collection: string): Kind<string, string> {
  return {
    ...text({ min: 1, max: 255 }),
    name: `entry of ${collection}`,
    wish: `the name of an entry of ${collection}`,
    refersTo: collection,
    links: (name) => [{ collection, name }],
  };
}

/** A secret as it is kept: the age file and the ids of the keys that open it. */
export interface SealedValue extends JsonObject {
  readonly $sealed: { readonly keys: readonly string[]; readonly age: string };
}

const SEALED_LENGTH_MAX = 128 * 1024;

export function isSealedValue(given: unknown): given is SealedValue {
  if (!isObject(given) || Object.keys(given).length !== 1 || !isObject(given.$sealed)) return false;
  const { keys, age, ...more } = given.$sealed;
  return (
    Object.keys(more).length === 0 &&
    Array.isArray(keys) &&
    keys.length > 0 &&
    keys.length <= 8 &&
    keys.every((it) => typeof it === "string" && /^[a-z]+-[0-9a-f]{8}$/.test(it)) &&
    typeof age === "string" &&
    age.length <= SEALED_LENGTH_MAX &&
    age.startsWith("-----BEGIN AGE ENCRYPTED FILE-----")
  );
}

/** Clear text is sealed at the door of the metabase; what a node holds is only ever the sealed form. */
export const secret: Kind<SealedValue, SealedValue> = {
  name: "secret",
  wish: "a secret, given on standard input or as a text that is sealed at once",
  decode: (given) =>
    isSealedValue(given) ? accept(given) : refuse("(not shown)", "a sealed secret: set it with `inetsrv config set`"),
  print: (value) => value,
  jsonSchema: { type: ["object", "string"], description: "a sealed secret, or clear text that is sealed on arrival" },
  secret: true,
};
