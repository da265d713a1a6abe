// The rows of the kit as a table: for a screen with what came of each, and as the page docs/FAULTS.md. Pure.
import { type CheckName, checks, type FaultRow, type Verdict, type Verdicts } from "./row.ts";

/** What came of a row; a text tells why it was not tried. */
export type Outcome = { readonly row: FaultRow; readonly verdicts: Verdicts | string };

const heads: Readonly<Record<CheckName, string>> = {
  serves: "the rest serves",
  says: "first line",
  doctor: "doctor",
  heals: "healed",
  kept: "kept",
};

/** Whose matter it is, what leads there, and how it ends: the part of a row that does not change from run to run. */
export const cellsOf = (row: FaultRow): readonly string[] => [
  row.family,
  row.name,
  objectOf(row),
  row.article,
  healingOf(row),
];

const objectOf = ({ object: { kind, name } }: FaultRow): string => `${kind} ${readable(name)}`;

/** A pattern as people write a name: `\/keys\/machine\.key$` is keys/machine.key. */
const readable = ({ source }: RegExp): string =>
  source.replaceAll("\\d+", "PORT").replaceAll(/[\^$]/g, "").replaceAll("\\", "").replace(/^\//, "");

export function healingOf({ heal }: FaultRow): string {
  switch (heal.by) {
    case "itself":
      return heal.when === undefined ? "nothing is to be done" : `by itself: ${heal.when}`;
    case "doctor":
      return "`inetsrv doctor --fix`";
    case "commands":
      return heal.commands
        .map((it) => `\`inetsrv ${it.replace(" < ", "` with the `")}\``.replace(/` with the `(.*)`$/, "` with the $1"))
        .join(", ");
    case "person":
      return `a person: ${heal.must}`;
    default:
      return heal satisfies never;
  }
}

const word = (verdict: Verdict): string =>
  verdict.is === "passed" ? "yes" : verdict.is === "failed" ? "NO" : "not yet";

const resultsOf = ({ verdicts }: Outcome): readonly string[] =>
  checks.map((it) => (typeof verdicts === "string" ? "skipped" : word(verdicts[it])));

export const tableHead = ["", "What if", "Object", "Article", "Healing", ...checks.map((it) => heads[it])];
const cell = (text: string): string => text.replaceAll("|", "\\|");
const lineOf = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;

export const markdownTable = (outcomes: readonly Outcome[]): string =>
  [
    lineOf(tableHead),
    lineOf(tableHead.map(() => "---")),
    ...outcomes.map((it) => lineOf([...cellsOf(it.row), ...resultsOf(it)])),
  ].join("\n");

/** One line for a row, with every reason of what failed below it. */
export function screenLines(outcome: Outcome): readonly string[] {
  const { row, verdicts } = outcome;
  const line = [row.family.padEnd(3), ...resultsOf(outcome).map((it) => it.padEnd(7)), row.name].join(" ");
  if (typeof verdicts === "string") return [line, `    skipped: ${verdicts}`];
  return [
    line,
    ...checks.flatMap((it) => {
      const verdict = verdicts[it];
      return verdict.is === "failed" ? [`    ${it}: ${verdict.because}`] : [];
    }),
  ];
}

/** For each check how many rows pass, of those that were tried; and how many are healed without a person. */
export function sums(outcomes: readonly Outcome[]): readonly string[] {
  const tried = outcomes.flatMap(({ verdicts }) => (typeof verdicts === "string" ? [] : [verdicts]));
  const alone = outcomes.filter(({ row }) => row.heal.by !== "person").length;
  return [
    ...checks.map(
      (it) => `${heads[it]}: ${tried.filter((verdicts) => verdicts[it].is === "passed").length} of ${tried.length}`,
    ),
    `healed without a person: ${alone} of ${outcomes.length}`,
  ];
}
