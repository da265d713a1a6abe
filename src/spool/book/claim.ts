// Who is due: destinations in their turn, within each urgent mail first, and among equals one message of each source
// after the other, so that a newsletter does not delay an invoice. It writes what it hands out.
import type { Database } from "bun:sqlite";
import { statusNumbers } from "../message.ts";
import type { Claim, Claimed, ClaimWish, Interrupted } from "../spool.ts";
import { priorityNumbers } from "./accept.ts";
import { expectDue, headOf, type MessageRow, type RecipientRow, recipientOf, tell } from "./rows.ts";

/** Sources of one destination that one claim looks at: with more of them the next one goes on from there. */
const SOURCES_LOOKED_AT_MAX = 2000;
const DESTINATIONS_REMEMBERED_MAX = 10_000;

/** Where each destination's round of sources stands; forgotten with the process, which only begins the round anew. */
export class Turns {
  private readonly last = new Map<string, string>();

  after(key: string): string {
    return this.last.get(key) ?? "";
  }

  note(key: string, source: string): void {
    if (this.last.size >= DESTINATIONS_REMEMBERED_MAX) this.last.clear();
    this.last.set(key, source);
  }
}

export function claim(database: Database, turns: Turns, wish: ClaimWish): Claimed {
  const claims: Claim[] = [];
  const except = JSON.stringify(wish.except ?? []);
  const only = wish.destinations === undefined ? null : JSON.stringify(wish.destinations);
  const due = database
    .query<{ readonly name: string }, [number, string, string | null, number]>(
      `SELECT name FROM destination WHERE next_ms <= ?1 AND name NOT IN (SELECT value FROM json_each(?2))
       AND (?3 IS NULL OR name IN (SELECT value FROM json_each(?3))) ORDER BY next_ms LIMIT ?4`,
    )
    .all(wish.nowMs, except, only, wish.messagesMax);
  for (const { name } of due) {
    const most = Math.min(wish.perDestinationMax, wish.messagesMax - claims.length);
    if (most <= 0) break;
    claimOf(database, turns, name, most, wish, claims);
  }
  const next = database
    .query<{ readonly next: number | null }, [string, string | null]>(
      `SELECT min(next_ms) AS next FROM destination WHERE name NOT IN (SELECT value FROM json_each(?1))
       AND (?2 IS NULL OR name IN (SELECT value FROM json_each(?2)))`,
    )
    .get(except, only);
  return { claims, nextMs: next?.next ?? null };
}

/** What one destination gives; then it is known when to look at it again. */
function claimOf(database: Database, turns: Turns, name: string, most: number, wish: ClaimWish, into: Claim[]): void {
  const begun = into.length;
  let earliest = Number.POSITIVE_INFINITY;
  for (const priority of Object.values(priorityNumbers)) {
    const round = new Round(database, turns, name, priority);
    while (into.length - begun < most) {
      const found = round.next(wish.nowMs);
      if (found === undefined) break;
      into.push(take(database, name, found, wish));
    }
    earliest = Math.min(earliest, round.earliestMs);
    if (into.length - begun >= most) earliest = wish.nowMs; // there may be more: at the end of those that are due
  }
  if (earliest === Number.POSITIVE_INFINITY) database.query("DELETE FROM destination WHERE name = ?").run(name);
  else database.query("UPDATE destination SET next_ms = ? WHERE name = ?").run(earliest, name);
}

interface Candidate {
  readonly message: number;
  readonly fair: string;
  readonly due_ms: number;
}

/** Goes from source to source, each time at most once around. */
class Round {
  /** When the first of those that were passed by is due; at once when not all were looked at. */
  earliestMs = Number.POSITIVE_INFINITY;
  private readonly database: Database;
  private readonly turns: Turns;
  private readonly name: string;
  private readonly priority: number;
  private lookedAt = 0;

  constructor(database: Database, turns: Turns, name: string, priority: number) {
    this.database = database;
    this.turns = turns;
    this.name = name;
    this.priority = priority;
  }

  /** undefined: nothing of this priority is due. */
  next(nowMs: number): Candidate | undefined {
    const key = `${this.priority} ${this.name}`;
    const begun = this.turns.after(key);
    let wrapped = false;
    for (let at = begun; ; ) {
      const found = this.sourceAfter(at);
      if (found === null || (wrapped && found.fair > begun)) {
        if (wrapped || begun === "") return undefined;
        wrapped = true;
        at = "";
        continue;
      }
      at = found.fair;
      if (found.due_ms <= nowMs) {
        this.turns.note(key, at);
        return found;
      }
      this.earliestMs = Math.min(this.earliestMs, found.due_ms);
      if (++this.lookedAt < SOURCES_LOOKED_AT_MAX) continue;
      this.turns.note(key, at);
      this.earliestMs = nowMs;
      return undefined;
    }
  }

  /** The message of the next source that is due first. */
  private sourceAfter(fair: string): Candidate | null {
    return this.database
      .query<Candidate, [string, number, string]>(
        `SELECT message, fair, due_ms FROM recipient INDEXED BY recipient_open
         WHERE status < 10 AND destination = ? AND status = 0 AND priority = ? AND fair > ?
         ORDER BY fair, due_ms LIMIT 1`,
      )
      .get(this.name, this.priority, fair);
  }
}

/** All that is due of the message there goes in one transaction of SMTP, up to what one may carry. */
function take(database: Database, destination: string, { message }: Candidate, wish: ClaimWish): Claim {
  const rows = database
    .query<RecipientRow, [number, number, string, number, number]>(
      `UPDATE recipient SET status = ? WHERE message = ? AND i IN (SELECT i FROM recipient
       WHERE message = ?2 AND destination = ? AND status = 0 AND due_ms <= ? ORDER BY i LIMIT ?) RETURNING *`,
    )
    .all(statusNumbers.claimed, message, destination, wish.nowMs, wish.recipientsMax);
  const head = database.query<MessageRow, [number]>("SELECT * FROM message WHERE n = ?").get(message);
  if (head === null) throw new Error(`message ${message} has recipients and no row`);
  return { ...headOf(head), destination, recipients: rows.sort((a, b) => a.i - b.i).map(recipientOf) };
}

/** A deliverer that dies has at most as many claims as its connections carry. */
export function takeOver(database: Database, atMs: number): readonly Interrupted[] {
  const rows = database
    .query<RecipientRow & { readonly id: string }, []>(
      `SELECT r.*, id FROM recipient r INDEXED BY recipient_open JOIN message ON n = message
       WHERE status < 10 AND status = ${statusNumbers.claimed}`,
    )
    .all();
  return rows.map((row) => {
    const { message, i } = row;
    tell(database, row, { atMs, what: "interrupted", who: "", text: "" });
    database.query("UPDATE recipient SET uncertain = 1 WHERE message = ? AND i = ?").run(message, i);
    giveBack(database, row, atMs);
    return { id: row.id, recipient: i, address: row.address, destination: row.destination };
  });
}

/** Not claimed any more: what was ordered meanwhile stands, else it waits until it is due. */
export function giveBack(database: Database, { message, i, destination, ordered }: RecipientRow, dueMs: number): void {
  const status = ordered === "hold" ? statusNumbers.held : statusNumbers.queued;
  database
    .query("UPDATE recipient SET status = ?, due_ms = ?, ordered = NULL WHERE message = ? AND i = ?")
    .run(status, dueMs, message, i);
  if (status === statusNumbers.queued) expectDue(database, destination, dueMs);
}
