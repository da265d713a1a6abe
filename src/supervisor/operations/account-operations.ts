// What can be asked of accounts beyond single users and groups: lists of other programs, and who is blocked.
import { importEdits } from "../../account/import/import-edits.ts";
import { type Format, formats } from "../../account/import/imported.ts";
import { guessFormat, readList } from "../../account/import/read-list.ts";
import { accountName } from "../../account/name.ts";
import { hashRules } from "../../account/set-password.ts";
import { accountSection } from "../../account/settings.ts";
import { bad, good } from "../../base/result.ts";
import { valuesAt } from "../../metabase/tree/view.ts";
import { list } from "../../schema/kinds/group.ts";
import { json } from "../../schema/kinds/json.ts";
import { choice, flag, text } from "../../schema/kinds/plain.ts";
import { needed, type Operation, optional, plain, refusal } from "../operation.ts";
import type { ImportAnswer } from "./account-answers.ts";
import { change } from "./account-changes.ts";
import { authorship, type Configured } from "./configured.ts";
import { groupOperations } from "./group-operations.ts";
import { type Running, who } from "./service-operations.ts";
import { userOperations } from "./user-operations.ts";

const SKIPPED_TOLD_MAX = 1000;
const USERS_MAX = 100_000;
const longText = json("the list as a text", { type: "string" });

/** With the home alone, whether a server runs or not. */
export const accountOperations: readonly Operation<Configured>[] = [
  ...userOperations,
  ...groupOperations,
  {
    name: "user.import",
    reads: false,
    doc: "Users from a list of another program, with their hashes, as one change. Lines that cannot be taken are told and left out.",
    takes: {
      text: needed(longText, "The list."),
      format: optional(choice(formats), "What it is; found out without it."),
      groups: optional(list(accountName, { max: 64 }), "Groups that all of them are put into."),
      replace: optional(flag, "Users that are there already get the password of the list."),
      rehearse: optional(flag, "Tell what would be done, and do nothing."),
      ...authorship,
    },
    async run(context, given) {
      if (typeof given.text !== "string") return bad(refusal("wrong", "text is not a text"));
      const { metabase } = context.configuration;
      const format = (given.format as Format | undefined) ?? guessFormat(given.text);
      const { users, skipped } = readList(given.text, format);
      if (users.length > USERS_MAX)
        return bad(refusal("refused", `The list has ${users.length} users, and ${USERS_MAX} are taken at a time`));
      const everybody = (given.groups ?? []) as readonly string[];
      const members = users.map((it) => ({ ...it, groups: [...new Set([...it.groups, ...everybody])] }));
      const settings = valuesAt(metabase.view, "account", accountSection);
      const expect = metabase.head.n;
      const plan = await importEdits(metabase.view, members, {
        rules: hashRules(settings, metabase.instance),
        passwordLengthMin: settings.passwordLengthMin,
        nowMs: context.clock.wallMs(),
        existing: given.replace === true ? "replace" : "keep",
      });
      const isRehearsal = given.rehearse === true || plan.edits.length === 0;
      const done = isRehearsal ? good({ revision: expect }) : await change(context, plan.edits, given, expect);
      if (!done.ok) return done;
      const all = [...skipped, ...plan.skipped].sort((left, right) => left.line - right.line);
      const answer: ImportAnswer = {
        format,
        added: plan.added.length,
        replaced: plan.replaced.length,
        groups: plan.groups,
        skipped: all.slice(0, SKIPPED_TOLD_MAX),
        skippedBeyond: Math.max(0, all.length - SKIPPED_TOLD_MAX),
        revision: done.value.revision,
      };
      return good(plain(answer));
    },
  },
];

/** Only a server that runs knows who fails to log in. */
export const blockOperations: readonly Operation<Running>[] = [
  {
    name: "user.blocks",
    reads: true,
    doc: "Addresses and accounts that may not log in for a while, as too many logins failed.",
    takes: {},
    run: ({ logins }) => good(plain(logins.blocks)),
  },
  {
    name: "user.unblock",
    reads: false,
    doc: "Forgets the failed logins of an address or an account, and with them its block.",
    takes: { who, name: needed(text({ min: 1, max: 256 }), "The address, the network, or the account.") },
    run: ({ logins }, given) => good({ lifted: plain(logins.lift(String(given.name), String(given.who))) }),
  },
];
