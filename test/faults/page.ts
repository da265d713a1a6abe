// The page docs/FAULTS.md: what the users of the three founding articles saw and what ours see, then the table. Pure; what
// was not tried this time is taken over from the page before.
import type { FaultRow } from "./row.ts";
import { cellsOf, lineOf, markdownTable, type Outcome, resultsOf, sums } from "./table.ts";

/** What is shown of one of the seeds: in our words what was seen then, and what our program has said, recorded. */
export interface Recording {
  readonly title: string;
  readonly before: string;
  readonly now: string;
}

const TABLE = "## All faults";
const CELLS = 5;

export const faultsPage = (seeds: string, results: readonly Outcome[]): string => `# Faults

What can happen to an installation, and what comes of it. \`npm run faults\` makes this page: it breaks real installations,
with all four services running and real clients attached, in every way that the table names. How to add a row stands in
\`test/faults/README.md\`.

## Three old failures, then and now

${seeds}

${TABLE}

Checked for each of them, after the fault has come:

- **the rest serves**: clients get whole answers from everything that does not depend on the object
- **first line**: the first line on the screen, or in the event log, names the object and leads to the article
- **doctor**: \`inetsrv doctor\` has the true cause alone or on top
- **healed**: what stands under Healing brings back the whole service, or a person has to do what is said there
- **kept**: mail that was accepted and changes that were answered before the fault are there in the end

In sum:

${sums(results)
  .map((it) => `- ${it}`)
  .join("\n")}

${markdownTable(results)}
`;

export const seedsText = (recordings: readonly Recording[]): string => recordings.map(recordingText).join("\n\n");

const recordingText = ({ title, before, now }: Recording): string =>
  `### ${title}\n\nThen:\n\n${fenced(before)}\n\nHere:\n\n${fenced(now)}`;
const fenced = (text: string): string => `\`\`\`text\n${text.replace(/^\n+|\s+$/g, "")}\n\`\`\``;

/** The recordings of a page. */
export const seedsIn = (page: string): string =>
  /## Three old failures.*?\n\n(.*)\n\n## All faults/s.exec(page)?.[1] ?? "";

const linesIn = (page: string): readonly string[] =>
  page
    .slice(page.indexOf(TABLE))
    .split("\n")
    .filter((it) => it.startsWith("| "))
    .slice(2);

/** For each row of its table the cells that do not change from run to run. */
export const rowsIn = (page: string): readonly string[] => linesIn(page).map(fixedPart);
export const rowText = (row: FaultRow): string => fixedPart(lineOf(cellsOf(row)));

const fixedPart = (line: string): string => split(line).slice(0, CELLS).join(" | ");
const split = (line: string): readonly string[] => line.slice(2, -2).split(" | ");

/** For all rows what came of them: now where they were tried, else as the page has it. */
export function joined(rows: readonly FaultRow[], tried: readonly Outcome[], page: string): readonly Outcome[] {
  const before = new Map(linesIn(page).map((it) => [fixedPart(it), split(it).slice(CELLS)]));
  const now = new Map(tried.map((it) => [it.row, it]));
  return rows.map((row) => now.get(row) ?? { row, results: before.get(rowText(row)) ?? resultsOf("not tried") });
}
