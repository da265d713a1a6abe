// Makes what is kept of a new password: an argon2id hash, and beside it what SCRAM needs. The password itself goes no
// further.
import { createHmac } from "node:crypto";
import type { JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Account, Password } from "./account.ts";
import { argon2id, hashWithArgon2id, recipeOf, unpadded } from "./hash/argon2id.ts";
import type { Recipe } from "./hash/bill.ts";
import { PASSWORD_BYTES_MAX } from "./hash/find-password.ts";
import { argon2idHash, scramHash } from "./hash/hash-kinds.ts";
import { makeScramSecret, type ScramSecret } from "./hash/scram-secret.ts";
import { saslprep } from "./sasl/saslprep.ts";
import type { AccountValues } from "./settings.ts";

/** How passwords are kept here. */
export interface HashRules {
  readonly house: Recipe;
  readonly scram: boolean;
  readonly scramIterations: number;
  /** Tells this home from every other; strangers do not know it. */
  readonly instance: string;
}

export const hashRules = (settings: AccountValues, instance: string): HashRules => ({
  house: {
    scheme: argon2id,
    recipe: recipeOf({ memoryKiB: Math.floor(settings.argon2Memory / 1024), passes: settings.argon2Passes }),
  },
  scram: settings.scram,
  scramIterations: settings.scramIterations,
  instance,
});

/** Salt and iterations of an account, RFC 5802 §5.1: one for all its passwords, as SCRAM asks before it knows which. */
export type ScramTerms = Pick<ScramSecret, "salt" | "iterations">;

/**
 * Of an account without passwords, and of one that is not there, they follow from its name: asked again tomorrow the
 * answer is the same, as it would be for an account.
 */
export function scramTerms(account: Pick<Account, "name" | "passwords">, rules: HashRules): ScramTerms {
  const first = account.passwords.find((it) => it.scram !== null)?.scram;
  if (first !== undefined && first !== null) return { salt: first.salt, iterations: first.iterations };
  return { salt: saltFor(account.name, rules.instance).toString("base64"), iterations: rules.scramIterations };
}

/**
 * The settings of a new password. It has the salt of the account's others, so that one computation answers for all:
 * a login costs the same whether somebody has one device or ten.
 */
export async function hashedSettings(
  account: Pick<Account, "name" | "passwords">,
  prepared: string,
  rules: HashRules,
): Promise<JsonObject> {
  const { house } = rules;
  const sibling = account.passwords.find((it) => it.hash?.recipe === house.recipe)?.hash;
  const salt = sibling?.salt ?? unpadded(saltFor(account.name, rules.instance));
  const hash = await hashWithArgon2id(Buffer.from(prepared), house.recipe, salt);
  const terms = scramTerms(account, rules);
  const scram = rules.scram ? await makeScramSecret(prepared, terms.salt, terms.iterations) : null;
  return {
    argon2id: argon2idHash.print(hash),
    scram: scram === null ? null : scramHash.print(scram),
    foreign: null,
  };
}

/** It was hashed by another program, with other parameters, or when SCRAM was off. */
export const isOutdated = ({ hash, scram }: Password, rules: HashRules): boolean =>
  hash?.recipe !== rules.house.recipe || (rules.scram && scram === null);

/** The password in the spelling that is hashed, or why it cannot be one, to be read after "it". */
export function acceptPassword(
  given: string,
  account: { readonly name: string; readonly fullName: string },
  lengthMin: number,
): Result<string, string> {
  const prepared = saslprep(given);
  if (prepared === undefined)
    return bad("holds characters that cannot be typed everywhere, such as control characters");
  if ([...prepared].length < lengthMin)
    return bad(`has fewer than ${lengthMin} characters (account/passwordLengthMin)`);
  if (Buffer.byteLength(prepared) > PASSWORD_BYTES_MAX) return bad(`is longer than ${PASSWORD_BYTES_MAX} bytes`);
  const own = [account.name, account.name.split("@")[0], account.fullName].map((it) => it?.toLowerCase());
  if (own.includes(prepared.toLowerCase())) return bad("is the name of its user, which is what is tried first");
  return good(prepared);
}

const SALT_BYTES = 16;

const saltFor = (name: string, instance: string): Buffer =>
  createHmac("sha256", instance).update(`salt of ${name}`).digest().subarray(0, SALT_BYTES);
