// What people ask of the queue: summary, find, the story of one message. Reads only.
import type { Database } from "bun:sqlite";
import type { Place } from "../entry.ts";
import type { Filter } from "../filter.ts";
import { type Happening, statusOf } from "../message.ts";
import type { Backlog, Count, Found, Page, Story, SummaryRow } from "../spool.ts";
import { conditionOf } from "./filter-sql.ts";
import { headOf, type MessageRow, messageRow, type RecipientRow, recipientOf } from "./rows.ts";

const RECIPIENTS_LISTED_MAX = 1000;
const PAGE_MAX = 10_000;

export function summary(database: Database): readonly SummaryRow[] {
  return database
    .query<{ destination: string; status: number; recipients: number; nextMs: number }, []>(
      `SELECT destination, status, count(*) AS recipients, min(due_ms) AS nextMs
       FROM recipient INDEXED BY recipient_open WHERE status < 10 GROUP BY destination, status`,
    )
    .all()
    .map((it) => ({ ...it, status: statusOf(it.status) }));
}

/** Through the index of what is open alone, as it is asked for again and again and what has left is much more. */
export function backlog(database: Database): Backlog {
  const row = database
    .query<{ readonly recipients: number; readonly oldest: number | null }, []>(
      "SELECT count(*) AS recipients, min(message) AS oldest FROM recipient INDEXED BY recipient_open WHERE status < 10",
    )
    .get();
  const oldest = database
    .query<{ readonly received_ms: number }, [number | null]>("SELECT received_ms FROM message WHERE n = ?")
    .get(row?.oldest ?? null);
  return { recipients: row?.recipients ?? 0, oldestMs: oldest?.received_ms ?? null };
}

export function find(
  database: Database,
  { filter, page }: { readonly filter: Filter; readonly page: Page },
): readonly Found[] {
  const { text, values } = conditionOf(filter);
  const after = page.after === undefined ? null : messageRow(database, page.after.id);
  const from = after === null ? [0, -1] : [after.n, page.after?.recipient ?? -1];
  const rows = database
    .query<MessageRow & RecipientRow, (string | number)[]>(
      `SELECT m.*, r.* FROM message m JOIN recipient r ON r.message = m.n
       WHERE (r.message, r.i) > (?, ?) AND ${text} ORDER BY r.message, r.i LIMIT ?`,
    )
    .all(...from.map(Number), ...values, Math.min(page.limit, PAGE_MAX));
  return rows.map((row) => ({ ...recipientOf(row), message: headOf(row) }));
}

export function count(database: Database, filter: Filter): Count {
  const { text, values } = conditionOf(filter);
  const row = database
    .query<Count, (string | number)[]>(
      `SELECT count(DISTINCT r.message) AS messages, count(*) AS recipients, ifnull(sum(r.status = 1), 0) AS busy
       FROM message m JOIN recipient r ON r.message = m.n WHERE ${text}`,
    )
    .get(...values);
  return row ?? { messages: 0, recipients: 0, busy: 0 };
}

export function story(database: Database, id: string): Story | null {
  const message = messageRow(database, id);
  if (message === null) return null;
  const recipients = database
    .query<RecipientRow, [number, number]>("SELECT * FROM recipient WHERE message = ? ORDER BY i LIMIT ?")
    .all(message.n, RECIPIENTS_LISTED_MAX);
  const total = database
    .query<{ readonly n: number }, [number]>("SELECT count(*) AS n FROM recipient WHERE message = ?")
    .get(message.n);
  const happenings = database
    .query<Happening, [number, number]>(
      `SELECT i AS recipient, at_ms AS atMs, what, who, text FROM happening WHERE message = ? AND i < ?
       ORDER BY at_ms, i, seq`,
    )
    .all(message.n, RECIPIENTS_LISTED_MAX);
  return {
    message: headOf(message),
    recipients: recipients.map(recipientOf),
    more: (total?.n ?? recipients.length) - recipients.length,
    happenings,
  };
}

export type KeptBody = { readonly sizeBytes: number } & (
  | { readonly is: "bytes"; readonly bytes: Uint8Array }
  | { readonly is: "file"; readonly place: Place }
);

/** null: no such message, or it has left. A file is opened by whoever reads it. */
export function bodyOf(database: Database, id: string): KeptBody | null {
  const message = messageRow(database, id);
  if (message === null || message.left_ms !== null) return null;
  const sizeBytes = message.size_bytes;
  if (message.in_file === 1) {
    const place = database.query<Place, [number]>("SELECT file, start FROM place WHERE message = ?").get(message.n);
    return place === null ? null : { is: "file", sizeBytes, place };
  }
  const row = database
    .query<{ readonly bytes: Uint8Array }, [number]>("SELECT bytes FROM body WHERE message = ?")
    .get(message.n);
  return row === null ? null : { is: "bytes", sizeBytes, bytes: row.bytes };
}

/** In which of these files lies a body of a message that is still in the queue. */
export function needed(database: Database, files: readonly string[]): readonly string[] {
  return database
    .query<{ readonly file: string }, [string]>(
      "SELECT DISTINCT file FROM place WHERE file IN (SELECT value FROM json_each(?))",
    )
    .all(JSON.stringify(files))
    .map((it) => it.file);
}
