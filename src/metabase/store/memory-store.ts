// A store in memory: the twin that tests and a read-only start use. What it holds ends with the process.
import { good } from "../../base/result.ts";
import type { Own } from "../../schema/decode.ts";
import type { Node } from "../tree/tree.ts";
import { type Confirmation, headOf, type Revision } from "./revision.ts";
import type { Former, HistoryQuery, HistoryRow, Store, StoreContent, StoreState } from "./store.ts";
import { type Stored, trouble } from "./trouble.ts";

export class MemoryStore implements Store {
  readonly name = "memory";
  private readonly instance: string;
  private readonly tree: Map<string, Own>;
  private readonly kept: Map<number, Revision>;
  private readonly confirmed: Map<number, Confirmation>;
  private head: Revision;
  private model = "";
  private former: Former | null = null;

  constructor({ instance, nodes, revisions, confirmations }: StoreContent) {
    const head = revisions.at(-1);
    if (head === undefined) throw new Error("a store begins with a revision");
    this.instance = instance;
    this.head = head;
    this.tree = new Map(nodes);
    this.kept = new Map(revisions.map((it) => [it.n, it]));
    this.confirmed = new Map(confirmations.map((it) => [it.n, it]));
  }

  async state(): Promise<Stored<StoreState>> {
    const { instance, head, model, former } = this;
    const oldest = this.kept.keys().next().value ?? head.n;
    const confirmed = this.confirmed.get(head.n) ?? null;
    return good({ instance, head: headOf(head), oldest, confirmed, model, former });
  }

  async nodes(): Promise<Stored<Iterable<Node>>> {
    return good([...this.tree]);
  }

  async record(revision: Revision, forget: number): Promise<Stored<void>> {
    if (revision.n !== this.head.n + 1) return { ok: false, error: trouble("failed", `${revision.n} is not next`) };
    for (const { path, after } of revision.changes)
      if (after === null) this.tree.delete(path);
      else this.tree.set(path, after);
    this.kept.set(revision.n, revision);
    this.head = revision;
    for (const n of this.kept.keys()) {
      if (n > forget) break;
      this.kept.delete(n);
      this.confirmed.delete(n);
    }
    return good(undefined);
  }

  async confirm(confirmation: Confirmation): Promise<Stored<void>> {
    this.confirmed.set(confirmation.n, confirmation);
    return good(undefined);
  }

  async adopt(model: string, tookOut: number | null): Promise<Stored<void>> {
    this.former = { model: this.model, tookOut };
    this.model = model;
    return good(undefined);
  }

  async revision(n: number): Promise<Stored<Revision | null>> {
    return good(this.kept.get(n) ?? null);
  }

  async history({ before = Number.POSITIVE_INFINITY, limit, path }: HistoryQuery) {
    const rows: HistoryRow[] = [];
    for (const it of [...this.kept.values()].reverse()) {
      if (rows.length === limit) break;
      const touches =
        path === undefined || it.changes.some((node) => node.path === path || node.path.startsWith(`${path}/`));
      if (it.n < before && touches)
        rows.push({ ...headOf(it), nodesChanged: it.changes.length, confirmed: this.confirmed.get(it.n) ?? null });
    }
    return good<readonly HistoryRow[]>(rows);
  }

  async confirmations() {
    return good<readonly Confirmation[]>([...this.confirmed.values()]);
  }

  async close(): Promise<void> {}
}
