// Rows of figures as a table for a terminal; where it is too narrow for one, each row as a list. Pure.

/** All rows of a table have the same keys; the unit comes last: "load ms". */
export type Row = Readonly<Record<string, string | number>>;

const GAP = "  ";

export function table(rows: readonly Row[], width: number): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => shown(row[column])))];
  const widths = columns.map((_, index) => Math.max(...lines.map((cells) => Bun.stringWidth(cells[index] ?? ""))));
  if (widths.reduce((sum, it) => sum + it + GAP.length, 0) - GAP.length > width) return lists(rows);
  const isFigure = columns.map((column) => rows.every((row) => typeof row[column] === "number"));
  return lines
    .map((cells) =>
      cells
        .map((cell, index) => pad(cell, widths[index] ?? 0, isFigure[index] === true))
        .join(GAP)
        .trimEnd(),
    )
    .join("\n");
}

const lists = (rows: readonly Row[]): string =>
  rows
    .map((row) =>
      Object.entries(row)
        .map(([key, value]) => `${key}: ${shown(value)}`)
        .join("\n"),
    )
    .join("\n\n");

/** Four digits say all that a measurement knows; a large figure keeps its thousands apart. */
function shown(value: string | number | undefined): string {
  if (typeof value !== "number") return value ?? "";
  const digits = Math.abs(value) >= 1000 ? 0 : 4 - Math.max(1, Math.trunc(Math.abs(value)).toString().length);
  return value.toLocaleString("en", { maximumFractionDigits: Number.isInteger(value) ? 0 : digits });
}

function pad(text: string, width: number, toTheRight: boolean): string {
  const space = " ".repeat(width - Bun.stringWidth(text));
  return toTheRight ? space + text : text + space;
}
