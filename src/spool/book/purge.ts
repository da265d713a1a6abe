// Forgets what left long ago, in steps so small that nobody who accepts or delivers waits for one. Open messages are
// never touched.
import type { Database } from "bun:sqlite";

const STEP_MESSAGES = 200;
const STEP_RECIPIENTS = 1000;

/** Whether there is more to forget. */
export function purge(database: Database, leftBeforeMs: number): boolean {
  const rows = database
    .query<{ readonly n: number }, [number, number]>(
      "SELECT n FROM message WHERE left_ms IS NOT NULL AND left_ms < ? ORDER BY left_ms LIMIT ?",
    )
    .all(leftBeforeMs, STEP_MESSAGES);
  let room = STEP_RECIPIENTS;
  for (const { n } of rows) {
    room -= forgetRecipients(database, n, room);
    if (room <= 0) return true;
    database.query("DELETE FROM message WHERE n = ?").run(n);
  }
  return rows.length === STEP_MESSAGES;
}

/** The first of them, with what happened to each; how many there were. */
function forgetRecipients(database: Database, message: number, most: number): number {
  const next = database
    .query<{ readonly i: number }, [number, number]>(
      "SELECT i FROM recipient WHERE message = ? ORDER BY i LIMIT 1 OFFSET ?",
    )
    .get(message, most);
  const end = next?.i ?? Number.MAX_SAFE_INTEGER;
  database.query("DELETE FROM happening WHERE message = ? AND i < ?").run(message, end);
  return database.query("DELETE FROM recipient WHERE message = ? AND i < ?").run(message, end).changes;
}
