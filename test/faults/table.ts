// The rows of the kit as a table, with what came of each: for a screen, and for the page docs/FAULTS.md. Pure.
import { type CheckName, checks, type FaultRow, healsAlone, ITSELF, type Verdict, type Verdicts } from "./row.ts";

/** A word for each check. */
export interface Outcome {
  readonly row: FaultRow;
  readonly results: readonly string[];
}

const PASSED = "yes";
const heads: Readonly<Record<CheckName, string>> = {
  serves: "the rest serves",
  says: "first line",
  doctor: "doctor",
  heals: "healed",
  kept: "kept",
};

const word = ({ is }: Verdict): string => (is === "passed" ? PASSED : is === "failed" ? "NO" : is);

/** A text in the place of verdicts tells why there are none. */
export const resultsOf = (verdicts: Verdicts | "skipped" | "not tried"): readonly string[] =>
  checks.map((it) => (typeof verdicts === "string" ? verdicts : word(verdicts[it])));

/** Whose matter it is, what leads there, and how it ends: the part of a row that does not change from run to run. */
export const cellsOf = (row: FaultRow): readonly string[] => [
  row.family,
  row.name,
  `${row.object.kind} ${readable(row.object.name)}`,
  row.article,
  healingOf(row),
];

/** A pattern as people write a name: of several the first, and what another run may find otherwise by the name of its group. */
const readable = ({ source }: RegExp): string =>
  (source.split("|")[0] ?? source)
    .replaceAll("\\d+", "PORT")
    .replaceAll(/\(\?<(\w+)>[^)]*\)/g, "$1")
    .replaceAll(/[\^$\\]/g, "")
    .replace(/^\//, "");

function healingOf({ heal }: FaultRow): string {
  switch (heal.by) {
    case "itself":
      return heal.when === undefined ? "nothing is to be done" : `by itself: ${heal.when}`;
    case "doctor":
      return [
        `${commandText("doctor --fix")}${heal.asRoot ? " as root" : ""}`,
        ...(heal.also ?? []).map(commandText),
      ].join(", ");
    case "commands":
      return heal.commands.map(commandText).join(", ");
    case "person":
      return `a person: ${heal.must}`;
    default:
      return heal satisfies never;
  }
}

function commandText(line: string): string {
  const [command = "", given] = line.split(" < ");
  const words = command.replaceAll(/package:\S+/g, "PACKAGE");
  const typed = /^\d/.test(words) ? words.replace(" ", "/inetsrv ") : `inetsrv ${words}`;
  return `\`${typed}\`${given === undefined ? "" : ` with the ${given}`}`;
}

export const lineOf = (cells: readonly string[]): string =>
  `| ${cells.map((it) => it.replaceAll("|", "\\|")).join(" | ")} |`;
const head = ["Class", "What if", "Object", "Article", "Healing", ...checks.map((it) => heads[it])];

export const markdownTable = (outcomes: readonly Outcome[]): string =>
  [head, head.map(() => "---"), ...outcomes.map(({ row, results }) => [...cellsOf(row), ...results])]
    .map(lineOf)
    .join("\n");

/** One line for a row, with every reason of what failed below it. */
export function screenLines(row: FaultRow, verdicts: Verdicts | "skipped"): readonly string[] {
  const line = [row.family.padEnd(3), ...resultsOf(verdicts).map((it) => it.padEnd(7)), row.name].join(" ");
  if (typeof verdicts === "string") return [`${line}: ${row.skip}`];
  const failed = checks.flatMap((it) => {
    const verdict = verdicts[it];
    return verdict.is === "failed"
      ? [`    ${verdict.because.startsWith(ITSELF) ? "" : `${it}: `}${verdict.because}`]
      : [];
  });
  // A row that did not come to its checks fails all of them for one reason.
  return [line, ...new Set(failed)];
}

export const screenHead = ["   ", ...checks.map((it) => heads[it].slice(-7).padEnd(7)), "what if"].join(" ");

/** For each check how many rows pass, of those that were tried; and how many are healed without a person. */
export function sums(outcomes: readonly Outcome[]): readonly string[] {
  const tried = outcomes.filter(({ results }) => results.some((it) => it === PASSED || it === "NO"));
  const passed = (at: number) => tried.filter(({ results }) => results[at] === PASSED).length;
  const alone = tried.filter(({ row }) => healsAlone(row)).length;
  return [
    ...checks.map((it, at) => `${heads[it]}: ${passed(at)} of ${tried.length}`),
    `healed without a person: ${alone} of ${tried.length}`,
  ];
}
