// What stands for a secret wherever one is shown: that there is one, and nothing of it. Given back in a document, it
// means the secret that is there. Pure.
import { isObject, type Json, type JsonObject } from "../../base/json.ts";
import { isSealedValue } from "../../schema/kinds/link.ts";

export const secretMarker: JsonObject = Object.freeze({ $secret: "sealed" });

export const isSecretMarker = (given: unknown): boolean =>
  isObject(given) && Object.keys(given).length === 1 && given.$secret === "sealed";

/** The value with every secret in it hidden, however deep. */
export function hideSecrets(value: Json): Json {
  if (isSealedValue(value)) return secretMarker;
  if (Array.isArray(value)) return value.map(hideSecrets);
  if (isObject(value))
    return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, hideSecrets(it as Json)]));
  return value;
}
