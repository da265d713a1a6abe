// What an operator orders of many at once, in steps, so that accepting mail never waits for all of it. What the deliverer
// holds is left to it: the order is noted on the row, and done when the attempt has ended.
import type { Database } from "bun:sqlite";
import { statusNumbers } from "../message.ts";
import type { Order } from "../spool.ts";
import { conditionOf } from "./filter-sql.ts";
import { finish } from "./record.ts";
import { close, expectDue, type LeftBody, type RecipientRow, tell } from "./rows.ts";

export interface OrderStep extends Order {
  /** Where the step before ended. */
  readonly after: readonly [message: number, recipient: number];
}

export interface OrderStepDone {
  /** In files, of the messages that left with it. */
  readonly bodies: readonly LeftBody[];
  readonly messages: number;
  readonly recipients: number;
  readonly busy: number;
  /** null: that was all. */
  readonly next: readonly [message: number, recipient: number] | null;
}

const STEP_RECIPIENTS = 1000;

export function orderStep(database: Database, step: OrderStep): OrderStepDone {
  const { text, values } = conditionOf(step.filter);
  const rows = database
    .query<RecipientRow, (string | number)[]>(
      `SELECT r.* FROM message m JOIN recipient r ON r.message = m.n
       WHERE (r.message, r.i) > (?, ?) AND r.status < 10 AND ${text} ORDER BY r.message, r.i LIMIT ${STEP_RECIPIENTS}`,
    )
    .all(...step.after, ...values);
  const bodies: LeftBody[] = [];
  let busy = 0;
  let recipients = 0;
  const messages = new Set<number>();
  for (const row of rows) {
    if (row.status === statusNumbers.claimed) busy++;
    if (!apply(database, row, step)) continue;
    recipients++;
    messages.add(row.message);
    tell(database, row, { atMs: step.atMs, what: step.what.is, who: step.who, text: wordsOf(step) });
    const gone = isDeleted(row, step) ? close(database, row.message, step.atMs) : undefined;
    if (gone?.left !== undefined) bodies.push(gone.left);
  }
  // A message counts where its first recipient is met, though its others may come in the next step.
  if (rows[0]?.message === step.after[0]) messages.delete(rows[0].message);
  const last = rows.length === STEP_RECIPIENTS ? rows.at(-1) : undefined;
  return { bodies, messages: messages.size, recipients, busy, next: last ? [last.message, last.i] : null };
}

const wordsOf = ({ what }: Order): string => (what.is === "reroute" ? what.destination : "");
const isDeleted = (row: RecipientRow, { what }: Order): boolean =>
  what.is === "delete" && row.status !== statusNumbers.claimed;

/** Whether it concerns the recipient at all: what is not held cannot be released. */
function apply(database: Database, row: RecipientRow, { what, atMs }: Order): boolean {
  const { message, i, destination } = row;
  const isClaimed = row.status === statusNumbers.claimed;
  const put = (set: string, ...values: readonly (string | number)[]) =>
    database.query(`UPDATE recipient SET ${set} WHERE message = ? AND i = ?`).run(...values, message, i);
  switch (what.is) {
    case "hold":
      if (row.status === statusNumbers.held) return false;
      if (isClaimed) put("ordered = ?", "hold");
      else put("status = ?", statusNumbers.held);
      return true;
    case "release":
      if (isClaimed ? row.ordered !== "hold" : row.status !== statusNumbers.held) return false;
      if (isClaimed) put("ordered = NULL");
      else put("status = ?", statusNumbers.queued);
      expectDue(database, destination, row.due_ms);
      return true;
    case "retry":
      if (row.status !== statusNumbers.queued) return false;
      put("due_ms = ?", Math.min(row.due_ms, atMs));
      expectDue(database, destination, Math.min(row.due_ms, atMs));
      return true;
    case "reroute":
      put("destination = ?", what.destination);
      if (row.status !== statusNumbers.held) expectDue(database, what.destination, row.due_ms);
      return true;
    case "delete":
      if (isClaimed) put("ordered = ?", "delete");
      else finish(database, row, statusNumbers.deleted);
      return true;
    default:
      throw new Error(`no such order: ${what satisfies never}`);
  }
}
