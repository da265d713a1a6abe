// The hashes of a password as kinds of setting: which texts may stand there. What they mean is read when somebody logs
// in, from the text.
import { hash } from "../../schema/kinds/hash.ts";
import { readHash } from "./schemes.ts";
import { parseScramSecret, printScramSecret } from "./scram-secret.ts";

const taken = (text: string, isArgon2id: boolean): string | undefined => {
  const read = readHash(text);
  return read.ok && (read.value.scheme.name === "argon2id") === isArgon2id ? text : undefined;
};

export const argon2idHash = hash(
  "argon2id hash",
  "an argon2id hash in the form of PHC",
  (text) => taken(text, true),
  String,
);

export const foreignHash = hash(
  "foreign hash",
  "a hash of another program: bcrypt, SHA-2 crypt ($5$, $6$), MD5 crypt ($1$, $apr1$) or {SHA}",
  (text) => taken(text, false),
  String,
);

export const scramHash = hash(
  "SCRAM secret",
  "what SCRAM-SHA-256 keeps, in the form of RFC 5803",
  parseScramSecret,
  printScramSecret,
);
