// Finds the first of many address ranges that holds an address. Made once from the whole list, as intervals that do not
// overlap; a lookup is a binary search over them and makes no object. Knows nothing of what a range is for.
import type { AddressRange } from "../../schema/kinds/network.ts";
import { addressBytes } from "../ip-address.ts";
import type { Family } from "./address-words.ts";

export class RangeIndex {
  private readonly ipv4: Intervals;
  private readonly ipv6: Intervals;

  constructor(ranges: readonly NamedRange[]) {
    const spans = ranges.flatMap(spansOf);
    this.ipv4 = intervals(
      spans.filter((it) => it.family === "ipv4"),
      32n,
    );
    this.ipv6 = intervals(
      spans.filter((it) => it.family === "ipv6"),
      128n,
    );
  }

  /** The place in the list of the first range that holds the address, or -1. */
  first(family: Family, words: Uint32Array): number {
    return family === "ipv4" ? find(this.ipv4, words, 3) : find(this.ipv6, words, 0);
  }

  holds(family: Family, words: Uint32Array): boolean {
    return this.first(family, words) >= 0;
  }
}

/** `*` stands for every address of both families. */
export type NamedRange = AddressRange | "*";

export function sameRange(left: NamedRange, right: NamedRange | undefined): boolean {
  if (left === "*" || right === "*" || right === undefined) return left === right;
  return left.address === right.address && left.prefix === right.prefix;
}

/** One range as numbers; its last address is in it. */
interface Span {
  readonly family: Family;
  readonly start: bigint;
  readonly last: bigint;
  readonly position: number;
}

/** From each start to before the next, the position of the range that decides; the first start is address 0. */
interface Intervals {
  /** Four words each. */
  readonly starts: Uint32Array;
  readonly positions: Int32Array;
}

function spansOf(range: NamedRange, position: number): readonly Span[] {
  if (range === "*") return [...spansOf(everything.ipv4, position), ...spansOf(everything.ipv6, position)];
  const bytes = addressBytes(range.address);
  if (bytes === undefined) throw new Error(`a range of ${range.address}`);
  const free = BigInt(bytes.length * 8 - range.prefix);
  const start = (BigInt(`0x${Buffer.from(bytes).toString("hex")}`) >> free) << free;
  return [{ family: bytes.length === 4 ? "ipv4" : "ipv6", start, last: start + (1n << free) - 1n, position }];
}

const everything = { ipv4: { address: "0.0.0.0", prefix: 0 }, ipv6: { address: "::", prefix: 0 } } as const;

/**
 * Two ranges with prefixes never overlap in part: one holds the other, or they have nothing in common. So a walk along
 * the addresses needs only a stack of those it is inside of, each with the best position down to it.
 */
function intervals(spans: readonly Span[], bits: bigint): Intervals {
  const cuts: { at: bigint; position: number }[] = [];
  const cut = (at: bigint, position: number): void => {
    if (at === 1n << bits) return; // behind the last address
    const before = cuts.at(-1);
    if (before?.at === at) before.position = position;
    else if (before?.position !== position) cuts.push({ at, position });
  };
  const inside: { readonly last: bigint; readonly position: number }[] = [];
  const leaveUntil = (at: bigint | undefined): void => {
    for (let top = inside.at(-1); top !== undefined && (at === undefined || top.last < at); top = inside.at(-1)) {
      inside.pop();
      cut(top.last + 1n, inside.at(-1)?.position ?? NONE);
    }
  };
  cut(0n, NONE);
  for (const { start, last, position } of [...spans].sort(widestFirst)) {
    leaveUntil(start);
    const best = Math.min(position, inside.at(-1)?.position ?? NONE);
    inside.push({ last, position: best });
    cut(start, best);
  }
  leaveUntil(undefined);
  return packed(cuts);
}

/** Larger than every position. */
const NONE = Number.POSITIVE_INFINITY;

function widestFirst(left: Span, right: Span): number {
  if (left.start !== right.start) return left.start < right.start ? -1 : 1;
  if (left.last !== right.last) return left.last > right.last ? -1 : 1;
  return left.position - right.position;
}

function packed(cuts: readonly { readonly at: bigint; readonly position: number }[]): Intervals {
  const bytes = new DataView(new ArrayBuffer(cuts.length * 16));
  for (const [index, { at }] of cuts.entries()) {
    bytes.setBigUint64(index * 16, at >> 64n);
    bytes.setBigUint64(index * 16 + 8, BigInt.asUintN(64, at));
  }
  const starts = Uint32Array.from({ length: cuts.length * 4 }, (_, word) => bytes.getUint32(word * 4));
  return { starts, positions: Int32Array.from(cuts, ({ position }) => (position === NONE ? -1 : position)) };
}

/** `word` is the first that counts: 3 for IPv4, whose other words are all zero. */
function find({ starts, positions }: Intervals, words: Uint32Array, word: number): number {
  let low = 0;
  let high = positions.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (isAfter(starts, middle * 4, words, word)) high = middle - 1;
    else low = middle;
  }
  return positions[low] ?? -1;
}

function isAfter(starts: Uint32Array, at: number, words: Uint32Array, from: number): boolean {
  for (let word = from; word < 4; word++) {
    const start = starts[at + word] ?? 0;
    const given = words[word] ?? 0;
    if (start !== given) return start > given;
  }
  return false;
}
