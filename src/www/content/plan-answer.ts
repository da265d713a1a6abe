// How a request for something that is there is answered: whole, in part, not at all. Pure. RFC 9110 §13.2.2, §14.2 done.
import { type ByteRange, readByteRanges } from "../../proto/http/content/byte-ranges.ts";
import {
  type Conditional,
  type Current,
  decideConditions,
  rangeToAnswer,
} from "../../proto/http/content/preconditions.ts";

export type Plan = "whole" | "not-modified" | "failed" | "unsatisfiable" | readonly ByteRange[];

export function planAnswer(request: Conditional, current: Current, size: number, nowMs: number): Plan {
  const decision = decideConditions(request, current, nowMs);
  if (decision !== "carry-out") return decision;
  const field = rangeToAnswer(request, current, nowMs);
  return field === undefined ? "whole" : readByteRanges(field, size);
}
