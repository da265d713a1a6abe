// Conditional requests: whether a request is carried out, given what the client knows and what is there. RFC 9110 §13.2.2 done: in
// the order of its steps. Pure.
import { type EntityTag, isSame, readEntityTag, readEntityTags } from "./entity-tag.ts";
import { readHttpDate } from "./http-date.ts";

/** The fields that make a request one for less than all, or for nothing. */
export const conditionFields = [
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
  "range",
] as const;
export type ConditionField = (typeof conditionFields)[number];

/** What of a request matters here. */
export interface Conditional {
  readonly method: string;
  header(name: ConditionField): string | undefined;
}

/** What is there under the target now; undefined for nothing. */
export interface Current {
  readonly entityTag?: EntityTag;
  /** Looked at to the second, as dates are told. */
  readonly modifiedMs?: number;
  /** The same as it is told: nearly every client gives it back so, and it need not be read. */
  readonly modifiedText?: string;
}

/** "carry-out": as if there were no condition. "not-modified": 304. "failed": 412. */
export type Decision = "carry-out" | "not-modified" | "failed";

export function decideConditions(request: Conditional, current: Current | undefined, nowMs: number): Decision {
  const reads = request.method === "GET" || request.method === "HEAD";
  const ifMatch = request.header("if-match");
  if (ifMatch !== undefined) {
    if (!matches(ifMatch, current, "strong")) return "failed";
  } else if (isAfter(request.header("if-unmodified-since"), current, nowMs) === true) return "failed";
  const ifNoneMatch = request.header("if-none-match");
  if (ifNoneMatch !== undefined) {
    if (matches(ifNoneMatch, current, "weak")) return reads ? "not-modified" : "failed";
  } else if (reads && isAfter(request.header("if-modified-since"), current, nowMs) === false) return "not-modified";
  return "carry-out";
}

/** The ranges that may be answered: none where they were asked of something that is no more. RFC 9110 §13.1.5, §14.2. */
export function rangeToAnswer(request: Conditional, current: Current, nowMs: number): string | undefined {
  const range = request.method === "GET" ? request.header("range") : undefined;
  const condition = range === undefined ? undefined : request.header("if-range");
  if (condition === undefined) return range;
  return isStill(condition, current, nowMs) ? range : undefined;
}

/** RFC 9110 §13.1.1, §13.1.2 done: `*` is whatever is there. */
function matches(list: string, current: Current | undefined, comparison: "strong" | "weak"): boolean {
  const tags = readEntityTags(list);
  if (tags === "any") return current !== undefined;
  const { entityTag } = current ?? {};
  return entityTag !== undefined && tags.some((it) => isSame(it, entityTag, comparison));
}

/** RFC 9110 §13.1.3, §13.1.4 done: modified behind that date. Undefined where there are not two dates to compare. */
function isAfter(text: string | undefined, current: Current | undefined, nowMs: number): boolean | undefined {
  if (text === undefined || current?.modifiedMs === undefined) return undefined;
  if (text === current.modifiedText) return false;
  const sinceMs = readHttpDate(text, nowMs);
  return sinceMs === undefined ? undefined : wholeSecond(current.modifiedMs) > sinceMs;
}

/** RFC 9110 §13.1.5 partly: a date is taken where it is the very same; that nothing changed twice within its second is not known. */
function isStill(condition: string, { entityTag, modifiedMs }: Current, nowMs: number): boolean {
  const tag = readEntityTag(condition);
  if (tag !== undefined) return entityTag !== undefined && isSame(tag, entityTag, "strong");
  return modifiedMs !== undefined && readHttpDate(condition, nowMs) === wholeSecond(modifiedMs);
}

const wholeSecond = (atMs: number): number => Math.floor(atMs / 1000) * 1000;
