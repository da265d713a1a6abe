// Forgets what left long ago, a step at a time, so that a short night is enough for a long history. Open messages are
// never touched.
import type { Database } from "bun:sqlite";

const STEP_MESSAGES = 200;

/** How many messages were forgotten; fewer than a step means that was all. */
export function purge(database: Database, leftBeforeMs: number): number {
  const rows = database
    .query<{ readonly n: number }, [number, number]>(
      "SELECT n FROM message WHERE left_ms IS NOT NULL AND left_ms < ? ORDER BY left_ms LIMIT ?",
    )
    .all(leftBeforeMs, STEP_MESSAGES);
  for (const { n } of rows) {
    database.query("DELETE FROM happening WHERE message = ?").run(n);
    database.query("DELETE FROM recipient WHERE message = ?").run(n);
    database.query("DELETE FROM message WHERE n = ?").run(n);
  }
  return rows.length;
}
