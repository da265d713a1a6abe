// What can be asked of users: who there is, a new one, their passwords, whether they may log in, and why they may do
// something. A password comes in and never goes out, but for one that is made here and shown this once.
import { randomBytes } from "node:crypto";
import { passwordPath, readAccount, userPath } from "../../account/account.ts";
import { passwordEdit } from "../../account/edits.ts";
import { generatePassword } from "../../account/generate-password.ts";
import { type Place, placeKind } from "../../account/grant.ts";
import { explain, may } from "../../account/may.ts";
import { accountName, passwordLabel, USUAL_LABEL } from "../../account/name.ts";
import { type Right, rights } from "../../account/rights.ts";
import { hashRules } from "../../account/set-password.ts";
import { accountSection, userSection } from "../../account/settings.ts";
import type { Json } from "../../base/json.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Edit } from "../../metabase/change/edit.ts";
import { sortedEntries, valuesAt } from "../../metabase/tree/view.ts";
import { list } from "../../schema/kinds/group.ts";
import { duration } from "../../schema/kinds/measure.ts";
import { fitsPattern, pattern } from "../../schema/kinds/place.ts";
import { choice, flag, text } from "../../schema/kinds/plain.ts";
import { asJson, type Given, needed, type Operation, optional, plain, type Refusal, refusal } from "../operation.ts";
import { userAnswer, userSummary } from "./account-answers.ts";
import { change, find, passwordKind, userParameter } from "./account-changes.ts";
import { authorship, type Configured } from "./configured.ts";

const passwordParameters = {
  label: optional(passwordLabel, `What the password is for, such as a device; ${USUAL_LABEL} without it.`),
  password: optional(passwordKind, "The password."),
  generate: optional(flag, "Make one, which the answer shows this once."),
  expires: optional(duration({ min: "1s", max: "36500d" }), "After how long it is not taken any more."),
};

export const userOperations: readonly Operation<Configured>[] = [
  {
    name: "user.list",
    reads: true,
    doc: "All users, or those whose name fits a pattern.",
    takes: { match: optional(pattern, "A pattern with * and ?.") },
    run({ configuration: { metabase } }, { match }) {
      const { view } = metabase;
      const all = sortedEntries(view, "account/users").map((it) => userSummary(view, it));
      return good(plain(match === undefined ? all : all.filter((it) => fitsPattern(String(match), it.name))));
    },
  },
  {
    name: "user.show",
    reads: true,
    doc: "One user: groups, grants with whose they are, and passwords by label.",
    takes: userParameter,
    run(context, { name }) {
      const found = find(context, "user", name);
      if (!found.ok) return found;
      const { configuration, clock } = context;
      return good(plain(userAnswer(configuration.metabase.view, found.value, clock.wallMs())));
    },
  },
  {
    name: "user.may",
    reads: true,
    doc: "Whether a user has a right at a place, and which grant says so.",
    takes: {
      ...userParameter,
      right: needed(choice(rights), "The right."),
      place: needed(placeKind, "The place: a site, a service, or * for everything."),
    },
    run(context, given) {
      const found = find(context, "user", given.name);
      if (!found.ok) return found;
      const account = readAccount(context.configuration.metabase.view, found.value);
      const [right, place] = [given.right as Right, given.place as Place];
      const decision = may(account?.holders ?? [], right, place);
      const { enabled = false } = account ?? {};
      return good({ allowed: decision.allowed && enabled, enabled, because: explain(decision, right, place) });
    },
  },
  {
    name: "user.add",
    reads: false,
    doc: "A new user, with a password or without; it may do nothing until it is allowed to.",
    takes: {
      ...userParameter,
      fullName: optional(text({ max: 200 }), "A name for people."),
      groups: optional(list(accountName, { max: 64 }), "The groups whose rights it gets."),
      ...passwordParameters,
      ...authorship,
    },
    run(context, given) {
      const name = String(given.name);
      const fullName = String(given.fullName ?? "");
      const create = { ...(fullName === "" ? {} : { fullName }), groups: (given.groups ?? []) as Json };
      return withPassword(context, { name, fullName }, given, [{ at: userPath(name), create }]);
    },
  },
  {
    name: "user.password",
    reads: false,
    doc: "Sets a password under a label, which takes the place of one that has this label, or takes it away.",
    takes: { ...userParameter, ...passwordParameters, remove: optional(flag, "Take it away."), ...authorship },
    async run(context, given) {
      const found = find(context, "user", given.name);
      if (!found.ok) return found;
      const name = found.value;
      const { view } = context.configuration.metabase;
      if (given.remove !== true) {
        const { fullName } = valuesAt(view, userPath(name), userSection);
        if (given.password === undefined && given.generate !== true)
          return bad(refusal("wrong", "A password is needed, or the wish to have one made"));
        return withPassword(context, { name, fullName }, given, []);
      }
      const label = String(given.label ?? USUAL_LABEL);
      if (view.own(passwordPath(name, label)) === undefined)
        return bad(refusal("unknown", `${name} has no password ${label}; see: inetsrv user show ${name}`));
      return asJson(await change(context, [{ at: passwordPath(name, label), remove: true }], given));
    },
  },
  enabling("user.enable", "Lets a user log in again.", true),
  enabling("user.disable", "Keeps a user from logging in; nothing else of it changes.", false),
  {
    name: "user.remove",
    reads: false,
    doc: "Removes a user with its passwords.",
    takes: { ...userParameter, ...authorship },
    async run(context, given) {
      const found = find(context, "user", given.name);
      return found.ok ? asJson(await change(context, [{ at: userPath(found.value), remove: true }], given)) : found;
    },
  },
];

function enabling(name: string, doc: string, enabled: boolean): Operation<Configured> {
  return {
    name,
    reads: false,
    doc,
    takes: { ...userParameter, ...authorship },
    async run(context, given) {
      const found = find(context, "user", given.name);
      return found.ok ? asJson(await change(context, [{ at: userPath(found.value), set: { enabled } }], given)) : found;
    },
  };
}

/** The edits, and the password that is given or made; the answer shows one that is made. */
async function withPassword(
  context: Configured,
  user: { readonly name: string; readonly fullName: string },
  given: Given,
  edits: readonly Edit[],
): Promise<Result<Json, Refusal>> {
  const { configuration, clock } = context;
  const { metabase } = configuration;
  const made = given.generate === true ? generatePassword(randomBytes) : undefined;
  const password = made ?? (given.password === undefined ? undefined : String(given.password));
  if (password === undefined) return asJson(await change(context, edits, given));
  const settings = valuesAt(metabase.view, "account", accountSection);
  const expect = metabase.head.n;
  const edit = await passwordEdit(
    metabase.view,
    user,
    {
      label: String(given.label ?? USUAL_LABEL),
      password,
      expiresMs: typeof given.expires === "number" ? clock.wallMs() + given.expires : null,
      nowMs: clock.wallMs(),
    },
    { rules: hashRules(settings, metabase.instance), lengthMin: made === undefined ? settings.passwordLengthMin : 1 },
  );
  if (!edit.ok) return bad(refusal("refused", `The password of ${user.name} is not taken: it ${edit.error}`));
  const done = await change(context, [...edits, edit.value], given, expect);
  return done.ok ? good(plain({ ...done.value, ...(made === undefined ? {} : { password: made }) })) : done;
}
