// One suite for every store: whatever keeps the metabase must answer all of this alike.
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import type { NodeDifference } from "../tree/node.ts";
import { Fuse, faultyStore } from "./faulty-store.ts";
import { metabaseFormatTable } from "./format-steps.ts";
import { MemoryStore } from "./memory-store.ts";
import { chained, headOf, isGenuine, type Revision } from "./revision.ts";
import { openSqlite } from "./sqlite-file.ts";
import { SqliteStore } from "./sqlite-store.ts";
import type { Store, StoreContent } from "./store.ts";

const folder = mkdtempSync(join(tmpdir(), "store-"));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const create = (file: string, content: StoreContent) =>
  expectGood(SqliteStore.create(file, content, metabaseFormatTable, "0.1.0"));
const sqlite = (content: StoreContent) => create(join(folder, `${++files}.sqlite`), content);

const stores: Readonly<Record<string, (content: StoreContent) => Store>> = {
  memory: (content) => new MemoryStore(content),
  SQLite: sqlite,
  "a faulty one that never fails": (content) => faultyStore(sqlite(content), new Fuse(0, "refuses")),
};

const instance = "test-instance";
const awkward = {
  title: "ü \u2028 \"'\\ 😀",
  users: { "1": { login: "a" }, "10": { login: "b" }, "9": { login: "c" } },
};

function following(last: Revision | undefined, changes: readonly NodeDifference[]): Revision {
  const by = { atMs: 1_700_000_000_000, who: "anna", why: "ä ' \"", kind: "change", confirm: null } as const;
  const digest = "0123456789abcdef";
  return chained(instance, { ...by, n: (last?.n ?? 0) + 1, digest, previous: last?.chain ?? "", changes });
}

const first = following(undefined, []);
const second = following(first, [
  { path: "smtp/sites/a%2Fb", before: null, after: awkward },
  { path: "smtp/sites/a-c", before: null, after: {} },
]);
const third = following(second, [
  { path: "smtp/sites/a%2Fb", before: awkward, after: { title: "x" } },
  { path: "smtp/sites/a-c", before: {}, after: null },
]);
const content: StoreContent = { instance, nodes: [], revisions: [first], confirmations: [] };

for (const [name, make] of Object.entries(stores))
  describe(name, () => {
    const filled = async (): Promise<Store> => {
      const store = make(content);
      expectGood(await store.record(second, 0));
      expectGood(await store.record(third, 0));
      return store;
    };

    test("is founded with what it is given", async () => {
      const nodes = [["smtp", { relay: "none" }]] as const;
      const store = make({ ...content, nodes, revisions: [first, second] });
      const state = expectGood(await store.state());
      expect(state).toEqual({ instance, head: headOf(second), oldest: 1, confirmed: null, model: "", former: null });
      expect([...expectGood(await store.nodes())]).toEqual([["smtp", { relay: "none" }]]);
      await store.close();
    });

    test("keeps nodes and revisions to the last letter", async () => {
      const store = await filled();
      expect(expectGood(await store.state()).head).toEqual(headOf(third));
      expect([...expectGood(await store.nodes())]).toEqual([["smtp/sites/a%2Fb", { title: "x" }]]);
      for (const it of [first, second, third]) {
        const found = expectGood(await store.revision(it.n));
        expect(found).toEqual(it);
        expect(found !== null && isGenuine(instance, found)).toBe(true);
      }
      expect(expectGood(await store.revision(4))).toBeNull();
      await store.close();
    });

    test("refuses a revision that is not the next one, and holds nothing of it", async () => {
      const store = await filled();
      for (const wrong of [
        third,
        following({ ...third, n: 4 }, [{ path: "smtp", before: null, after: { relay: "x" } }]),
      ])
        expect((await store.record(wrong, 0)).ok).toBe(false);
      expect(expectGood(await store.state()).head.n).toBe(3);
      expect([...expectGood(await store.nodes())]).toHaveLength(1);
      await store.close();
    });

    test("lists history from the newest, in portions and by path", async () => {
      const store = await filled();
      const numbers = async (query: Parameters<Store["history"]>[0]) =>
        expectGood(await store.history(query)).map((it) => it.n);
      expect(await numbers({ limit: 10 })).toEqual([3, 2, 1]);
      expect(await numbers({ limit: 1, before: 3 })).toEqual([2]);
      expect(await numbers({ limit: 10, path: "smtp/sites/a-c" })).toEqual([3, 2]);
      expect(await numbers({ limit: 10, path: "smtp" })).toEqual([3, 2]);
      expect(await numbers({ limit: 10, path: "smtp/sites/a" })).toEqual([]);
      expect(expectGood(await store.history({ limit: 2 })).map((it) => it.nodesChanged)).toEqual([2, 2]);
      await store.close();
    });

    test("remembers who confirmed, and which model accepted the nodes", async () => {
      const store = await filled();
      const confirmation = { n: 3, atMs: 5, who: "bert" };
      expectGood(await store.confirm(confirmation));
      expectGood(await store.adopt("older", null));
      expectGood(await store.adopt("model", 7));
      const state = expectGood(await store.state());
      expect([state.confirmed, state.model]).toEqual([confirmation, "model"]);
      expect(state.former).toEqual({ model: "older", tookOut: 7 });
      expect(expectGood(await store.confirmations())).toEqual([confirmation]);
      expect(expectGood(await store.history({ limit: 1 }))[0]?.confirmed).toEqual(confirmation);
      await store.close();
    });

    test("forgets revisions up to the one it is told", async () => {
      const store = make(content);
      expectGood(await store.record(second, 0));
      expectGood(await store.record(third, 2));
      expect(expectGood(await store.revision(2))).toBeNull();
      expect(expectGood(await store.state()).oldest).toBe(3);
      expect(expectGood(await store.history({ limit: 10 })).map((it) => it.n)).toEqual([3]);
      await store.close();
    });
  });

test("a SQLite store is synced at every commit, and nobody else can open it", async () => {
  const file = join(folder, "held.sqlite");
  await create(file, content).close();
  const database = expectGood(openSqlite(file, metabaseFormatTable));
  const settings = ["synchronous", "journal_mode", "locking_mode"].map((it) => database.query(`PRAGMA ${it}`).values());
  expect(settings.flat(2)).toEqual([2, "wal", "exclusive"]);
  const second = SqliteStore.open(file, metabaseFormatTable);
  expect(!second.ok && second.error.is).toBe("held");
  database.close(true);
});
