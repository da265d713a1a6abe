// The store in a SQLite file, write-ahead log, synced at every commit. The only file that asks SQLite for nodes and
// revisions; what it reads is proven by digest and chain elsewhere.
import type { Database } from "bun:sqlite";
import { isObject } from "../../base/json.ts";
import { good } from "../../base/result.ts";
import type { FormatTable } from "../../format/format-table.ts";
import type { Own } from "../../schema/decode.ts";
import { type NodeDifference, textOf } from "../tree/node.ts";
import type { Node } from "../tree/tree.ts";
import { type Confirmation, confirmationHash, type Revision } from "./revision.ts";
import { attempt, leaveOpen, makeSqlite, openImmutable, openSqlite } from "./sqlite-file.ts";
import {
  type ChangeRow,
  type ConfirmationRow,
  changeOfRow,
  type NodeRow,
  type RevisionRow,
  revisionOfRow,
} from "./sqlite-tables.ts";
import type { Former, HistoryQuery, HistoryRow, Store, StoreContent, StoreState } from "./store.ts";
import { type Stored, trouble } from "./trouble.ts";

export class SqliteStore implements Store {
  readonly name: string;
  private readonly database: Database;

  constructor(file: string, database: Database) {
    this.name = file;
    this.database = database;
  }

  static open(file: string, formats: FormatTable): Stored<SqliteStore> {
    const opened = openSqlite(file, formats);
    return opened.ok ? good(new SqliteStore(file, opened.value)) : opened;
  }

  /** Reads only, from a file system that takes no writes. */
  static openImmutable(file: string, formats: FormatTable): Stored<SqliteStore> {
    const opened = openImmutable(file, formats);
    return opened.ok ? good(new SqliteStore(file, opened.value)) : opened;
  }

  /** `release` is that of this program. */
  static create(file: string, content: StoreContent, formats: FormatTable, release: string): Stored<SqliteStore> {
    const made = makeSqlite(file, formats, release, (database) => {
      database.run("INSERT INTO meta VALUES ('instance', ?), ('model', '')", [content.instance]);
      const node = database.query("INSERT INTO node VALUES (?, ?)");
      for (const [path, own] of content.nodes) node.run(path, textOf(own));
      for (const it of content.revisions) insertRevision(database, it);
      for (const it of content.confirmations) insertConfirmation(database, it);
    });
    return made.ok ? SqliteStore.open(file, formats) : made;
  }

  async state(): Promise<Stored<StoreState>> {
    return this.attempt(() => {
      const row = this.database.query<RevisionRow, []>("SELECT * FROM revision ORDER BY n DESC LIMIT 1").get();
      if (row === null) throw trouble("damaged", `${this.name} holds no revision`);
      const confirmed = this.confirmationsOf("WHERE n = ?", row.n)[0] ?? null;
      const instance = this.meta("instance");
      return {
        instance,
        head: revisionOfRow(row),
        oldest: this.number("min(n)"),
        confirmed,
        model: this.meta("model"),
        former: JSON.parse(this.meta("former") || "null") as Former | null,
      };
    });
  }

  async nodes(): Promise<Stored<Iterable<Node>>> {
    return this.attempt(() => {
      const rows = this.database.query<NodeRow, []>("SELECT path, own FROM node").all();
      return rows.map(({ path, own }): Node => {
        const parsed: unknown = JSON.parse(own);
        if (typeof path === "string" && isObject(parsed)) return [path, parsed as Own];
        throw trouble("damaged", `${this.name} holds a node that is none`);
      });
    });
  }

  async record(revision: Revision, forget: number): Promise<Stored<void>> {
    return this.attempt(() => {
      this.database
        .transaction(() => {
          if (revision.n !== this.number("max(n)") + 1) throw trouble("failed", `revision ${revision.n} is not next`);
          insertRevision(this.database, revision);
          this.storeNodes(revision.changes);
          for (const table of ["change", "revision", "confirmation"])
            this.database.query(`DELETE FROM ${table} WHERE n <= ?`).run(forget);
        })
        .immediate();
    });
  }

  async confirm(confirmation: Confirmation): Promise<Stored<void>> {
    return this.attempt(() => insertConfirmation(this.database, confirmation));
  }

  async adopt(model: string, tookOut: number | null): Promise<Stored<void>> {
    return this.attempt(() => {
      const former = JSON.stringify({ model: this.meta("model"), tookOut } satisfies Former);
      this.database.query("INSERT OR REPLACE INTO meta VALUES ('model', ?), ('former', ?)").run(model, former);
    });
  }

  async revision(n: number): Promise<Stored<Revision | null>> {
    return this.attempt(() => {
      const row = this.database.query<RevisionRow, [number]>("SELECT * FROM revision WHERE n = ?").get(n);
      if (row === null) return null;
      const changes = this.database
        .query<ChangeRow, [number]>("SELECT path, before, after FROM change WHERE n = ? ORDER BY i")
        .all(n);
      return { ...revisionOfRow(row), changes: changes.map(changeOfRow) };
    });
  }

  async history({ before = Number.MAX_SAFE_INTEGER, limit, path }: HistoryQuery) {
    const touching = "n IN (SELECT n FROM change WHERE path = ?3 OR (path > ?3 || '/' AND path < ?3 || '0'))";
    return this.attempt((): readonly HistoryRow[] => {
      const rows = this.database
        .query<RevisionRow & { readonly nodes: number | null }, (number | string | null)[]>(
          `SELECT *, (SELECT max(i) + 1 FROM change WHERE change.n = revision.n) AS nodes FROM revision
           WHERE n < ?1 AND (?3 IS NULL OR ${touching}) ORDER BY n DESC LIMIT ?2`,
        )
        .all(before, limit, path ?? null);
      const lowest = rows.at(-1)?.n ?? 0;
      const confirmed = new Map(this.confirmationsOf("WHERE n >= ?", lowest).map((it) => [it.n, it]));
      return rows.map((row) => ({
        ...revisionOfRow(row),
        nodesChanged: row.nodes ?? 0,
        confirmed: confirmed.get(row.n) ?? null,
      }));
    });
  }

  async confirmations() {
    return this.attempt((): readonly Confirmation[] => this.confirmationsOf("WHERE n >= ?", 0));
  }

  async close(): Promise<void> {
    this.database.close(true);
  }

  /** Done with, and not one byte of its files is changed any more. */
  abandon(): void {
    leaveOpen(this.database);
  }

  private attempt<T>(ask: () => T): Stored<T> {
    return attempt(this.name, ask);
  }

  private number(which: "min(n)" | "max(n)"): number {
    return Number(this.database.query(`SELECT ${which} FROM revision`).values()[0]?.[0]);
  }

  private meta(key: string): string {
    return String(this.database.query("SELECT value FROM meta WHERE key = ?").values(key)[0]?.[0] ?? "");
  }

  /** A confirmation that does not fit its revision is damage: it would keep what nobody confirmed. */
  private confirmationsOf(where: string, n: number): readonly Confirmation[] {
    return this.database
      .query<ConfirmationRow & { readonly chain: string }, [number]>(
        `SELECT confirmation.*, chain FROM confirmation LEFT JOIN revision USING (n) ${where} ORDER BY n`,
      )
      .all(n)
      .map(({ at_ms, who, proof, chain, ...row }) => {
        const confirmation = { n: row.n, atMs: at_ms, who };
        if (proof === confirmationHash(chain, confirmation)) return confirmation;
        throw trouble("damaged", `${this.name} holds a confirmation that was changed`);
      });
  }

  private storeNodes(changes: Iterable<NodeDifference>): void {
    const put = this.database.query(
      "INSERT INTO node VALUES (?, ?) ON CONFLICT (path) DO UPDATE SET own = excluded.own",
    );
    const drop = this.database.query("DELETE FROM node WHERE path = ?");
    for (const { path, after } of changes)
      if (after === null) drop.run(path);
      else put.run(path, textOf(after));
  }
}

function insertRevision(database: Database, it: Revision): void {
  const { withinMs = null, untilMs = null } = it.confirm ?? {};
  database
    .query("INSERT INTO revision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    .run(it.n, it.atMs, it.who, it.why, it.kind, withinMs, untilMs, it.digest, it.previous, it.chain);
  const change = database.query("INSERT INTO change VALUES (?, ?, ?, ?, ?)");
  let index = 0;
  for (const { path, before, after } of it.changes)
    change.run(it.n, index++, path, before && textOf(before), after && textOf(after));
}

function insertConfirmation(database: Database, it: Confirmation): void {
  const chain = String(database.query("SELECT chain FROM revision WHERE n = ?").values(it.n)[0]?.[0]);
  database
    .query("INSERT OR REPLACE INTO confirmation VALUES (?, ?, ?, ?)")
    .run(it.n, it.atMs, it.who, confirmationHash(chain, it));
}
