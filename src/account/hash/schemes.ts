// All ways of hashing passwords that can be verified, one row each, and what is said of those that cannot. A hash is
// known by its text alone. Nothing is hashed here.
import { bad, good, type Result } from "../../base/result.ts";
import { argon2id } from "./argon2id.ts";
import { md5Crypt } from "./md5-crypt.ts";
import { findByTag, type Scheme, type StoredHash } from "./scheme.ts";
import { shaCrypt } from "./sha-crypt.ts";

const BCRYPT_COST_MAX = 14;
/** What the algorithm itself looks at; the runtime would hash a longer password in a way of its own. */
const BCRYPT_BYTES_MAX = 72;

const bcrypt: Scheme = {
  name: "bcrypt",
  pattern: /^(?<recipe>\$2[aby]\$(?:0[4-9]|[12]\d|3[01])\$)(?<salt>[./A-Za-z0-9]{22})(?<tag>[./A-Za-z0-9]{31})$/,
  decoy: `${".".repeat(22)}${".".repeat(31)}`,
  tooDear: (recipe) =>
    Number(recipe.slice(4, 6)) > BCRYPT_COST_MAX ? `bcrypt is taken up to cost ${BCRYPT_COST_MAX}` : undefined,
  async find(password, recipe, salt, tags) {
    let found = -1;
    for (const [index, tag] of tags.entries()) if (await isBcrypt(password, `${recipe}${salt}${tag}`)) found = index;
    return found;
  },
};

/** The runtime throws at a text with bits that no bcrypt sets; no password fits such a one. */
const isBcrypt = (password: Uint8Array, text: string): Promise<boolean> =>
  Bun.password.verify(password.subarray(0, BCRYPT_BYTES_MAX), text).catch(() => false);

/** RFC 2307 as htpasswd -s writes it: no salt at all. */
const sha1: Scheme = {
  name: "SHA-1",
  pattern: /^(?<recipe>\{SHA\})(?<salt>)(?<tag>[A-Za-z0-9+/]{27}=)$/,
  decoy: `${"A".repeat(27)}=`,
  tooDear: () => undefined,
  find: findByTag(async (password) => new Bun.CryptoHasher("sha1").update(password).digest("base64")),
};

export const schemes: readonly Scheme[] = [argon2id, bcrypt, shaCrypt, md5Crypt, sha1];

/** Known by sight, and not to be verified: what a refusal says of them. */
const unverifiable: readonly (readonly [RegExp, string])[] = [
  [/^\$(y|gy)\$/, "yescrypt, which this version cannot verify"],
  [/^\$7\$/, "scrypt, which this version cannot verify"],
  [/^\$argon2(i|d)\$/, "argon2i or argon2d, of which only argon2id is verified"],
  [/^\{S(SHA|MD5)\}/, "a salted LDAP hash, which this version cannot verify"],
  [/^[./0-9A-Za-z]{13}$/, "the DES crypt, which sees eight characters only and is not verified any more"],
  [/^(!|\*|x$|$)/, "locked: it has no password"],
];

/** The hash taken apart, or what it is instead, to be read after "it is". */
export function readHash(text: string): Result<StoredHash, string> {
  for (const scheme of schemes) {
    const { recipe, salt, tag } = scheme.pattern.exec(text)?.groups ?? {};
    if (recipe === undefined || salt === undefined || tag === undefined) continue;
    const dear = scheme.tooDear(recipe);
    return dear === undefined ? good({ scheme, recipe, salt, tag }) : bad(`dearer than a login may be: ${dear}`);
  }
  return bad(unverifiable.find(([pattern]) => pattern.test(text))?.[1] ?? "no hash that is known here");
}

/** A hash of the same cost that no password fits. */
export const decoyOf = ({ scheme, recipe }: Pick<StoredHash, "scheme" | "recipe">): StoredHash => {
  const read = readHash(`${recipe}${scheme.decoy}`);
  if (!read.ok) throw new Error(`the decoy of ${scheme.name} is ${read.error}`);
  return read.value;
};
