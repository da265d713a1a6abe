// Takes a message into the books. No sync and no file: the teller has synced what the rows name.
import type { Database } from "bun:sqlite";
import type { Entry, HeldPiece } from "../entry.ts";
import { type Priority, RECIPIENTS_MAX, type Source, statusNumbers } from "../message.ts";
import { Refused, trouble } from "../trouble.ts";
import { expectDue } from "./rows.ts";

export const priorityNumbers: Readonly<Record<Priority, number>> = { urgent: 0, normal: 1, bulk: 2 };

export function accept(database: Database, { id, receivedMs, sizeBytes, body, message }: Entry): string {
  const { envelope, source, facts, recipients } = message;
  if (recipients.length === 0 || recipients.length > RECIPIENTS_MAX)
    throw new Refused(trouble("failed", `a message has 1 to ${RECIPIENTS_MAX} recipients, not ${recipients.length}`));
  const { lastInsertRowid } = database
    .query("INSERT INTO message VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)")
    .run(
      id,
      receivedMs,
      envelope.sender,
      JSON.stringify(envelope),
      JSON.stringify(source),
      JSON.stringify(facts),
      source.trace,
      sizeBytes,
      body.is === "file" ? 1 : 0,
      recipients.length,
    );
  const n = Number(lastInsertRowid);
  if (body.is === "held") database.query("INSERT INTO body VALUES (?, ?)").run(n, joined(body.pieces));
  else database.query("INSERT INTO place VALUES (?, ?, ?)").run(n, body.file, body.start);
  const insert = database.query("INSERT INTO recipient VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', ?, ?, 0, 0, NULL, 0)");
  const fair = fairKey(source);
  const priority = priorityNumbers[message.priority];
  const due = new Map<string, number>();
  recipients.forEach((it, i) => {
    const dueMs = it.dueMs ?? receivedMs;
    const status = it.held === true ? statusNumbers.held : statusNumbers.queued;
    insert.run(
      n,
      i,
      it.address,
      domainOf(it.address),
      it.destination,
      fair,
      priority,
      status,
      dueMs,
      it.notify,
      it.orcpt,
    );
    if (it.held !== true) due.set(it.destination, Math.min(dueMs, due.get(it.destination) ?? dueMs));
  });
  for (const [destination, dueMs] of due) expectDue(database, destination, dueMs);
  return id;
}

const joined = (pieces: readonly HeldPiece[]): Uint8Array => {
  const [first, second] = pieces;
  return first !== undefined && second === undefined ? first : Buffer.concat(pieces);
};

/** Whose mail takes turns with whose: an account, else a machine, else a site. */
const fairKey = ({ account, client, site }: Source): string => account || client || site || "-";

/** Of an address literal the literal; of a bare name nothing. */
export const domainOf = (address: string): string =>
  address.slice(address.lastIndexOf("@") + 1 || address.length).toLowerCase();
