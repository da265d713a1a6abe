// What crosses between a process and the thread of its spool. Messages to accept cross as one text, and the bytes of all
// bodies in memory that both share: so many small objects and buffers take the runtime longer than writing them to the disk.
import type { Entry } from "./book/accept.ts";
import { type Asked, entriesOf, withEntries } from "./book/operations.ts";
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

/** Each with its place in the order it was asked in. Bodies are left out and lie side by side, in the order of the entries. */
interface Packed {
  /** JSON of entries to accept: `[place, entry][]`. */
  readonly accepts: string;
  readonly others: readonly (readonly [place: number, asked: Asked])[];
  readonly bodies: Uint8Array;
  /** Of each entry; -1 for one whose body is a file. */
  readonly lengths: readonly number[];
}

/** `room` gives memory for so many bytes, which nobody else writes to until the answer is there. */
export function pack(all: readonly Asked[], room: (bytes: number) => Uint8Array): Packed {
  const accepts: (readonly [number, Entry])[] = [];
  const others: (readonly [number, Asked])[] = [];
  all.forEach((asked, place) => {
    const bare = withEntries(asked, withoutBody);
    if (bare.name === "accept") accepts.push([place, bare.argument]);
    else others.push([place, bare]);
  });
  const pieces = all.flatMap(entriesOf).map(({ body }) => body);
  const lengths = pieces.map((it) => (it === null ? -1 : lengthOf(it)));
  const bodies = room(lengths.reduce((sum, it) => sum + Math.max(it, 0), 0));
  let used = 0;
  for (const piece of pieces.flatMap((it) => it ?? [])) {
    bodies.set(piece, used);
    used += piece.length;
  }
  return { accepts: JSON.stringify(accepts), others, bodies, lengths };
}

export function unpack({ accepts, others, bodies, lengths }: Packed): readonly Asked[] {
  const all: Asked[] = [];
  for (const [place, asked] of others) all[place] = asked;
  for (const [place, argument] of JSON.parse(accepts) as readonly (readonly [number, Entry])[])
    all[place] = { name: "accept", argument };
  let [index, used] = [0, 0];
  const withBody = (entry: Entry): Entry => {
    const length = lengths[index++] ?? -1;
    if (length < 0) return entry;
    used += length;
    return { ...entry, body: [bodies.subarray(used - length, used)] };
  };
  return all.map((asked) => withEntries(asked, withBody));
}

const withoutBody = (entry: Entry): Entry => ({ ...entry, body: null });

const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, it) => sum + it.length, 0);
