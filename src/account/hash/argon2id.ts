// Argon2id (RFC 9106) as the PHC text that other programs write too: `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`. The
// work is done outside the event loop by the runtime; how many may work at a time is decided elsewhere.
import { argon2 } from "node:crypto";
import { findByTag, type Scheme } from "./scheme.ts";

export interface Argon2idCost {
  readonly memoryKiB: number;
  readonly passes: number;
}

const MEMORY_KIB_MAX = 256 * 1024;
const PASSES_MAX = 16;
const LANES_MAX = 8;
const TAG_BYTES = 32;

export const argon2id: Scheme = {
  name: "argon2id",
  pattern:
    /^(?<recipe>\$argon2id\$v=19\$m=\d{1,7},t=\d{1,3},p=\d{1,2}\$)(?<salt>[A-Za-z0-9+/]{11,86})\$(?<tag>[A-Za-z0-9+/]{43})$/,
  decoy: `${"A".repeat(22)}$${"A".repeat(43)}`,
  tooDear(recipe) {
    const { memory, passes, lanes } = parametersOf(recipe);
    return memory > MEMORY_KIB_MAX ||
      passes > PASSES_MAX ||
      lanes > LANES_MAX ||
      memory < 8 * lanes ||
      passes * lanes === 0
      ? `argon2id is taken up to ${MEMORY_KIB_MAX} KiB, ${PASSES_MAX} passes and ${LANES_MAX} lanes`
      : undefined;
  },
  find: findByTag(compute),
};

export const recipeOf = ({ memoryKiB, passes }: Argon2idCost): string =>
  `$argon2id$v=19$m=${memoryKiB},t=${passes},p=1$`;

/** The whole text for a new password. */
export const hashWithArgon2id = async (password: Uint8Array, recipe: string, salt: string): Promise<string> =>
  `${recipe}${salt}$${await compute(password, recipe, salt)}`;

/** Base64 as PHC has it: without padding. */
export const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64").replace(/=+$/, "");

function compute(password: Uint8Array, recipe: string, salt: string): Promise<string> {
  const { memory, passes, lanes: parallelism } = parametersOf(recipe);
  const nonce = Buffer.from(salt, "base64");
  const parameters = { message: password, nonce, parallelism, tagLength: TAG_BYTES, memory, passes };
  return new Promise((resolve, reject) =>
    argon2("argon2id", parameters, (error, tag) => (error === null ? resolve(unpadded(tag)) : reject(error))),
  );
}

function parametersOf(recipe: string): { readonly memory: number; readonly passes: number; readonly lanes: number } {
  const [memory = 0, passes = 0, lanes = 0] = /m=(\d+),t=(\d+),p=(\d+)/.exec(recipe)?.slice(1).map(Number) ?? [];
  return { memory, passes, lanes };
}
