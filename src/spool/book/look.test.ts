// What is asked again and again must not become slower with all that has left.
import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { layOut } from "../found/books-file.ts";
import { backlog, summary } from "./look.ts";

/** How SQLite finds the rows of each statement that is made while `ask` runs. */
function plansOf(ask: (database: Database) => unknown): readonly string[] {
  using database = new Database(":memory:", { strict: true });
  layOut(database);
  const texts: string[] = [];
  const query = (text: string) => {
    texts.push(text);
    return database.query(text);
  };
  ask({ query } as unknown as Database);
  return texts.flatMap((text) =>
    database
      .query<{ readonly detail: string }, []>(`EXPLAIN QUERY PLAN ${text}`)
      .all()
      .map((it) => it.detail),
  );
}

test("the length of the queue is read from the index of what is open, and of messages one alone is looked up", () => {
  expect(plansOf(backlog)).toEqual([
    "SCAN recipient USING COVERING INDEX recipient_open",
    "SEARCH message USING INTEGER PRIMARY KEY (rowid=?)",
  ]);
  expect(plansOf(summary)[0]).toBe("SCAN recipient USING COVERING INDEX recipient_open");
});
