// Which coding of a content a client would have, RFC 9110 §12.5.3 done. Pure.
import { readWeighted } from "./weighted-list.ts";

/** What may be offered; the order in which they are offered is that in which they are liked. */
export type Coding = "br" | "zstd" | "gzip" | "deflate";

/** One of those offered, or the content as it is; "none" where the client refuses that too. */
export function chooseCoding(
  acceptEncoding: string | undefined,
  offered: readonly Coding[],
): Coding | "identity" | "none" {
  // RFC 9110 §12.5.3: who says nothing may be sent anything, and is sent what everybody reads.
  if (acceptEncoding === undefined) return "identity";
  const weights = readWeights(acceptEncoding);
  const weightOf = (coding: string) => weights.get(coding) ?? weights.get("*");
  let best: Coding | undefined;
  let bestWeight = 0;
  for (const coding of offered) {
    const weight = weightOf(coding) ?? 0;
    if (weight <= bestWeight) continue;
    best = coding;
    bestWeight = weight;
  }
  const asItIs = weightOf("identity");
  // As it is it goes only where it is liked better by name: most clients do not speak of it.
  if (best !== undefined && bestWeight >= (weights.get("identity") ?? 0)) return best;
  return asItIs === 0 ? "none" : "identity";
}

/** Of a longer list the rest is not looked at. */
const ELEMENTS_MAX = 64;

const readWeights = (field: string): ReadonlyMap<string, number> =>
  // RFC 9110 §8.4.1.3: the old name.
  new Map(
    readWeighted(field, ELEMENTS_MAX).map((it) => [it.name.toLowerCase().replace(/^x-gzip$/, "gzip"), it.weight]),
  );
