// One form in which a file is sent, as it is or in a coding: what is said of it, and what a client may compare. Pure.
import { type EntityTag, printEntityTag } from "../../proto/http/content/entity-tag.ts";
import { httpDate } from "../../proto/http/content/http-date.ts";
import type { Current } from "../../proto/http/content/preconditions.ts";
import type { Field } from "../../proto/http/request.ts";
import type { Chosen } from "./coding/coding-choice.ts";
import type { ContentRules } from "./content-rules.ts";

export interface Representation {
  readonly type: string;
  readonly size: number;
  readonly current: Current;
  /** Of an answer with all or some of it; a type comes in front. RFC 9110 §8, §12.5.5 done */
  readonly fields: readonly Field[];
  /** Of 304: what would have been told, as far as it is about keeping it. RFC 9110 §15.4.5 */
  readonly notModifiedFields: readonly Field[];
}

export interface Described {
  readonly type: string;
  readonly size: number;
  readonly tag: EntityTag | undefined;
  readonly modifiedMs: number;
  readonly coding: Chosen;
  /** There are other forms, for clients that accept others. */
  readonly varies: boolean;
}

/** Nothing is said to have been modified later than now: RFC 9110 §8.8.2.1. */
export function represent(described: Described, rules: ContentRules, nowMs: number): Representation {
  const { type, size, tag, coding, varies } = described;
  const modifiedMs = Math.min(described.modifiedMs, nowMs);
  const modifiedText = httpDate(modifiedMs);
  const kept: Field[] = [["Last-Modified", modifiedText]];
  if (tag !== undefined) kept.push(["ETag", printEntityTag(tag)]);
  if (varies) kept.push(["Vary", "Accept-Encoding"]);
  kept.push(...rules.cacheFields, ...rules.customFields);
  const coded: readonly Field[] = coding === "identity" ? [["Accept-Ranges", "bytes"]] : [["Content-Encoding", coding]];
  return {
    type,
    size,
    current: { modifiedMs, modifiedText, ...(tag === undefined ? {} : { entityTag: tag }) },
    fields: [...coded, ...kept],
    notModifiedFields: kept,
  };
}
