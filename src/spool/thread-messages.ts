// What crosses between a process and the thread of its spool. Types only; bodies cross by changing their owner.
import type { Asked } from "./book/operations.ts";
import type { News, Opening } from "./found/open-books.ts";
import type { Spooled } from "./trouble.ts";

export type ToThread =
  | { readonly is: "open"; readonly opening: Opening }
  | { readonly is: "ask"; readonly from: number; readonly asked: readonly Asked[] }
  | { readonly is: "close" };

export type FromThread =
  | { readonly is: "opened"; readonly how: Spooled<void>; readonly news: readonly News[] }
  | {
      readonly is: "answers";
      readonly numbers: readonly number[];
      readonly answers: readonly Spooled<unknown>[];
      readonly news: readonly News[];
    }
  | { readonly is: "closed" };
