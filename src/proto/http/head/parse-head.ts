// Reads the head of a request out of what has arrived. RFC 9112 §2.2 done. A pure function of the bytes: it looks at them
// anew whenever a line more has come, which the limits bound, and so keeps nothing between two calls.
import { CR, LF } from "../byte-kinds.ts";
import type { Refusal } from "../refusal.ts";
import { type FieldLimits, readFields } from "./field-lines.ts";
import { judgeFields, takeField } from "./framing-fields.ts";
import { RequestHead } from "./request-head.ts";
import { readRequestLine } from "./request-line.ts";

export interface HeadLimits extends FieldLimits {
  /** With its line end. */
  readonly requestLineBytesMax: number;
}

/** What nearly all sites can live with: twice the cookies that a browser keeps for a site. */
export const usualHeadLimits: HeadLimits = {
  requestLineBytesMax: 16_384,
  fieldBytesMax: 65_536,
  fieldsMax: 200,
};

/** Old clients send a line end too many behind a body. */
const EMPTY_LINES_MAX = 4;

/** The head that begins there, sound or refused; undefined while there is nothing to say about it. */
export function parseHead(bytes: Buffer, from: number, limits: HeadLimits): RequestHead | undefined {
  const head = new RequestHead(bytes, behindEmptyLines(bytes, from));
  const fieldsAt = readRequestLine(head, limits.requestLineBytesMax);
  if (typeof fieldsAt !== "number") return fieldsAt && refused(head, fieldsAt);
  head.fieldsAt = fieldsAt;
  head.fieldsEnd = fieldsAt;
  const end = readFields(bytes, fieldsAt, limits, head, takeField);
  if (typeof end !== "number") return end && refused(head, end);
  head.fieldsEnd = end - 2;
  head.end = end;
  const refusal = judgeFields(head);
  return refusal === undefined ? head : refused(head, refusal);
}

function behindEmptyLines(bytes: Buffer, from: number): number {
  let at = from;
  for (let lines = 0; lines < EMPTY_LINES_MAX && bytes[at] === CR && bytes[at + 1] === LF; lines++) at += 2;
  return at;
}

function refused(head: RequestHead, refusal: Refusal): RequestHead {
  head.refusal = refusal;
  return head;
}
