// What a listing tells of an entry: one row for each column, and how its cells are written. Pure.
import { escapeHtml } from "../html.ts";
import { encodePath } from "../redirect/redirect.ts";

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** What may be told or left out, by the names that IIS has for it. */
export const listingFacts = ["date", "time", "size", "extension", "longDate"] as const;
export type ListingFacts = ReadonlySet<(typeof listingFacts)[number]>;

/** As the links of Apache name them, which scripts know. */
export type Column = "N" | "M" | "S";

export interface ColumnRow {
  readonly column: Column;
  readonly title: string;
  readonly style: string;
  isShown(facts: ListingFacts): boolean;
  cell(entry: Entry, facts: ListingFacts): string;
}

const FIGURE = ' class="figure"';

export const listingColumns: readonly ColumnRow[] = [
  { column: "N", title: "Name", style: "", isShown: () => true, cell: nameCell },
  {
    column: "M",
    title: "Changed (UTC)",
    style: FIGURE,
    isShown: (facts) => facts.has("date") || facts.has("longDate") || facts.has("time"),
    cell: ({ modifiedMs }, facts) => momentText(modifiedMs, facts),
  },
  {
    column: "S",
    title: "Size",
    style: FIGURE,
    isShown: (facts) => facts.has("size"),
    cell: ({ isFolder, bytes }) => (isFolder ? "" : sizeText(bytes)),
  },
];

function nameCell({ name, isFolder }: Entry, facts: ListingFacts): string {
  const shown = isFolder ? `${name}/` : facts.has("extension") ? name : name.replace(/(?<=.)\.[^.]*$/, "");
  return `<a href="${hrefOf(name)}${isFolder ? "/" : ""}">${escapeHtml(shown)}</a>`;
}

/** "./" in front, as a name may hold a colon, or nothing that a path may not begin with. */
const hrefOf = (name: string): string => escapeHtml(`./${encodePath(name)}`);

const longDate = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeZone: "UTC" });

function momentText(ms: number, facts: ListingFacts): string {
  const [date = "", time = ""] = new Date(ms).toISOString().slice(0, 16).split("T");
  const day = facts.has("longDate") ? longDate.format(ms) : facts.has("date") ? date : "";
  return [day, facts.has("time") ? time : ""].filter((it) => it !== "").join(" ");
}

const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Three digits say enough: "1.25 MiB". */
export function sizeText(bytes: number): string {
  if (bytes === 1) return "1 byte";
  let value = bytes;
  let unit = 0;
  for (; value >= 1023.5 && unit < units.length - 1; unit++) value /= 1024;
  const digits = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit]}`;
}
