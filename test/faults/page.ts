// The page docs/FAULTS.md: what the users of the three founding articles saw and what ours see, then the table. Pure; which
// rows a page lists is read back from it, so that a test can compare.

import type { FaultRow } from "./row.ts";
import { cellsOf, markdownTable, type Outcome, sums } from "./table.ts";

/** What is shown of one of the seeds: whose words, and what our program has said, recorded. */
export interface Recording {
  readonly title: string;
  readonly before: string;
  readonly now: string;
}

export const faultsPage = (recordings: readonly Recording[], outcomes: readonly Outcome[]): string => `# Faults

What can happen to an installation, and what comes of it. \`npm run faults\` makes this page: it breaks real installations,
with all four services running and real clients attached, in every way that the table names. How to add a row stands in
\`test/faults/README.md\`.

## Three old failures, then and now

${recordings.map(recordingText).join("\n\n")}

## All faults

Checked for each of them, after the fault has come:

- **the rest serves**: clients get whole answers from everything that does not depend on the object
- **first line**: the first line on the screen, or in the event log, names the object and leads to the article
- **doctor**: \`inetsrv doctor\` has the true cause alone or on top
- **healed**: what stands under Healing brings back the whole service, or a person has to do what is said there
- **kept**: mail that was accepted and changes that were answered before the fault are there in the end

${sums(outcomes)
  .map((it) => `- ${it}`)
  .join("\n")}

${markdownTable(outcomes)}
`;

const recordingText = ({ title, before, now }: Recording): string =>
  `### ${title}\n\nThen:\n\n\`\`\`\n${before.trim()}\n\`\`\`\n\nHere:\n\n\`\`\`\n${now.trim()}\n\`\`\``;

/** For each row of its table the cells that do not change from run to run. */
export function rowsIn(page: string): readonly string[] {
  const table = page.slice(page.indexOf("## All faults"));
  const lines = table.split("\n").filter((it) => it.startsWith("| "));
  return lines.slice(2).map((line) => line.slice(2, -2).split(" | ").slice(0, CELLS).join(" | "));
}

export const rowText = (row: FaultRow): string =>
  cellsOf(row)
    .map((it) => it.replaceAll("|", "\\|"))
    .join(" | ");
const CELLS = 5;
