// A list of users as edits of the configuration: one transaction, whatever their number. Clear passwords are hashed here.
import { bad, good, type Result } from "../../base/result.ts";
import type { Edit } from "../../metabase/change/edit.ts";
import type { View } from "../../metabase/tree/view.ts";
import { type Account, groupPath, readAccount, userPath } from "../account.ts";
import { storedPassword } from "../edits.ts";
import { readHash } from "../hash/schemes.ts";
import { USUAL_LABEL } from "../name.ts";
import { acceptPassword, type HashRules, hashedSettings } from "../set-password.ts";
import type { Imported, Skipped } from "./imported.ts";

export interface ImportTerms {
  readonly rules: HashRules;
  readonly passwordLengthMin: number;
  readonly nowMs: number;
  /** What becomes of a user that is there already. */
  readonly existing: "keep" | "replace";
}

export interface ImportPlan {
  readonly edits: readonly Edit[];
  readonly added: readonly string[];
  readonly replaced: readonly string[];
  /** Groups that were named and not there; they are allowed nothing yet. */
  readonly groups: readonly string[];
  readonly skipped: readonly Skipped[];
}

export async function importEdits(view: View, users: readonly Imported[], terms: ImportTerms): Promise<ImportPlan> {
  const edits: Edit[] = [];
  const added: string[] = [];
  const replaced: string[] = [];
  const skipped: Skipped[] = [];
  const groups = new Set<string>();
  for (const it of users) {
    const account = readAccount(view, it.name);
    if (account !== undefined && terms.existing === "keep") {
      skipped.push({ line: it.line, because: `there is a user ${it.name} already` });
      continue;
    }
    const password = await passwordEdits(account, it, terms);
    if (!password.ok) {
      skipped.push({ line: it.line, because: password.error });
      continue;
    }
    for (const group of it.groups) if (view.own(groupPath(group)) === undefined) groups.add(group);
    edits.push(userEdit(account, it), ...password.value);
    (account === undefined ? added : replaced).push(it.name);
  }
  const created = [...groups].map((it): Edit => ({ at: groupPath(it), create: {} }));
  return { edits: [...created, ...edits], added, replaced, groups: [...groups], skipped };
}

/** Of a user that is there, what the list does not know stays: grants, and the passwords of devices. */
function userEdit(account: Account | undefined, { name, enabled, fullName, groups }: Imported): Edit {
  const at = userPath(name);
  const said = { enabled, ...(fullName === "" ? {} : { fullName }) };
  if (account === undefined) return { at, create: { ...said, groups: [...groups] } };
  return { at, set: { ...said, groups: [...new Set([...account.groups, ...groups])] } };
}

async function passwordEdits(
  account: Account | undefined,
  { name, fullName, secret, expiresMs }: Imported,
  terms: ImportTerms,
): Promise<Result<readonly Edit[], string>> {
  if (secret.is === "none") return good([]);
  const stored = account ?? { name, passwords: [] };
  const hashes = await hashesOf(stored, { name, fullName }, secret, terms);
  if (!hashes.ok) return hashes;
  return good([storedPassword(stored, USUAL_LABEL, hashes.value, { expiresMs, nowMs: terms.nowMs })]);
}

async function hashesOf(
  account: Pick<Account, "name" | "passwords">,
  names: { readonly name: string; readonly fullName: string },
  secret: Exclude<Imported["secret"], { readonly is: "none" }>,
  { rules, passwordLengthMin }: ImportTerms,
) {
  if (secret.is === "clear") {
    const accepted = acceptPassword(secret.password, names, passwordLengthMin);
    return accepted.ok
      ? good(await hashedSettings(account, accepted.value, rules))
      : bad(`its password ${accepted.error}`);
  }
  const read = readHash(secret.hash);
  if (!read.ok) return bad(`its hash is ${read.error}`);
  const isOurs = read.value.scheme.name === "argon2id";
  const hash = { $hash: secret.hash };
  return good({ argon2id: isOurs ? hash : null, foreign: isOurs ? null : hash, scram: null });
}
