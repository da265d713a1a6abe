// A filter as a condition of SQLite over message m and recipient r. Values are bound, never written into the text.

import type { Filter } from "../filter.ts";
import { FINAL, statusNumbers } from "../message.ts";

export type Bound = string | number;

export interface Condition {
  readonly text: string;
  readonly values: readonly Bound[];
}

export function conditionOf(filter: Filter): Condition {
  const parts: string[] = [];
  const values: Bound[] = [];
  const add = (text: string, ...bound: readonly Bound[]) => {
    parts.push(text);
    values.push(...bound);
  };
  const { status, domain, destination, error, site, receivedBeforeMs, receivedSinceMs, anything } = filter;
  if (status === undefined) add(`r.status < ${FINAL}`);
  else if (status !== "any")
    add("r.status IN (SELECT value FROM json_each(?))", JSON.stringify(status.map((it) => statusNumbers[it])));
  if (filter.id !== undefined) add("m.id >= ? AND m.id < ?", ...startingWith(filter.id.toLowerCase()));
  if (filter.sender !== undefined) matching("m.sender", filter.sender === "<>" ? "" : filter.sender, add);
  if (filter.recipient !== undefined) address(filter.recipient, add);
  if (domain !== undefined) add("r.domain = ?", domain.toLowerCase());
  if (destination !== undefined) add("r.destination = ?", destination);
  if (error !== undefined) add("instr(lower(r.reply), lower(?)) > 0", error);
  if (site !== undefined) add("m.source ->> 'site' = ?", site);
  if (receivedBeforeMs !== undefined) add("m.received_ms < ?", receivedBeforeMs);
  if (receivedSinceMs !== undefined) add("m.received_ms >= ?", receivedSinceMs);
  if (anything !== undefined) anythingOf(anything.trim(), add);
  return { text: parts.length === 0 ? "1" : parts.join(" AND "), values };
}

type Add = (text: string, ...bound: readonly Bound[]) => void;

const startingWith = (prefix: string): readonly [string, string] => [prefix, `${prefix}\u{10ffff}`];

/** With `*` for anything; alone it is found by the index, whatever its case. */
function matching(column: string, pattern: string, add: Add): void {
  if (pattern.includes("*")) add(`${column} LIKE ? ESCAPE '\\'`, likeOf(pattern));
  else add(`${column} = ?`, pattern);
}

/** A whole address is found by its domain and itself, as the index goes. */
function address(pattern: string, add: Add): void {
  const domain = pattern.slice(pattern.lastIndexOf("@") + 1);
  if (pattern.includes("@") && !domain.includes("*")) add("r.domain = ?", domain.toLowerCase());
  matching("r.address", pattern, add);
}

const likeOf = (pattern: string): string => escaped(pattern).replaceAll("*", "%");
const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

/** A whole address or a domain goes by an index; else id and trace do, and the last is a look at every row. */
function anythingOf(text: string, add: Add): void {
  const whole = /^<?([^\s<>]+@[^\s<>@]+)>?$/.exec(text)?.[1];
  if (whole !== undefined) {
    const domain = whole.slice(whole.lastIndexOf("@") + 1).toLowerCase();
    const from = "SELECT n FROM message WHERE sender = ?";
    const to = "SELECT message FROM recipient WHERE domain = ? AND address = ?";
    add(`m.n IN (${from} UNION ${to})`, whole, domain, whole);
    return;
  }
  const [first, last] = startingWith(text.toLowerCase());
  const part = `%${escaped(text)}%`;
  add(
    `(m.n IN (SELECT n FROM message WHERE id >= ? AND id < ? UNION SELECT n FROM message WHERE trace >= ? AND trace < ?)
      OR r.domain = ? OR m.sender LIKE ? ESCAPE '\\' OR r.address LIKE ? ESCAPE '\\' OR r.reply LIKE ? ESCAPE '\\')`,
    first,
    last,
    first,
    last,
    text.toLowerCase(),
    part,
    part,
    part,
  );
}
