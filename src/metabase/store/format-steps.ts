// The formats of the metabase and the steps between them: a release that changes a table adds a row here, with the tables
// as they were. `rangeOf` tells what this release reads and writes; there is no other list.
import { type FormatTable, rangeOf } from "../../format/format-table.ts";
import { tables } from "./sqlite-tables.ts";

export const metabaseFormatTable: FormatTable = { name: "metabase", first: 1, steps: [], tables };

export const metabaseFormats = rangeOf(metabaseFormatTable);
