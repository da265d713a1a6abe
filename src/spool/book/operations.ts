// The table of everything that can be asked of the books, which crosses to their thread by name. Writes share one
// transaction and one sync with whatever else waits; reads see what is committed.
import type { Database } from "bun:sqlite";
import type { Entry } from "../entry.ts";
import type { Filter } from "../filter.ts";
import type { ClaimWish, Page } from "../spool.ts";
import { accept } from "./accept.ts";
import { claim, Turns, takeOver } from "./claim.ts";
import { backlog, bodyOf, count, find, needed, story, summary } from "./look.ts";
import { type OrderStep, orderStep } from "./order.ts";
import { purge } from "./purge.ts";
import { type Record, record } from "./record.ts";
import type { LeftBody } from "./rows.ts";
import { shrink } from "./shrink.ts";

export class Books {
  readonly database: Database;
  readonly turns = new Turns();
  /** In files, which nobody needs once the transaction is on the disk. */
  readonly unneeded: LeftBody[] = [];

  constructor(database: Database) {
    this.database = database;
  }

  /** Notes the bodies that go, and passes on the rest. */
  without<T extends { readonly bodies: readonly LeftBody[] }>(gone: T): T {
    this.unneeded.push(...gone.bodies);
    return gone;
  }
}

export const writes = {
  accept: ({ database }: Books, entry: Entry) => accept(database, entry),
  record: (books: Books, it: Record) => books.without(record(books.database, it)),
  claim: ({ database, turns }: Books, wish: ClaimWish) => claim(database, turns, wish),
  takeOver: ({ database }: Books, atMs: number) => takeOver(database, atMs),
  orderStep: (books: Books, step: OrderStep) => books.without(orderStep(books.database, step)),
  purge: ({ database }: Books, leftBeforeMs: number) => purge(database, leftBeforeMs),
  shrink: ({ database }: Books, _: null) => shrink(database),
};

export const reads = {
  summary: ({ database }: Books, _: null) => summary(database),
  backlog: ({ database }: Books, _: null) => backlog(database),
  find: ({ database }: Books, it: { readonly filter: Filter; readonly page: Page }) => find(database, it),
  count: ({ database }: Books, filter: Filter) => count(database, filter),
  story: ({ database }: Books, id: string) => story(database, id),
  body: ({ database }: Books, id: string) => bodyOf(database, id),
  needed: ({ database }: Books, files: readonly string[]) => needed(database, files),
  /** Another number when another process has changed something. */
  version: ({ database }: Books, _: null) => Number(database.query("PRAGMA data_version").values()[0]?.[0]),
};

type Operations = typeof writes & typeof reads;
export type OperationName = keyof Operations;
export type Argument<Name extends OperationName> = Parameters<Operations[Name]>[1];
export type Answer<Name extends OperationName> = ReturnType<Operations[Name]>;

/** One thing that is asked, with its argument. */
export type Asked = {
  readonly [Name in OperationName]: { readonly name: Name; readonly argument: Argument<Name> };
}[OperationName];

export const isWrite = (name: OperationName): name is keyof typeof writes => name in writes;

/** The entries of what is asked, whose bodies in files must be synced before it is written. */
export function entriesOf(asked: Asked): readonly Entry[] {
  if (asked.name === "accept") return [asked.argument];
  return asked.name === "record" ? asked.argument.notices : [];
}

/** The same with other entries, made in their order. */
export function withEntries(asked: Asked, change: (entry: Entry) => Entry): Asked {
  if (asked.name === "accept") return { name: "accept", argument: change(asked.argument) };
  if (asked.name !== "record") return asked;
  return { name: "record", argument: { ...asked.argument, notices: asked.argument.notices.map(change) } };
}
