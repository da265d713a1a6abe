// Gives pages of the file back to the disk that hold nothing any more, a step at a time: what a long queue has taken would
// be its own for ever, on a disk that has no room left for mail. Some stay, as the next messages need them.
import type { Database } from "bun:sqlite";

const FREE_PAGES_KEPT = 8192;
export const STEP_PAGES = 1000;

/** Whether there is more to give. Books that were founded without the means for it give nothing. */
export function shrink(database: Database, pagesKept = FREE_PAGES_KEPT): boolean {
  const before = freePages(database);
  if (before < pagesKept + STEP_PAGES) return false;
  database.query(`PRAGMA incremental_vacuum(${STEP_PAGES})`).all();
  return freePages(database) < before;
}

const freePages = (database: Database): number => Number(database.query("PRAGMA freelist_count").values()[0]?.[0]);
