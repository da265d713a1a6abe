// Rules about the event rows of the rooms: one number, one meaning, and no row that nobody reports.
import { isTest, type Source } from "../source.ts";
import { at, type Finding, inSource, type Rule } from "./rule.ts";

interface Row {
  readonly file: Source;
  readonly at: number;
  /** As it is used: `netEvents.portInUse`. */
  readonly use: string;
  readonly number: number;
}

const isCatalogue = (file: Source): boolean => inSource(file) && file.path.endsWith("/events.ts");

/** Rows look like `portInUse: event(4001, ...` below `export const netEvents = {`. */
function rowsOf(file: Source): readonly Row[] {
  const rows: Row[] = [];
  let table = "";
  for (const match of file.code.matchAll(/\bexport const (\w+)|(\w+):\s*event\(\s*(\d[\d_]*)/g)) {
    const [, name, row, number] = match;
    if (name !== undefined) table = name;
    else rows.push({ file, at: match.index, use: `${table}.${row}`, number: Number(number?.replaceAll("_", "")) });
  }
  return rows;
}

export const eventNumbers: Rule = {
  name: "event-numbers",
  check(files) {
    const first = new Map<number, Row>();
    const findings: Finding[] = [];
    for (const row of files.filter(isCatalogue).flatMap(rowsOf)) {
      const other = first.get(row.number);
      if (other === undefined) first.set(row.number, row);
      else
        findings.push(at(row.file, row.at, `event ${row.number} is already ${other.use}: take the next free number`));
    }
    return findings;
  },
};

export const eventsUsed: Rule = {
  name: "events-used",
  check(files) {
    const readers = files.filter((file) => inSource(file) && !isTest(file) && !isCatalogue(file));
    const used = new Set(readers.flatMap((file) => file.code.match(/\b\w+Events\s*\.\s*\w+/g) ?? []).map(unspaced));
    const unused = files
      .filter(isCatalogue)
      .flatMap(rowsOf)
      .filter((row) => !used.has(row.use));
    return unused.map((row) => at(row.file, row.at, `${row.use} is reported nowhere: report it, or take the row out`));
  },
};

/** The formatter may break a long chain before its dot. */
const unspaced = (use: string): string => use.replaceAll(/\s/g, "");
