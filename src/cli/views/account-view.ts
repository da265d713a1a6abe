// Users, groups, what they may do, and who is blocked, as tables that fit the terminal. Lines only; of a password never
// more than its label and its age.
import { localTime } from "../../base/local-time.ts";
import type {
  BlockAnswer,
  GrantAnswer,
  GroupSummary,
  ImportAnswer,
  PasswordAnswer,
  UserAnswer,
  UserSummary,
} from "../../supervisor/operations/account-answers.ts";
import { type Line, type Span, toned } from "../look/line.ts";
import { count } from "../look/moment.ts";
import { tableLines } from "../look/table.ts";

const GRANTS_SHOWN = 4;
const MEMBERS_SHOWN = 8;

export function usersLines(users: readonly UserSummary[], width: number | undefined): readonly Line[] {
  if (users.length === 0) return ["There is no such user. The first one is added with: inetsrv user add NAME"];
  const columns = [
    { title: "User", yields: 1 },
    { title: "State" },
    { title: "Passwords", align: "right" as const },
    { title: "Groups", yields: 2 },
    { title: "May", yields: 3 },
    { title: "Name", yields: 4, leaves: 1 },
  ];
  const rows = users.map(({ name, enabled, passwords, groups, grants, fullName }): readonly Span[] => [
    name,
    stateOf(enabled, passwords),
    String(passwords),
    groups.join(", "),
    someOf(grants, GRANTS_SHOWN),
    fullName,
  ]);
  return tableLines(columns, rows, width);
}

const stateOf = (enabled: boolean, passwords: number): Span =>
  !enabled ? toned("bad", "disabled") : passwords === 0 ? toned("warn", "no password") : toned("good", "enabled");

export function userLines(it: UserAnswer, width: number | undefined): readonly Line[] {
  const { name, fullName, enabled, groups, grants, passwords, certificateNames } = it;
  const facts: readonly (readonly Span[])[] = [
    ["State", stateOf(enabled, passwords.length)],
    ["Groups", groups.join(", ") || "(none)"],
    ...(certificateNames.length === 0 ? [] : [["Certificates", certificateNames.join(", ")]]),
  ];
  const may = grants.map(({ grant, of }): readonly Span[] => [grant, of]);
  return [
    [toned("strong", name), fullName === "" ? "" : `, ${fullName}`],
    ...tableLines([{ title: "" }, { title: "", yields: 1 }], facts, width),
    "",
    ...(may.length === 0
      ? [toned("warn", `It may do nothing yet: inetsrv user allow ${name} log-in PLACE`)]
      : tableLines(
          [
            { title: "May", yields: 1 },
            { title: "As", yields: 2 },
          ],
          may,
          width,
        )),
    ...(passwords.length === 0 ? [] : ["", ...tableLines(passwordColumns, passwords.map(passwordRow), width)]),
  ];
}

const passwordColumns = [{ title: "Password", yields: 1 }, { title: "Hash" }, { title: "Since" }, { title: "Until" }];

const passwordRow = ({ label, hash, scram, createdMs, expiresMs, expired }: PasswordAnswer): readonly Span[] => [
  label,
  hash === "" ? toned("bad", "(none)") : scram ? `${hash}, SCRAM` : hash,
  createdMs === null ? "" : localTime(createdMs),
  expiresMs === null ? "" : expired ? toned("bad", `expired ${localTime(expiresMs)}`) : localTime(expiresMs),
];

export function groupsLines(groups: readonly GroupSummary[], width: number | undefined): readonly Line[] {
  if (groups.length === 0) return ["There is no group. The first one is added with: inetsrv group add NAME"];
  const columns = [
    { title: "Group", yields: 1 },
    { title: "Members", yields: 3 },
    { title: "May", yields: 2 },
    { title: "Title", yields: 4, leaves: 1 },
  ];
  const rows = groups.map(({ name, title, members, grants }) => [
    name,
    someOf(members, MEMBERS_SHOWN),
    someOf(grants, GRANTS_SHOWN),
    title,
  ]);
  return tableLines(columns, rows, width);
}

function someOf(texts: readonly string[], shownMax: number): string {
  const more = texts.length - shownMax;
  const shown = texts.slice(0, shownMax).join(", ");
  return more > 0 ? `${shown} and ${more.toLocaleString("en")} more` : shown;
}

/** A password that was made: it is nowhere else. */
export const madePasswordLines = (password: string | undefined): readonly Line[] =>
  password === undefined ? [] : ["", "The password, shown this once and stored nowhere:", "", `  ${password}`];

export function grantLines(
  holder: string,
  grant: string,
  word: "allow" | "deny",
  { had, still }: GrantAnswer,
): readonly Line[] {
  if (word === "allow") return [had ? `${holder} has ${grant} already.` : `${holder} has ${grant}.`];
  return [
    had ? `${holder} has no longer ${grant}.` : `${holder} was not given ${grant}.`,
    ...(still === null ? [] : [toned("warn", `The right is there still, as ${still}.`)]),
  ];
}

export function importLines(it: ImportAnswer, dryRun: boolean, width: number | undefined): readonly Line[] {
  const { format, added, replaced, groups, skipped, skippedBeyond, revision } = it;
  const done = `${count(added, "user")} ${dryRun ? "would be added" : "added"}`;
  const also = replaced === 0 ? "" : `, ${replaced} ${dryRun ? "would be replaced" : "replaced"}`;
  return [
    `Read as ${format}: ${done}${also}.${dryRun ? "" : ` Revision ${revision}.`}`,
    ...(groups.length === 0 ? [] : [`Groups made for it, allowed nothing yet: ${groups.join(", ")}`]),
    ...(skipped.length === 0 ? [] : ["", toned("warn", `${count(skipped.length + skippedBeyond, "line")} not taken:`)]),
    ...tableLines(
      [
        { title: "Line", align: "right" },
        { title: "Why", yields: 1 },
      ],
      skipped.map(({ line, because }) => [String(line), because]),
      width,
    ),
    ...(skippedBeyond === 0 ? [] : [`and ${count(skippedBeyond, "more line")}`]),
  ];
}

export function blocksLines(blocks: readonly BlockAnswer[], width: number | undefined): readonly Line[] {
  if (blocks.length === 0) return [toned("good", "Nobody is blocked.")];
  const rows = blocks.map(({ of, name, untilMs, failures }) => [of, name, localTime(untilMs), String(failures)]);
  const columns = [
    { title: "" },
    { title: "Blocked", yields: 1 },
    { title: "Until" },
    { title: "Failures", align: "right" as const },
  ];
  return tableLines(columns, rows, width);
}

export const unblockedLines = (name: string, lifted: readonly BlockAnswer[]): readonly Line[] =>
  lifted.length === 0
    ? [`${name} was not blocked; what stood against it is forgotten.`]
    : lifted.map((it) => `The ${it.of} ${it.name} may log in again.`);
