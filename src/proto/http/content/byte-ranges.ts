// Which parts of a content a client asks for. RFC 9110 §14.1.2, §14.2 done. Pure; what would only make work is answered whole, as
// RFC 9110 §14.2 advises: a client loses nothing by it.
import { listElements } from "../field-list.ts";

/** Both are within it; the last one too belongs to it. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

export const rangeBytes = ({ first, last }: ByteRange): number => last - first + 1;

/** "whole": the field is to be ignored. "unsatisfiable": 416. Else one range or more, each behind or before all others. */
export type AskedRanges = "whole" | "unsatisfiable" | readonly ByteRange[];

/** More than any player or reader of documents asks for at a time. */
const RANGES_MAX = 64;
/** A gap that costs no more to send than the head of another part. */
const GAP_BYTES = 80;

export function readByteRanges(field: string, size: number): AskedRanges {
  const [, list = ""] = /^bytes=(.*)$/i.exec(field) ?? [];
  // Nearly all who ask for a part ask for one: nothing lies beside it.
  const only = readRange(list, size);
  if (only === "unsatisfiable") return only;
  if (only !== "malformed") return [only];
  const elements = listElements(list, RANGES_MAX + 1);
  const specs = elements.filter((it) => it !== "");
  if (specs.length === 0 || elements.length > RANGES_MAX) return "whole";
  const ranges: ByteRange[] = [];
  for (const spec of specs) {
    const range = readRange(spec, size);
    if (range === "malformed") return "whole";
    if (range !== "unsatisfiable") ranges.push(range);
  }
  if (ranges.length === 0) return "unsatisfiable";
  // RFC 9110 §14.2: more overlapping ranges than two are a broken client, or an attack.
  const overlapping = ranges.filter((it, index) => ranges.slice(0, index).some((other) => gap(it, other) < 0));
  return overlapping.length > 2 ? "whole" : merge(ranges);
}

function readRange(spec: string, size: number): ByteRange | "malformed" | "unsatisfiable" {
  const [whole, first = "", last = ""] = /^(\d*)-(\d*)$/.exec(spec) ?? [];
  if (whole === undefined || whole === "-") return "malformed";
  if (first === "") {
    const length = Math.min(Number(last), size);
    return length === 0 ? "unsatisfiable" : { first: size - length, last: size - 1 };
  }
  if (last !== "" && Number(last) < Number(first)) return "malformed";
  if (Number(first) >= size) return "unsatisfiable";
  return { first: Number(first), last: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

/** What overlaps or nearly touches becomes one; the order stays that of the client. RFC 9110 §15.3.7.2. */
function merge(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const merged: ByteRange[] = [];
  for (const range of ranges) {
    let joined = range;
    let place = merged.length;
    const near = (it: ByteRange) => gap(it, joined) <= GAP_BYTES;
    for (let at = merged.findIndex(near); at >= 0; at = merged.findIndex(near)) {
      const [taken = joined] = merged.splice(at, 1);
      joined = { first: Math.min(joined.first, taken.first), last: Math.max(joined.last, taken.last) };
      place = Math.min(place, at);
    }
    merged.splice(place, 0, joined);
  }
  return merged;
}

/** How many bytes lie between; fewer than none where they overlap. */
const gap = (one: ByteRange, other: ByteRange): number => Math.max(one.first - other.last, other.first - one.last) - 1;

/** RFC 9110 §14.4 */
export const contentRange = ({ first, last }: ByteRange, size: number): string => `bytes ${first}-${last}/${size}`;
export const unsatisfiedRange = (size: number): string => `bytes */${size}`;
