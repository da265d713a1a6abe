// A spool without disk or thread, for tests, and for questions where there are no books yet: the same books in the memory of
// SQLite, so that it answers as the real one does. Nothing outlives it.
import { Database } from "bun:sqlite";
import type { Clock } from "../base/clock.ts";
import { Books } from "./book/operations.ts";
import { DirectDesk } from "./desk.ts";
import { layOut } from "./found/books-file.ts";
import { OpenMailSpool } from "./mail-spool.ts";
import type { MailSpool, Room } from "./spool.ts";
import { Teller } from "./teller.ts";

export interface MemorySpoolOptions {
  readonly clock: Clock;
  readonly names: { next(): string };
  readonly room?: () => Room;
}

export function memorySpool({ clock, names, room = () => ({ accepting: true }) }: MemorySpoolOptions): MailSpool {
  const database = new Database(":memory:", { strict: true });
  layOut(database);
  const teller = new Teller({ books: new Books(database), folder: undefined, giveReserve: () => false });
  const desk = new DirectDesk(teller, () => database.close());
  return new OpenMailSpool({ desk, folder: undefined, clock, names, room, bodyLost: () => {} });
}
