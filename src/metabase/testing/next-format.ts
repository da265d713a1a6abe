// A format of the metabase that a later release might have, for tests: a column is called otherwise, and there is a table
// more. The statements of today do with it too.
import type { Database } from "bun:sqlite";
import type { FormatTable } from "../../format/format-table.ts";
import { tables } from "../store/sqlite-tables.ts";

const next = {
  ...tables,
  confirmation:
    "CREATE TABLE confirmation (n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, keeper TEXT NOT NULL, proof TEXT NOT NULL, who TEXT AS (keeper)) STRICT",
  label: "CREATE TABLE label (path TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID",
};

/** `copyAnew`: the good copy is of another format, too. */
export const nextFormat = (copyAnew?: true): FormatTable => ({
  name: "metabase",
  first: 1,
  tables: next,
  steps: [
    {
      from: 1,
      to: 2,
      tables,
      ...(copyAnew === undefined ? {} : { copyAnew }),
      forward(database: Database) {
        database.run("ALTER TABLE confirmation RENAME COLUMN who TO keeper");
        database.run("ALTER TABLE confirmation ADD COLUMN who TEXT AS (keeper)");
        database.run(next.label);
        database.run("INSERT INTO label SELECT path, 'from 1' FROM node");
      },
      back(database: Database) {
        const labels = database.query("SELECT path, text FROM label WHERE text <> 'from 1' ORDER BY path").values();
        database.run("DROP TABLE label");
        database.run("ALTER TABLE confirmation DROP COLUMN who");
        database.run("ALTER TABLE confirmation RENAME COLUMN keeper TO who");
        return labels.map(([path, text]) => `the label "${text}" of ${path}`);
      },
    },
  ],
});
