// What crosses between a process and the thread of its spool. Messages to accept cross as one text and one run of bytes:
// so many small objects and buffers take the runtime longer than writing them to the disk.
import type { Entry } from "./book/accept.ts";
import { type Asked, entriesOf } from "./book/operations.ts";
import type { News, Opening } from "./found/open-books.ts";
import type { Spooled } from "./trouble.ts";

export type ToThread =
  | { readonly is: "open"; readonly opening: Opening }
  | { readonly is: "ask"; readonly from: number; readonly packed: Packed }
  | { readonly is: "close" };

export type FromThread =
  /** Once, before anything was asked. */
  | { readonly is: "loaded" }
  | { readonly is: "opened"; readonly how: Spooled<void>; readonly news: readonly News[] }
  | {
      readonly is: "answers";
      readonly numbers: readonly number[];
      readonly answers: readonly Spooled<unknown>[];
      readonly news: readonly News[];
    }
  | { readonly is: "closed" };

/** Each with its place in the order it was asked in. */
interface Packed {
  /** JSON of `PackedEntry[]`. */
  readonly entries: string;
  readonly bodies: Uint8Array<ArrayBuffer>;
  readonly others: readonly (readonly [place: number, asked: Asked])[];
}

type PackedEntry = readonly [place: number, entry: Omit<Entry, "body">, bodyFrom: number, bodyLength: number | null];

/** The second is what changes its owner on the way. */
export function pack(asked: readonly Asked[]): readonly [Packed, ArrayBuffer[]] {
  const entries: PackedEntry[] = [];
  const others: (readonly [number, Asked])[] = [];
  const owned: ArrayBuffer[] = [];
  const bodies = new Uint8Array(asked.reduce((sum, it) => sum + (acceptedBody(it)?.length ?? 0), 0));
  let used = 0;
  asked.forEach((it, place) => {
    if (it.name !== "accept") {
      others.push([place, it]);
      for (const { body } of entriesOf(it)) if (body !== null) owned.push(body.buffer as ArrayBuffer);
      return;
    }
    const { body, ...entry } = it.argument;
    entries.push([place, entry, used, body?.length ?? null]);
    if (body === null) return;
    bodies.set(body, used);
    used += body.length;
  });
  return [{ entries: JSON.stringify(entries), bodies, others }, [...owned, bodies.buffer]];
}

const acceptedBody = (asked: Asked): Uint8Array | null => (asked.name === "accept" ? asked.argument.body : null);

export function unpack({ entries, bodies, others }: Packed): readonly Asked[] {
  const asked: Asked[] = [];
  for (const [place, it] of others) asked[place] = it;
  for (const [place, entry, from, length] of JSON.parse(entries) as readonly PackedEntry[]) {
    const body = length === null ? null : bodies.subarray(from, from + length);
    asked[place] = { name: "accept", argument: { ...entry, body } };
  }
  return asked;
}
