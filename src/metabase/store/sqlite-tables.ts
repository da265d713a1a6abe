// The tables of a metabase in SQLite, and how their rows read. Text only; `sqlite-store.ts` asks the questions.
import type { Own } from "../../schema/decode.ts";
import type { NodeDifference } from "../tree/node.ts";
import type { RevisionHead, RevisionKind } from "./revision.ts";

/** "insv" in the header of the file: what tells our database from another program's. */
export const APPLICATION = 0x696e_7376;

/** Those of today. The text is compared with what the file says, so a damaged table definition is found. */
export const tables: Readonly<Record<string, string>> = {
  meta: "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
  node: "CREATE TABLE node (path TEXT PRIMARY KEY, own TEXT NOT NULL) STRICT, WITHOUT ROWID",
  revision:
    "CREATE TABLE revision (n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, kind TEXT NOT NULL, confirm_within_ms INTEGER, confirm_until_ms INTEGER, digest TEXT NOT NULL, previous TEXT NOT NULL, chain TEXT NOT NULL) STRICT",
  change:
    "CREATE TABLE change (n INTEGER NOT NULL, i INTEGER NOT NULL, path TEXT NOT NULL, before TEXT, after TEXT, PRIMARY KEY (n, i)) STRICT, WITHOUT ROWID",
  change_path: "CREATE INDEX change_path ON change (path, n)",
  confirmation:
    "CREATE TABLE confirmation (n INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, who TEXT NOT NULL, proof TEXT NOT NULL) STRICT",
};

export interface NodeRow {
  readonly path: string;
  readonly own: string;
}

export interface ChangeRow {
  readonly path: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface RevisionRow {
  readonly n: number;
  readonly at_ms: number;
  readonly who: string;
  readonly why: string;
  readonly kind: string;
  readonly confirm_within_ms: number | null;
  readonly confirm_until_ms: number | null;
  readonly digest: string;
  readonly previous: string;
  readonly chain: string;
}

export interface ConfirmationRow {
  readonly n: number;
  readonly at_ms: number;
  readonly who: string;
  readonly proof: string;
}

export const revisionOfRow = (row: RevisionRow): RevisionHead => ({
  n: row.n,
  atMs: row.at_ms,
  who: row.who,
  why: row.why,
  kind: row.kind as RevisionKind, // part of what the chain proves
  confirm:
    row.confirm_within_ms === null || row.confirm_until_ms === null
      ? null
      : { withinMs: row.confirm_within_ms, untilMs: row.confirm_until_ms },
  digest: row.digest,
  previous: row.previous,
  chain: row.chain,
});

export const changeOfRow = ({ path, before, after }: ChangeRow): NodeDifference => ({
  path,
  before: before === null ? null : (JSON.parse(before) as Own),
  after: after === null ? null : (JSON.parse(after) as Own),
});
