// Reads the two lists that are made of lines with colons: Apache's htpasswd, and /etc/shadow. Pure; what is wrong with a
// line is told with its number.
import { bad, good, type Result } from "../../base/result.ts";
import { readHash } from "../hash/schemes.ts";
import { accountNameOf } from "../name.ts";
import type { Imported, ImportList, Secret, Skipped } from "./imported.ts";

const DAY_MS = 86_400_000;

/** `name:hash`, and nothing that Apache would not read either. */
export const readHtpasswd = (text: string): ImportList =>
  readLines(text, (fields, line) => {
    const [name = "", hash = ""] = fields;
    return user({ line, name, enabled: true, expiresMs: null }, hash);
  });

/** shadow(5): name, hash, four ages, days after which it is inactive, and the day on which the account expires. */
export const readShadow = (text: string): ImportList =>
  readLines(text, (fields, line) => {
    const [name = "", hash = ""] = fields;
    // passwd -l puts a mark before the hash: the user is there and may not log in.
    const locked = /^!+\$/.test(hash);
    const day = /^\d{1,7}$/.exec(fields[7] ?? "")?.[0];
    const expiresMs = day === undefined ? null : Number(day) * DAY_MS;
    return user({ line, name, enabled: !locked, expiresMs }, locked ? hash.replace(/^!+/, "") : hash);
  });

function user(
  about: Pick<Imported, "line" | "name" | "enabled" | "expiresMs">,
  hash: string,
): Result<Imported, string> {
  const name = accountNameOf(about.name);
  if (name === undefined) return bad("its name is none that an account can have");
  const secret = hashed(hash);
  return secret.ok ? good({ ...about, name, fullName: "", groups: [], secret: secret.value }) : secret;
}

/** A hash that can be verified, or why not. */
export function hashed(text: string): Result<Secret, string> {
  const read = readHash(text);
  return read.ok ? good({ is: "hash", hash: text }) : bad(`its hash is ${read.error}`);
}

function readLines(
  text: string,
  read: (fields: readonly string[], line: number) => Result<Imported, string>,
): ImportList {
  const users: Imported[] = [];
  const skipped: Skipped[] = [];
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = index + 1;
    if (raw.trim() === "" || raw.startsWith("#")) continue;
    const fields = raw.split(":");
    const result = fields.length < 2 ? bad("it has no colon") : read(fields, line);
    if (result.ok) users.push(result.value);
    else skipped.push({ line, because: result.error });
  }
  return { users, skipped };
}
