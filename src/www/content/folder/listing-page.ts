// The listing of a folder as a page: folders first, sorted as the query says by links that need no script. Pure.
import { escapeHtml, page } from "../html.ts";
import { type Column, type ColumnRow, type Entry, type ListingFacts, listingColumns } from "./listing-columns.ts";

/** As the links of Apache have it, which scripts know: "C=S;O=D". */
export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

const usualOrder: Order = { column: "N", descending: false };

export function readOrder(query: string): Order {
  const [, column = usualOrder.column] = /(?:^|[;&])C=([NMS])(?:[;&]|$)/.exec(query) ?? [];
  return { column: column as Column, descending: /(?:^|[;&])O=D(?:[;&]|$)/.test(query) };
}

const byName = new Intl.Collator("en", { numeric: true });

const compare: Readonly<Record<Column, (one: Entry, other: Entry) => number>> = {
  N: (one, other) => byName.compare(one.name, other.name),
  M: (one, other) => one.modifiedMs - other.modifiedMs,
  S: (one, other) => one.bytes - other.bytes,
};

export function sortEntries(entries: readonly Entry[], { column, descending }: Order): readonly Entry[] {
  const sign = descending ? -1 : 1;
  return [...entries].sort(
    (one, other) =>
      Number(other.isFolder) - Number(one.isFolder) ||
      sign * compare[column](one, other) ||
      compare.N(one, other) ||
      (one.name < other.name ? -1 : 1),
  );
}

/** Blanks in names are shown as they are. Where there is little room a name has a line of its own. */
const STYLE = `
th a{color:inherit}
td:first-child{white-space:pre-wrap}
@media(max-width:40rem){
tr{display:grid;grid-template-columns:1fr auto;border-bottom:1px solid var(--line);padding:.3rem 0}
th,td{border:0;padding:0}
th:first-child,td:first-child{grid-column:1/-1}
td.figure:nth-child(2),th.figure:nth-child(2){text-align:left}
td:empty{display:none}
}`;

export interface Listing {
  /** Decoded, with a slash at its end. */
  readonly path: string;
  readonly entries: readonly Entry[];
  readonly isCut: boolean;
  /** Of what is told of each entry; by what is not told, nothing is sorted. */
  readonly facts: ListingFacts;
  readonly order: Order;
}

export function listingPage({ path, entries, isCut, facts, order: wanted }: Listing): Buffer {
  const columns = listingColumns.filter((it) => it.isShown(facts));
  const order = columns.some((it) => it.column === wanted.column) ? wanted : usualOrder;
  const heads = columns.map((it) => head(it, order)).join("");
  const parent =
    path === "/" ? "" : `<tr><td><a href="../">../</a></td>${"<td></td>".repeat(columns.length - 1)}</tr>\n`;
  const row = (entry: Entry): string =>
    `<tr>${columns.map(({ style, cell }) => `<td${style}>${cell(entry, facts)}</td>`).join("")}</tr>\n`;
  const rows = sortEntries(entries, order).map(row).join("");
  const note = isCut
    ? `<p class="quiet">There is more in this folder than the ${entries.length} entries above.</p>\n`
    : "";
  const empty = entries.length === 0 ? '<p class="quiet">This folder is empty.</p>\n' : "";
  return page(
    `Folder ${path}`,
    `<h1>${escapeHtml(path)}</h1>
<table>
<thead><tr>${heads}</tr></thead>
<tbody>
${parent}${rows}</tbody>
</table>
${note}${empty}`,
    STYLE,
  );
}

function head({ column, title, style }: ColumnRow, order: Order): string {
  const isThis = order.column === column;
  const isTurned = isThis && !order.descending;
  const sorted = isThis ? ` aria-sort="${order.descending ? "descending" : "ascending"}"` : "";
  const arrow = isThis ? (order.descending ? " ↓" : " ↑") : "";
  return `<th scope="col"${style}${sorted}><a href="?C=${column};O=${isTurned ? "D" : "A"}">${title}${arrow}</a></th>`;
}
