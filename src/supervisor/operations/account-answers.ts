// What is answered of accounts: everything a person may know of them, and of a password only that it is there.
import { type Account, groupPath, hasExpired, type Password, readAccount, userPath } from "../../account/account.ts";
import { printGrant } from "../../account/grant.ts";
import type { Format } from "../../account/import/imported.ts";
import { groupSection, userSection } from "../../account/settings.ts";
import { nameOf } from "../../metabase/tree/path.ts";
import { sortedEntries, type View, valuesAt } from "../../metabase/tree/view.ts";
import type { ChangeAnswer } from "../answers.ts";

export interface UserSummary {
  readonly name: string;
  readonly fullName: string;
  readonly enabled: boolean;
  readonly groups: readonly string[];
  readonly passwords: number;
  readonly grants: readonly string[];
}

export interface UserAnswer {
  readonly name: string;
  readonly fullName: string;
  readonly enabled: boolean;
  readonly certificateNames: readonly string[];
  readonly groups: readonly string[];
  /** Its own, and those of its groups, with whose they are: "user anna", "group staff". */
  readonly grants: readonly { readonly grant: string; readonly of: string }[];
  readonly passwords: readonly PasswordAnswer[];
}

export interface PasswordAnswer {
  readonly label: string;
  /** How it is hashed: "argon2id", or how another program did it; "" when there is nothing to log in by. */
  readonly hash: string;
  readonly scram: boolean;
  readonly createdMs: number | null;
  readonly expiresMs: number | null;
  readonly expired: boolean;
}

export interface GroupSummary {
  readonly name: string;
  readonly title: string;
  readonly members: readonly string[];
  readonly grants: readonly string[];
}

export interface BlockAnswer {
  readonly of: "address" | "account";
  readonly name: string;
  readonly untilMs: number;
  readonly failures: number;
}

export interface ImportAnswer {
  readonly format: Format;
  readonly added: number;
  readonly replaced: number;
  /** Groups that were made for it. */
  readonly groups: readonly string[];
  readonly skipped: readonly { readonly line: number; readonly because: string }[];
  readonly skippedBeyond: number;
  readonly revision: number;
}

/** What a change of a grant came to. */
export interface GrantAnswer extends ChangeAnswer {
  /** It was stated before. */
  readonly had: boolean;
  /** After it was taken away: what gives the right still, or null. */
  readonly still: string | null;
}

export function userSummary(view: View, path: string): UserSummary {
  const { fullName, enabled, groups, grants } = valuesAt(view, path, userSection);
  const passwords = view.count(`${path}/passwords`);
  return { name: nameOf(path), fullName, enabled, groups, passwords, grants: grants.map(printGrant) };
}

export function userAnswer(view: View, name: string, nowMs: number): UserAnswer | undefined {
  const account = readAccount(view, name);
  if (account === undefined) return undefined;
  const { fullName, enabled, certificateNames, groups, passwords } = account;
  return {
    name,
    fullName,
    enabled,
    certificateNames,
    groups,
    grants: grantsWithHolders(account),
    passwords: passwords.map((it) => passwordAnswer(it, nowMs)),
  };
}

const grantsWithHolders = ({ holders }: Account): UserAnswer["grants"] =>
  holders.flatMap((it) => it.grants.map((grant) => ({ grant: printGrant(grant), of: `${it.is} ${it.name}` })));

const passwordAnswer = (it: Password, nowMs: number): PasswordAnswer => ({
  label: it.label,
  hash: it.hash?.scheme.name ?? "",
  scram: it.scram !== null,
  createdMs: it.createdMs,
  expiresMs: it.expiresMs,
  expired: hasExpired(it, nowMs),
});

export function groupSummaries(view: View): readonly GroupSummary[] {
  const members = new Map<string, string[]>();
  for (const path of sortedEntries(view, "account/users"))
    for (const group of valuesAt(view, path, userSection).groups) {
      const known = members.get(group);
      if (known === undefined) members.set(group, [nameOf(path)]);
      else known.push(nameOf(path));
    }
  return sortedEntries(view, "account/groups").map((path) => {
    const { title, grants } = valuesAt(view, path, groupSection);
    const name = nameOf(path);
    return { name, title, members: members.get(name) ?? [], grants: grants.map(printGrant) };
  });
}

export const isThere = (view: View, is: "user" | "group", name: string): boolean =>
  view.own(is === "user" ? userPath(name) : groupPath(name)) !== undefined;
