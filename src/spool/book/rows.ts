// How the rows of the spool read, and what is written of a destination and a happening. No transactions: whoever calls
// has begun one.
import type { Database } from "bun:sqlite";
import { isObject } from "../../base/json.ts";
import type { Place } from "../entry.ts";
import {
  type Envelope,
  type Facts,
  HAPPENINGS_KEPT,
  type Happening,
  type MessageHead,
  REPLY_LENGTH_MAX,
  type Recipient,
  type Source,
  statusOf,
} from "../message.ts";
import { Refused, trouble } from "../trouble.ts";

export interface MessageRow {
  readonly n: number;
  readonly id: string;
  readonly received_ms: number;
  readonly envelope: string;
  readonly source: string;
  readonly facts: string;
  readonly size_bytes: number;
  readonly in_file: number;
  readonly open: number;
  readonly left_ms: number | null;
}

export interface RecipientRow {
  readonly message: number;
  readonly i: number;
  readonly address: string;
  readonly destination: string;
  readonly fair: string;
  readonly priority: number;
  readonly status: number;
  readonly due_ms: number;
  readonly attempts: number;
  readonly reply: string;
  readonly notify: string | null;
  readonly orcpt: string | null;
  readonly delay_told: number;
  readonly uncertain: number;
  readonly ordered: string | null;
  readonly happened: number;
}

export const headOf = (row: MessageRow): MessageHead => ({
  id: row.id,
  receivedMs: row.received_ms,
  envelope: parsed(row.envelope) as unknown as Envelope,
  source: parsed(row.source) as unknown as Source,
  facts: parsed(row.facts) as Facts,
  sizeBytes: row.size_bytes,
  leftMs: row.left_ms,
});

export const recipientOf = (row: RecipientRow): Recipient => ({
  index: row.i,
  address: row.address,
  destination: row.destination,
  status: statusOf(row.status),
  dueMs: row.due_ms,
  attempts: row.attempts,
  reply: row.reply,
  notify: row.notify,
  orcpt: row.orcpt,
  delayTold: row.delay_told === 1,
  uncertain: row.uncertain === 1,
});

/** Written by this program only, so what does not parse is damage. */
function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {}
  throw new Refused(trouble("damaged", "the spool holds a message whose facts do not read"));
}

export function messageRow(database: Database, id: string): MessageRow | null {
  return database.query<MessageRow, [string]>("SELECT * FROM message WHERE id = ?").get(id);
}

export function recipientRow(database: Database, message: number, i: number): RecipientRow | null {
  const query = database.query<RecipientRow, [number, number]>("SELECT * FROM recipient WHERE message = ? AND i = ?");
  return query.get(message, i);
}

/** Nothing of the destination is due before `dueMs` and what was known already; only ever too early, never too late. */
export function expectDue(database: Database, destination: string, dueMs: number): void {
  database
    .query(
      "INSERT INTO destination VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET next_ms = excluded.next_ms WHERE excluded.next_ms < next_ms",
    )
    .run(destination, dueMs);
}

/** The oldest one makes room, as an address that is tried for days must not grow. */
export function tell(
  database: Database,
  row: Pick<RecipientRow, "message" | "i" | "happened">,
  it: Omit<Happening, "recipient">,
): void {
  const { message, i, happened } = row;
  database
    .query("INSERT OR REPLACE INTO happening VALUES (?, ?, ?, ?, ?, ?, ?, ?)")
    .run(
      message,
      i,
      happened % HAPPENINGS_KEPT,
      happened,
      it.atMs,
      it.what,
      it.who.slice(0, REPLY_LENGTH_MAX),
      it.text.slice(0, REPLY_LENGTH_MAX),
    );
  database.query("UPDATE recipient SET happened = ? WHERE message = ? AND i = ?").run(happened + 1, message, i);
}

/** Where a body lies in a file that nobody needs any more. */
export interface LeftBody {
  readonly file: string;
  /** Its slip begins there. */
  readonly end: number;
}

/** One recipient of the message is done with; with the last one the body goes. The answer tells of its end. */
export function close(
  database: Database,
  message: number,
  atMs: number,
): { readonly id: string; readonly left: LeftBody | undefined } | undefined {
  const row = database
    .query<Pick<MessageRow, "id" | "open" | "in_file" | "size_bytes">, [number]>(
      "UPDATE message SET open = open - 1 WHERE n = ? RETURNING id, open, in_file, size_bytes",
    )
    .get(message);
  if (row === null || row.open > 0) return undefined;
  database.query("UPDATE message SET left_ms = ? WHERE n = ?").run(atMs, message);
  if (row.in_file === 0) {
    database.query("DELETE FROM body WHERE message = ?").run(message);
    return { id: row.id, left: undefined };
  }
  const place = database
    .query<Place, [number]>("DELETE FROM place WHERE message = ? RETURNING file, start")
    .get(message);
  return { id: row.id, left: place === null ? undefined : { file: place.file, end: place.start + row.size_bytes } };
}
