// `inetsrv group add|list|remove|join|leave|allow|deny`: users that are allowed the same.
import { answerOf } from "../context.ts";
import { many, once, type Verb, value, verb } from "../verb.ts";
import { groupsLines } from "../views/account-view.ts";
import { groupName, userName } from "./user.ts";
import { granting } from "./user-access.ts";

const oneGroup = { name: once("GROUP", "The name of the group.", { kind: groupName }) };

const add = verb({
  words: "group add",
  group: "Accounts",
  summary: "Add a group; it is allowed nothing yet.",
  takes: oneGroup,
  flags: { title: value("TEXT", "What the group is for.") },
  examples: [
    { line: 'inetsrv group add staff --title "Who works here"', doc: "What it may do is told with `group allow`." },
  ],
  exits: ["refused", "conflict"],
  run: (context, { name, title }) =>
    answerOf(context, "allowed", "group.add", { who: context.world.user, name, title }, (answer) =>
      context.out.show(answer, () => [`Group ${name} is there.`]),
    ),
});

const listGroups = verb({
  words: "group list",
  group: "Accounts",
  summary: "Show groups, who is in them, and what they may do.",
  takes: {},
  flags: {},
  examples: [{ line: "inetsrv group list", doc: "All groups." }],
  exits: ["refused"],
  run: (context) =>
    answerOf(context, "allowed", "group.list", {}, (answer) =>
      context.out.show(answer, () => groupsLines(answer, context.out.width)),
    ),
});

const remove = verb({
  words: "group remove",
  group: "Accounts",
  summary: "Remove a group; its members stay as users.",
  takes: oneGroup,
  flags: {},
  examples: [{ line: "inetsrv group remove staff", doc: "Its members lose what it was allowed." }],
  exits: ["refused", "conflict"],
  run: (context, { name }) =>
    answerOf(context, "allowed", "group.remove", { who: context.world.user, name }, (answer) =>
      context.out.show(answer, () => [`Group ${name} is removed.`]),
    ),
});

const membership = (word: "join" | "leave", summary: string, told: string): Verb =>
  verb({
    words: `group ${word}`,
    group: "Accounts",
    summary,
    takes: { ...oneGroup, users: many("USER", "The names of users.", { kind: userName }) },
    flags: {},
    examples: [{ line: `inetsrv group ${word} staff anna bert`, doc: "Two users in one change." }],
    exits: ["refused", "conflict"],
    run: (context, { name, users }) =>
      answerOf(context, "allowed", `group.${word}`, { who: context.world.user, name, users }, (answer) =>
        context.out.show(answer, () => [`${users.join(", ")} ${users.length === 1 ? "is" : "are"} ${told} ${name}.`]),
      ),
  });

export const group: readonly Verb[] = [
  add,
  listGroups,
  remove,
  membership("join", "Put users into a group.", "in"),
  membership("leave", "Take users out of a group.", "not in"),
  granting("group", "allow"),
  granting("group", "deny"),
];
