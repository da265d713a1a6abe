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
  const { status, domain, destination, error, site, facts, receivedBeforeMs, receivedSinceMs, anything } = filter;
  if (status === undefined) add(`r.status < ${FINAL}`);
  else if (status !== "any")
    add("r.status IN (SELECT value FROM json_each(?))", JSON.stringify(status.map((it) => statusNumbers[it])));
  if (filter.id !== undefined) add("m.id >= ? AND m.id < ?", ...startingWith(filter.id.toLowerCase()));
  if (filter.sender !== undefined) add(...ofSender(filter.sender === "<>" ? "" : filter.sender));
  if (filter.recipient !== undefined) add(...toAddress(filter.recipient));
  if (domain !== undefined) add(...toAddress(`*@${domain}`));
  if (destination !== undefined) add("r.destination = ?", destination);
  if (error !== undefined) add("instr(lower(r.reply), lower(?)) > 0", error);
  if (site !== undefined) add("m.source ->> 'site' = ?", site);
  if (facts !== undefined) add("instr(lower(m.facts), lower(?)) > 0", asInJson(facts));
  if (receivedBeforeMs !== undefined) add("m.received_ms < ?", receivedBeforeMs);
  if (receivedSinceMs !== undefined) add("m.received_ms >= ?", receivedSinceMs);
  if (anything !== undefined) anythingOf(anything.trim(), add);
  return { text: parts.length === 0 ? "1" : parts.join(" AND "), values };
}

/** As the text of the facts has it. */
const asInJson = (text: string): string => JSON.stringify(text).slice(1, -1);

type Add = (text: string, ...bound: readonly Bound[]) => void;

const startingWith = (prefix: string): readonly [string, string] => [prefix, `${prefix}\u{10ffff}`];

/** Alone an address is compared, whatever its case; with `*` for anything it is a pattern. */
const isLike = (column: string, pattern: string): readonly [text: string, value: string] =>
  pattern.includes("*")
    ? [`${column} LIKE ? ESCAPE '\\'`, escaped(pattern).replaceAll("*", "%")]
    : [`${column} = ?`, pattern];

const escaped = (text: string): string => text.replaceAll(/[\\%_]/g, "\\$&");

/** Those in the queue by a walk through the index of what is open, those that have left by the index of what is not. */
function ofSender(pattern: string): readonly [text: string, ...values: Bound[]] {
  const [condition, value] = isLike("sender", pattern);
  const open = `SELECT n FROM message INDEXED BY message_open WHERE left_ms IS NULL AND ${condition}`;
  const past = `SELECT n FROM message INDEXED BY message_sender WHERE left_ms IS NOT NULL AND ${condition}`;
  return [`m.n IN (${open} UNION ALL ${past})`, value, value];
}

function toAddress(pattern: string): readonly [text: string, ...values: Bound[]] {
  const [condition, value] = isLike("address", pattern);
  const domain = pattern.slice(pattern.lastIndexOf("@") + 1);
  const [inDomain, ofDomain] =
    pattern.includes("@") && !domain.includes("*") ? ["domain = ? AND", [domain.toLowerCase()]] : ["", []];
  const open = `SELECT message, i FROM recipient INDEXED BY recipient_open WHERE status < ${FINAL} AND ${condition}`;
  const past = `SELECT message, i FROM recipient INDEXED BY recipient_address WHERE status >= ${FINAL} AND ${inDomain} ${condition}`;
  return [`(r.message, r.i) IN (${open} UNION ALL ${past})`, value, ...ofDomain, value];
}

/** A whole address goes by the indexes; anything else is a look at every row. */
function anythingOf(text: string, add: Add): void {
  const whole = /^<?([^\s<>*]+@[^\s<>@*]+)>?$/.exec(text)?.[1];
  if (whole !== undefined) {
    const [from, ...sender] = ofSender(whole);
    const [to, ...recipient] = toAddress(whole);
    add(`(${from} OR ${to})`, ...sender, ...recipient);
    return;
  }
  const [first, last] = startingWith(text.toLowerCase());
  const part = `%${escaped(text)}%`;
  const like = ["m.sender", "r.address", "r.reply"].map((it) => `${it} LIKE ? ESCAPE '\\'`);
  const byName =
    "SELECT n FROM message WHERE id >= ? AND id < ? UNION SELECT n FROM message WHERE trace >= ? AND trace < ?";
  add(`(m.n IN (${byName}) OR ${like.join(" OR ")})`, first, last, first, last, part, part, part);
}
