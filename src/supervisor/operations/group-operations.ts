// What can be asked of groups, and the grants that users and groups hold.
import { groupPath, readAccount } from "../../account/account.ts";
import { grantEdit, grantsOf, type HolderKind, memberEdit } from "../../account/edits.ts";
import { type Grant, type Place, placeKind, printGrant } from "../../account/grant.ts";
import { explain, may } from "../../account/may.ts";
import { accountName } from "../../account/name.ts";
import { type Right, rights } from "../../account/rights.ts";
import type { Json } from "../../base/json.ts";
import { good, type Result } from "../../base/result.ts";
import { list } from "../../schema/kinds/group.ts";
import { choice, text } from "../../schema/kinds/plain.ts";
import { asJson, type Given, needed, type Operation, optional, plain, type Refusal } from "../operation.ts";
import { type GrantAnswer, groupSummaries } from "./account-answers.ts";
import { change, find, groupParameter, userParameter } from "./account-changes.ts";
import { authorship, type Configured } from "./configured.ts";

export const groupOperations: readonly Operation<Configured>[] = [
  {
    name: "group.list",
    reads: true,
    doc: "All groups with their grants and members.",
    takes: {},
    run: ({ configuration: { metabase } }) => good(plain(groupSummaries(metabase.view))),
  },
  {
    name: "group.add",
    reads: false,
    doc: "A new group, which is allowed nothing yet.",
    takes: { ...groupParameter, title: optional(text({ max: 200 }), "What it is for."), ...authorship },
    async run(context, given) {
      const create = given.title === undefined ? {} : { title: String(given.title) };
      return asJson(await change(context, [{ at: groupPath(String(given.name)), create }], given));
    },
  },
  {
    name: "group.remove",
    reads: false,
    doc: "Removes a group; those who are in it are so no more.",
    takes: { ...groupParameter, ...authorship },
    async run(context, given) {
      const found = find(context, "group", given.name);
      if (!found.ok) return found;
      const { metabase } = context.configuration;
      const members = groupSummaries(metabase.view).find((it) => it.name === found.value)?.members ?? [];
      const leaving = members.map((it) => memberEdit(metabase.view, it, found.value, false));
      return asJson(await change(context, [...leaving, { at: groupPath(found.value), remove: true }], given));
    },
  },
  membership("group.join", "Puts users into a group.", true),
  membership("group.leave", "Takes users out of a group.", false),
  granting("user", true),
  granting("user", false),
  granting("group", true),
  granting("group", false),
];

function membership(name: string, doc: string, join: boolean): Operation<Configured> {
  return {
    name,
    reads: false,
    doc,
    takes: {
      ...groupParameter,
      users: needed(list(accountName, { min: 1, max: 10_000 }), "The names of the users."),
      ...authorship,
    },
    async run(context, given) {
      const group = find(context, "group", given.name);
      if (!group.ok) return group;
      const users = given.users as readonly string[];
      for (const it of users) {
        const found = find(context, "user", it);
        if (!found.ok) return found;
      }
      const { view } = context.configuration.metabase;
      return asJson(
        await change(
          context,
          users.map((it) => memberEdit(view, it, group.value, join)),
          given,
        ),
      );
    },
  };
}

/** `user.allow`, `user.deny`, `group.allow`, `group.deny`. */
function granting(is: HolderKind, allow: boolean): Operation<Configured> {
  const parameter = is === "user" ? userParameter : groupParameter;
  return {
    name: `${is}.${allow ? "allow" : "deny"}`,
    reads: false,
    doc: allow
      ? `Gives a ${is} a right at a place.`
      : `Takes a right at a place from a ${is}; tells what gives it still.`,
    takes: {
      ...parameter,
      right: needed(choice(rights), "The right."),
      place: needed(placeKind, "The place: a site, a service, or * for everything."),
      ...authorship,
    },
    async run(context, given) {
      const found = find(context, is, given.name);
      return found.ok ? grant(context, is, found.value, allow, given) : found;
    },
  };
}

async function grant(
  context: Configured,
  is: HolderKind,
  name: string,
  allow: boolean,
  given: Given,
): Promise<Result<Json, Refusal>> {
  const { metabase } = context.configuration;
  const it: Grant = { right: given.right as Right, place: given.place as Place };
  const had = grantsOf(metabase.view, is, name).some((other) => printGrant(other) === printGrant(it));
  const done = await change(context, [grantEdit(metabase.view, is, name, it, allow)], given);
  if (!done.ok) return done;
  const holders =
    is === "user"
      ? (readAccount(metabase.view, name)?.holders ?? [])
      : [{ is, name, grants: grantsOf(metabase.view, is, name) }];
  const decision = may(holders, it.right, it.place);
  const still = !allow && decision.allowed ? explain(decision, it.right, it.place) : null;
  return good(plain({ ...done.value, had, still } satisfies GrantAnswer));
}
