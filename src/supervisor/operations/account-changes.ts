// What operations on accounts have in common: the user or group must be there, and a change is told as every change of
// the configuration is.

import { accountName } from "../../account/name.ts";
import { didYouMean } from "../../base/nearest.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Edit } from "../../metabase/change/edit.ts";
import { nameOf } from "../../metabase/tree/path.ts";
import { accept, type Kind, refuse } from "../../schema/kind.ts";
import { text } from "../../schema/kinds/plain.ts";
import type { ChangeAnswer } from "../answers.ts";
import { needed, type Refusal, refusal } from "../operation.ts";
import { isThere } from "./account-answers.ts";
import { changeAnswer, refused } from "./config-answers.ts";
import type { Configured } from "./configured.ts";

const PASSWORD_LENGTH_MAX = 1024;

export const userParameter = { name: needed(accountName, "The name of the user.") };
export const groupParameter = { name: needed(accountName, "The name of the group.") };
/** Refused without being repeated, as it may be a password but for one sign. Which signs it may have is said later. */
export const passwordKind: Kind<string> = {
  ...text({ min: 1, max: PASSWORD_LENGTH_MAX }),
  decode: (given) =>
    typeof given === "string" && given !== "" && given.length <= PASSWORD_LENGTH_MAX
      ? accept(given)
      : refuse("(not shown)", `a text of 1 to ${PASSWORD_LENGTH_MAX} characters`),
};

/** One transaction, made for what was read: somebody else's change in between is told and not overwritten. */
export async function change(
  { configuration: { metabase } }: Pick<Configured, "configuration">,
  edits: readonly Edit[],
  given: Readonly<Record<string, unknown>>,
  expect?: number,
): Promise<Result<ChangeAnswer, Refusal>> {
  const terms = expect === undefined ? {} : { expect };
  const done = await metabase.change({ edits, who: String(given.who), why: String(given.why ?? ""), ...terms });
  return done.ok ? good(changeAnswer(done.value, metabase.head.n)) : refused(done.error);
}

/** The name, when there is such a user or group. */
export function find(
  { configuration: { metabase } }: Pick<Configured, "configuration">,
  is: "user" | "group",
  given: unknown,
): Result<string, Refusal> {
  const name = String(given);
  if (isThere(metabase.view, is, name)) return good(name);
  const names = [...metabase.view.entries(`account/${is}s`)].slice(0, COMPARED_MAX).map(nameOf);
  return bad(refusal("unknown", `There is no ${is} ${name}${didYouMean(name, names)}`));
}

const COMPARED_MAX = 10_000;
