// What the commands on accounts change, as edits of the configuration. Pure: whether they are taken is the metabase's
// matter.
import type { JsonObject } from "../base/json.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Edit } from "../metabase/change/edit.ts";
import { type View, valuesAt } from "../metabase/tree/view.ts";
import { moment } from "../schema/kinds/moment.ts";
import { type Account, groupPath, passwordPath, readAccount, userPath } from "./account.ts";
import { type Grant, printGrant } from "./grant.ts";
import { acceptPassword, type HashRules, hashedSettings } from "./set-password.ts";
import { groupSection, userSection } from "./settings.ts";

export type HolderKind = "user" | "group";

export const holderPath = (is: HolderKind, name: string): string => (is === "user" ? userPath(name) : groupPath(name));

export const grantsOf = (view: View, is: HolderKind, name: string): readonly Grant[] =>
  is === "user"
    ? valuesAt(view, userPath(name), userSection).grants
    : valuesAt(view, groupPath(name), groupSection).grants;

/** With the grant once, or without it. */
export function grantEdit(view: View, is: HolderKind, name: string, grant: Grant, allow: boolean): Edit {
  const text = printGrant(grant);
  const others = grantsOf(view, is, name)
    .map(printGrant)
    .filter((it) => it !== text);
  return { at: holderPath(is, name), set: { grants: allow ? [...others, text] : others } };
}

/** In the group, or not in it any more. */
export function memberEdit(view: View, user: string, group: string, join: boolean): Edit {
  const others = valuesAt(view, userPath(user), userSection).groups.filter((it) => it !== group);
  return { at: userPath(user), set: { groups: join ? [...others, group] : others } };
}

export interface NewPassword {
  readonly label: string;
  readonly password: string;
  readonly expiresMs: number | null;
  readonly nowMs: number;
}

/** A new password, or another one under a label that is there. Why not, to be read after "the password". */
export async function passwordEdit(
  view: View,
  user: { readonly name: string; readonly fullName: string },
  { label, password, expiresMs, nowMs }: NewPassword,
  terms: { readonly rules: HashRules; readonly lengthMin: number },
): Promise<Result<Edit, string>> {
  const accepted = acceptPassword(password, user, terms.lengthMin);
  if (!accepted.ok) return bad(accepted.error);
  const account = readAccount(view, user.name) ?? { name: user.name, passwords: [] };
  const hashes = await hashedSettings(account, accepted.value, terms.rules);
  return good(storedPassword(account, label, hashes, { expiresMs, nowMs }));
}

/** A hash under a label, whether there is one already or not. */
export function storedPassword(
  { name, passwords }: Pick<Account, "name" | "passwords">,
  label: string,
  hashes: JsonObject,
  { expiresMs, nowMs }: Pick<NewPassword, "expiresMs" | "nowMs">,
): Edit {
  const expires = expiresMs === null ? null : moment.print(expiresMs);
  const settings = { ...hashes, created: moment.print(nowMs), expires };
  const at = passwordPath(name, label);
  return passwords.some((it) => it.label === label) ? { at, set: settings } : { at, create: settings };
}
