// What stands for a secret wherever one is shown: that there is one, and nothing of it. Given back in a document, it
// means the secret that is there. Pure.
import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { isHashValue } from "../../schema/kinds/hash.ts";
import { isSealedValue } from "../../schema/kinds/link.ts";

export const secretMarker: JsonObject = Object.freeze({ $secret: "sealed" });

/** The same for a hash, which is kept unsealed: its owner may want to know why no key is missing for it. */
export const hashMarker: JsonObject = Object.freeze({ $secret: "hash" });

export const isSecretMarker = (given: unknown): boolean =>
  isObject(given) && Object.keys(given).length === 1 && (given.$secret === "sealed" || given.$secret === "hash");

/** What is never shown, sealed or not. */
export const isSecretValue = (given: unknown): boolean => isSealedValue(given) || isHashValue(given);

/** The value with every secret in it hidden, however deep. */
export function hideSecrets(value: Json): Json {
  if (isSealedValue(value)) return secretMarker;
  if (isHashValue(value)) return hashMarker;
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, hideSecrets(it as Json)]));
  return value;
}
