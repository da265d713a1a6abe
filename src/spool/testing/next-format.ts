// A format of the spool that a later release might have, for tests: columns more, one with a default, and an index. The
// statements of today do with it too.
import type { Database } from "bun:sqlite";
import { type FormatTable, writesOf } from "../../format/format-table.ts";
import { tables } from "../book/tables.ts";
import { spoolFormatTable } from "../found/format-steps.ts";

/** The format of today, and that one. */
export const TODAY = writesOf(spoolFormatTable);
export const NEXT = TODAY + 1;

const { meta = "", message = "" } = tables;
const next = {
  ...tables,
  meta: meta.replace(") STRICT", ", note TEXT NOT NULL DEFAULT 'none') STRICT"),
  message: message.replace(") STRICT", ", large INTEGER AS (size_bytes > 100000)) STRICT"),
  message_large: "CREATE INDEX message_large ON message (large) WHERE left_ms IS NULL",
};

export const nextFormatTable: FormatTable = {
  ...spoolFormatTable,
  tables: next,
  steps: [
    ...spoolFormatTable.steps,
    {
      from: TODAY,
      to: NEXT,
      tables,
      forward(database: Database) {
        database.run("ALTER TABLE meta ADD COLUMN note TEXT NOT NULL DEFAULT 'none'");
        database.run("ALTER TABLE message ADD COLUMN large INTEGER AS (size_bytes > 100000)");
        database.run(next.message_large);
      },
      back(database: Database) {
        const notes = database.query("SELECT key, note FROM meta WHERE note <> 'none' ORDER BY key").values();
        database.run("DROP INDEX message_large");
        database.run("ALTER TABLE message DROP COLUMN large");
        database.run("ALTER TABLE meta DROP COLUMN note");
        return notes.map(([key, note]) => `the note "${note}" on ${key}`);
      },
    },
  ],
};
