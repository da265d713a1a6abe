// The formats of the spool and the steps between them: a release that changes a table adds a row here, with the tables as
// they were. `rangeOf` tells what this release reads and writes; there is no other list.
import { type FormatTable, rangeOf } from "../../format/format-table.ts";
import { tables } from "../book/tables.ts";
import { placesStep } from "./places-step.ts";

export const spoolFormatTable: FormatTable = { name: "spool", first: 1, steps: [placesStep], tables };

export const spoolFormats = rangeOf(spoolFormatTable);
