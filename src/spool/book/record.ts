// What came of attempts, and the notices that they cause. All of a record or nothing: a bounce that is in the books
// without its failure, or the other way round, would be lost or sent twice.
import type { Database } from "bun:sqlite";
import type { Entry } from "../entry.ts";
import { type Attempt, REPLY_LENGTH_MAX, statusNumbers } from "../message.ts";
import { Refused, trouble } from "../trouble.ts";
import { accept } from "./accept.ts";
import { giveBack } from "./claim.ts";
import { close, type LeftBody, messageRow, type RecipientRow, recipientRow, tell } from "./rows.ts";

export interface Record {
  readonly attempts: readonly Attempt[];
  readonly notices: readonly Entry[];
}

/** Messages whose last recipient it was, and their bodies in files. */
interface Gone {
  readonly left: readonly string[];
  readonly bodies: readonly LeftBody[];
}

export function record(database: Database, { attempts, notices }: Record): Gone {
  const left: string[] = [];
  const bodies: LeftBody[] = [];
  for (const it of attempts) {
    const message = messageRow(database, it.id);
    const row = message === null ? null : recipientRow(database, message.n, it.recipient);
    if (row === null || row.status !== statusNumbers.claimed)
      throw new Refused(trouble("stale", `recipient ${it.recipient} of message ${it.id} is not being delivered`));
    if (!settle(database, row, it)) continue;
    const gone = close(database, row.message, it.atMs);
    if (gone === undefined) continue;
    left.push(gone.id);
    if (gone.left !== undefined) bodies.push(gone.left);
  }
  for (const it of notices) accept(database, it);
  return { left, bodies };
}

/** Whether the recipient is done with. */
function settle(database: Database, row: RecipientRow, it: Attempt): boolean {
  const { outcome } = it;
  if (outcome.is === "returned") {
    giveBack(database, row, row.due_ms);
    return row.ordered === "delete" && remove(database, row);
  }
  tell(database, row, { atMs: it.atMs, what: outcome.is, who: it.remote, text: it.reply });
  const uncertain = it.uncertain === true || (outcome.is === "deferred" && row.uncertain === 1);
  database
    .query(
      `UPDATE recipient SET attempts = attempts + 1, reply = ?, uncertain = ?, delay_told = max(delay_told, ?)
       WHERE message = ? AND i = ?`,
    )
    .run(it.reply.slice(0, REPLY_LENGTH_MAX), uncertain ? 1 : 0, it.delayTold === true ? 1 : 0, row.message, row.i);
  if (outcome.is === "deferred") {
    giveBack(database, row, outcome.untilMs);
    return row.ordered === "delete" && remove(database, row);
  }
  finish(database, row, statusNumbers[outcome.is]);
  return true;
}

/** What was to be deleted while it was being tried. */
function remove(database: Database, row: RecipientRow): true {
  finish(database, row, statusNumbers.deleted);
  return true;
}

export function finish(database: Database, { message, i }: RecipientRow, status: number): void {
  database.query("UPDATE recipient SET status = ?, ordered = NULL WHERE message = ? AND i = ?").run(status, message, i);
}
