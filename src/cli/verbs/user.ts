// `inetsrv user add|passwd|list|show|enable|disable|remove|import`: who can log in. A password is asked for without being
// shown or read from standard input, and is no word of the command line: every user of the machine could read it there.
import { formats } from "../../account/import/imported.ts";
import { accountName, passwordLabel, USUAL_LABEL } from "../../account/name.ts";
import { good, type Result } from "../../base/result.ts";
import { list } from "../../schema/kinds/group.ts";
import { duration, spellDuration } from "../../schema/kinds/measure.ts";
import { choice } from "../../schema/kinds/plain.ts";
import { answerOf, type Context } from "../context.ts";
import { type ExitCode, exitCodes } from "../exit-code.ts";
import { readSecret } from "../secret-input.ts";
import { readText } from "../text-input.ts";
import { maybe, once, toggle, type Verb, value, verb } from "../verb.ts";
import { importLines, madePasswordLines, userLines, usersLines } from "../views/account-view.ts";

export const userName = { ...accountName, refersTo: "account/users" };
export const groupName = { ...accountName, refersTo: "account/groups" };
const oneUser = { name: once("NAME", "The name of the user.", { kind: userName }) };

const passwordFlags = {
  label: value("LABEL", `What the password is for, such as a device; ${USUAL_LABEL} when left out.`, {
    kind: passwordLabel,
  }),
  generate: toggle("Make a password and show it this once, instead of asking for one."),
  expires: value("TIME", "After how long it is not taken any more, such as 90d.", {
    kind: duration({ min: "1s", max: "36500d" }),
  }),
};

const add = verb({
  words: "user add",
  group: "Accounts",
  summary: "Add a user; it may do nothing until it is allowed to.",
  takes: oneUser,
  flags: {
    fullName: value("TEXT", "A name for people."),
    groups: value("A,B", "Groups whose rights it gets.", { kind: list(groupName, { max: 64 }) }),
    ...passwordFlags,
    noPassword: toggle("Without a password, which it gets later or never."),
  },
  examples: [
    { line: "inetsrv user add anna --groups staff", doc: "Asks for her password." },
    { line: "inetsrv user add printer-3 --generate", doc: "Shows a password to type into the printer." },
    { line: "inetsrv user add anna < password.txt", doc: "Reads it from a file." },
  ],
  exits: ["refused", "conflict", "interrupted"],
  async run(context, given) {
    const { name, fullName, groups, label, noPassword } = given;
    if (noPassword && given.generate)
      return context.out.misused("--no-password and --generate exclude each other", "Leave one of them out");
    const password = noPassword ? good(undefined) : await passwordFor(context, name, given.generate);
    if (!password.ok) return password.error;
    const parameters = {
      who: context.world.user,
      name,
      fullName,
      groups,
      label,
      password: password.value,
      generate: given.generate ? true : undefined,
      expires: given.expires === undefined ? undefined : spellDuration(given.expires),
    };
    return answerOf(context, "allowed", "user.add", parameters, (answer) =>
      context.out.show(answer, () => [
        `User ${name} is there. What it may do is told with: inetsrv user allow ${name} log-in PLACE`,
        ...madePasswordLines(answer.password),
      ]),
    );
  },
});

const passwd = verb({
  words: "user passwd",
  group: "Accounts",
  summary: "Set a password of a user, one for each device if you like.",
  doc:
    "The password is asked for twice without being shown, or read from standard input. Each label is a password of its own, " +
    "so that a device that was lost can be shut out alone.",
  takes: oneUser,
  flags: { ...passwordFlags, remove: toggle("Take the password with that label away.") },
  examples: [
    { line: "inetsrv user passwd anna", doc: "Another password for her." },
    { line: "inetsrv user passwd anna --label printer-3 --expires 90d", doc: "One for a device, for three months." },
    { line: "inetsrv user passwd anna --label phone --generate", doc: "Makes one and shows it." },
    { line: "inetsrv user passwd anna --label phone --remove", doc: "The telephone was lost." },
  ],
  exits: ["refused", "conflict", "interrupted"],
  async run(context, given) {
    const { name, label = USUAL_LABEL, remove, generate } = given;
    if (remove && generate)
      return context.out.misused("--remove and --generate exclude each other", "Leave one of them out");
    const password = remove ? good(undefined) : await passwordFor(context, name, generate);
    if (!password.ok) return password.error;
    const parameters = {
      who: context.world.user,
      name,
      label,
      password: password.value,
      generate: generate ? true : undefined,
      remove: remove ? true : undefined,
      expires: given.expires === undefined ? undefined : spellDuration(given.expires),
    };
    return answerOf(context, "allowed", "user.password", parameters, (answer) =>
      context.out.show(answer, () => [
        `The password ${label} of ${name} is ${remove ? "taken away" : "set"}.`,
        ...madePasswordLines(answer.password),
      ]),
    );
  },
});

/** Undefined when it is to be made by the server. */
const passwordFor = async (
  context: Context,
  name: string,
  generate: boolean,
): Promise<Result<string | undefined, ExitCode>> =>
  generate ? good(undefined) : readSecret(context, `The password of ${name}`, { twice: true });

const listUsers = verb({
  words: "user list",
  group: "Accounts",
  summary: "Show who can log in, and what they may do.",
  takes: { match: maybe("PATTERN", "Only names that fit, with * and ?.") },
  flags: {},
  examples: [{ line: "inetsrv user list '*@example.org'", doc: "Users whose names are addresses there." }],
  exits: ["refused"],
  run: (context, { match }) =>
    answerOf(context, "allowed", "user.list", { match }, (answer) =>
      context.out.show(answer, () => usersLines(answer, context.out.width)),
    ),
});

const show = verb({
  words: "user show",
  group: "Accounts",
  summary: "Show a user: groups, rights, and passwords by label.",
  takes: oneUser,
  flags: {},
  examples: [{ line: "inetsrv user show anna", doc: "Of passwords it tells label, age and end." }],
  exits: ["refused"],
  run: (context, { name }) =>
    answerOf(context, "allowed", "user.show", { name }, (answer) =>
      context.out.show(answer, () => userLines(answer, context.out.width)),
    ),
});

const switched = (word: "enable" | "disable", summary: string, told: string): Verb =>
  verb({
    words: `user ${word}`,
    group: "Accounts",
    summary,
    takes: oneUser,
    flags: {},
    examples: [{ line: `inetsrv user ${word} anna`, doc: "Felt at the next login; nothing else of her changes." }],
    exits: ["refused", "conflict"],
    run: (context, { name }) =>
      answerOf(context, "allowed", `user.${word}`, { who: context.world.user, name }, (answer) =>
        context.out.show(answer, () => [
          answer.changed.length === 0 ? `User ${name} is so already.` : `User ${name} ${told}.`,
        ]),
      ),
  });

const remove = verb({
  words: "user remove",
  group: "Accounts",
  summary: "Remove a user with its passwords.",
  takes: oneUser,
  flags: {},
  examples: [{ line: "inetsrv user remove anna", doc: "`inetsrv config revert` brings her back." }],
  exits: ["refused", "conflict"],
  run: (context, { name }) =>
    answerOf(context, "allowed", "user.remove", { who: context.world.user, name }, (answer) =>
      context.out.show(answer, () => [`User ${name} is removed.`]),
    ),
});

const LIST_BYTES_MAX = 32 * 1024 * 1024;

const importUsers = verb({
  words: "user import",
  group: "Accounts",
  summary: "Take users over from htpasswd, /etc/shadow or a CSV list.",
  doc:
    "Hashes are taken as they are, where they can be verified; the first login of a user replaces them by better ones. A CSV list names its columns in the " +
    "first row: name, fullName, groups, password or hash, enabled, expires. Lines that cannot be taken are told, and the rest is one change.",
  takes: { file: once("FILE|-", "The list; - is standard input.", { completes: "file" }) },
  flags: {
    format: value("FORMAT", "What the list is; found out when left out.", { kind: choice(formats) }),
    groups: value("A,B", "Groups that all of them are put into.", { kind: list(groupName, { max: 64 }) }),
    replace: toggle("Users that are there already get the password of the list."),
    dryRun: toggle("Only tell what would be done."),
  },
  examples: [
    { line: "inetsrv user import .htpasswd --groups staff", doc: "The users of an Apache, with the rights of staff." },
    { line: "inetsrv user import users.csv --dry-run", doc: "Tells which lines cannot be taken, and why." },
  ],
  exits: ["refused", "conflict", "partBroken"],
  async run(context, { file, format, groups, replace, dryRun }) {
    const text = await readText(context, file, LIST_BYTES_MAX);
    if (!text.ok) return context.out.failed(text.error);
    const parameters = {
      who: context.world.user,
      text: text.value,
      format,
      groups,
      replace: replace ? true : undefined,
      rehearse: dryRun ? true : undefined,
    };
    return answerOf(
      context,
      "allowed",
      "user.import",
      parameters,
      (answer) => context.out.show(answer, () => importLines(answer, dryRun, context.out.width)),
      ({ skipped }) => (skipped.length === 0 ? exitCodes.done : exitCodes.partBroken),
    );
  },
});

export const user: readonly Verb[] = [
  add,
  passwd,
  listUsers,
  show,
  switched("enable", "Let a user log in again.", "may log in again"),
  switched("disable", "Keep a user from logging in.", "may not log in any more"),
  remove,
  importUsers,
];
