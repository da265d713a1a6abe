// What crosses between a process and the thread of its spool. Messages to accept cross as one text, and their bodies stay
// where they are, as both share that memory: so many small objects and buffers take the runtime longer than writing them to
// the disk. What is shared crosses once, as the thread would take each time for new memory that it has to tidy.
import { type Asked, withEntries } from "./book/operations.ts";
import type { Entry, HeldPiece } from "./entry.ts";
import type { News, Opening } from "./found/open-books.ts";
import type { Spooled } from "./trouble.ts";

export type ToThread =
  | { readonly is: "open"; readonly opening: Opening }
  /** Memory of this process, before something that is held there is asked. */
  | { readonly is: "share"; readonly slab: number; readonly buffer: SharedArrayBuffer }
  | { readonly is: "forget"; readonly slab: number }
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

/** Each with its place in the order it was asked in. Of bodies that are held only where they lie crosses. */
interface Packed {
  /** JSON of entries to accept: `[place, entry][]`. */
  readonly accepts: string;
  readonly others: readonly (readonly [place: number, asked: Asked])[];
  /** Of each body that is held, in the order of the entries: how many pieces, then of each its slab, first byte and length. */
  readonly pieces: readonly number[];
}

export function pack(all: readonly Asked[], slabOf: (buffer: SharedArrayBuffer) => number): Packed {
  const accepts: (readonly [number, Entry])[] = [];
  const others: (readonly [number, Asked])[] = [];
  const pieces: number[] = [];
  const bare = (entry: Entry): Entry => {
    if (entry.body.is === "file") return entry;
    pieces.push(entry.body.pieces.length);
    for (const it of entry.body.pieces) pieces.push(slabOf(it.buffer), it.byteOffset, it.length);
    return { ...entry, body: NOWHERE };
  };
  all.forEach((asked, place) => {
    const crossing = withEntries(asked, bare);
    if (crossing.name === "accept") accepts.push([place, crossing.argument]);
    else others.push([place, crossing]);
  });
  return { accepts: JSON.stringify(accepts), others, pieces };
}

const NOWHERE = { is: "held", pieces: [] } as const;

export function unpack(
  { accepts, others, pieces }: Packed,
  slabs: ReadonlyMap<number, SharedArrayBuffer>,
): readonly Asked[] {
  const all: Asked[] = [];
  for (const [place, asked] of others) all[place] = asked;
  for (const [place, argument] of JSON.parse(accepts) as readonly (readonly [number, Entry])[])
    all[place] = { name: "accept", argument };
  let at = 0;
  const next = (): number => pieces[at++] ?? 0;
  const piece = (): HeldPiece => new Uint8Array(slabs.get(next()) ?? NOTHING, next(), next());
  const whole = (entry: Entry): Entry =>
    entry.body.is === "file"
      ? entry
      : { ...entry, body: { is: "held", pieces: Array.from({ length: next() }, piece) } };
  return all.map((asked) => withEntries(asked, whole));
}

const NOTHING = new SharedArrayBuffer(0);
