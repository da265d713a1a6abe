// Cuts a stream of bytes as a network may, for tests of what must not depend on it.
import fc from "fast-check";

/** The same text in pieces of these sizes, and the rest as the last one. */
export function cut(text: string, sizes: readonly number[]): readonly string[] {
  const pieces: string[] = [];
  let at = 0;
  for (const size of sizes) {
    pieces.push(text.slice(at, at + size));
    at += size;
  }
  return [...pieces, text.slice(at)];
}

export const cuts: fc.Arbitrary<readonly number[]> = fc.array(fc.nat({ max: 9 }), { maxLength: 30 });
