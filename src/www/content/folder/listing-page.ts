// The listing of a folder as a page: folders first, sorted as the query says by links that need no script. Pure.
import { escapeHtml, page } from "../html.ts";
import { encodePath } from "../redirect/redirect.ts";

export interface Entry {
  readonly name: string;
  readonly isFolder: boolean;
  readonly bytes: number;
  readonly modifiedMs: number;
}

/** As the links of Apache have it, which scripts know: "C=S;O=D". */
export interface Order {
  readonly column: Column;
  readonly descending: boolean;
}

export type Column = "N" | "M" | "S";

const columns: readonly { readonly column: Column; readonly title: string; readonly style: string }[] = [
  { column: "N", title: "Name", style: "" },
  { column: "M", title: "Changed (UTC)", style: ' class="figure"' },
  { column: "S", title: "Size", style: ' class="figure"' },
];

export function readOrder(query: string): Order {
  const [, column = "N"] = /(?:^|[;&])C=([NMS])(?:[;&]|$)/.exec(query) ?? [];
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
  readonly order: Order;
}

export function listingPage({ path, entries, isCut, order }: Listing): Buffer {
  const heads = columns.map(({ column, title, style }) => head(column, title, style, order)).join("");
  const parent = path === "/" ? "" : '<tr><td><a href="../">../</a></td><td></td><td></td></tr>\n';
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

function head(column: Column, title: string, style: string, order: Order): string {
  const isThis = order.column === column;
  const isTurned = isThis && !order.descending;
  const sorted = isThis ? ` aria-sort="${order.descending ? "descending" : "ascending"}"` : "";
  const arrow = isThis ? (order.descending ? " ↓" : " ↑") : "";
  return `<th scope="col"${style}${sorted}><a href="?C=${column};O=${isTurned ? "D" : "A"}">${title}${arrow}</a></th>`;
}

function row({ name, isFolder, bytes, modifiedMs }: Entry): string {
  const shown = escapeHtml(isFolder ? `${name}/` : name);
  return `<tr><td><a href="${hrefOf(name)}${isFolder ? "/" : ""}">${shown}</a></td><td class="figure">${timeText(modifiedMs)}</td><td class="figure">${isFolder ? "" : sizeText(bytes)}</td></tr>\n`;
}

/** "./" in front, as a name may hold a colon, or nothing that a path may not begin with. */
const hrefOf = (name: string): string => escapeHtml(`./${encodePath(name)}`);

const timeText = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace("T", " ");

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
