// The narrow door to whatever keeps the metabase: revisions, and the nodes they lead to. Everything behind it may be
// SQLite, memory or a database server; nobody before it may know which.
import type { Node } from "../tree/tree.ts";
import type { Confirmation, Revision, RevisionHead } from "./revision.ts";
import type { Stored } from "./trouble.ts";

/** All that a store holds, to found one with: a new metabase, or one that is rebuilt from its copy. */
export interface StoreContent {
  /** Made once at `init`; a copy or a revision of another metabase is known by it. */
  readonly instance: string;
  readonly nodes: Iterable<Node>;
  /** Ascending and without a gap; the last one is the head, and never missing. */
  readonly revisions: readonly Revision[];
  readonly confirmations: readonly Confirmation[];
}

export interface StoreState {
  readonly instance: string;
  readonly head: RevisionHead;
  /** The number of the first revision that is kept. */
  readonly oldest: number;
  readonly confirmed: Confirmation | null;
  /** The model whose kinds accepted the nodes; "" when that is not known. */
  readonly model: string;
  /** Who had the nodes before that; null when that is not known. */
  readonly former: Former | null;
}

/** The model that another one took the place of. */
export interface Former {
  readonly model: string;
  /** The revision that took out what the next one did not know. */
  readonly tookOut: number | null;
}

/** A revision as history lists it. */
export interface HistoryRow extends RevisionHead {
  readonly nodesChanged: number;
  readonly confirmed: Confirmation | null;
}

export interface HistoryQuery {
  /** Only revisions with a smaller number. */
  readonly before?: number;
  readonly limit: number;
  /** Only revisions that changed this node or one below it. */
  readonly path?: string;
}

export interface Store {
  /** As messages name it. */
  readonly name: string;
  state(): Promise<Stored<StoreState>>;
  nodes(): Promise<Stored<Iterable<Node>>>;
  /** The revision and what it changes, all or nothing, durable on return. Revisions up to `forget` may go. */
  record(revision: Revision, forget: number): Promise<Stored<void>>;
  /** Durable on return. */
  confirm(confirmation: Confirmation): Promise<Stored<void>>;
  /** The nodes are as this model spells them; revision `tookOut` has taken out what it does not know. */
  adopt(model: string, tookOut: number | null): Promise<Stored<void>>;
  /** null: there is none, or it was forgotten. */
  revision(n: number): Promise<Stored<Revision | null>>;
  /** Descending. */
  history(query: HistoryQuery): Promise<Stored<readonly HistoryRow[]>>;
  confirmations(): Promise<Stored<readonly Confirmation[]>>;
  close(): Promise<void>;
}
