// Whether a request asks for all of a content without a condition, as most do. It is told by a few bits, where the head lies in
// bytes, and by six questions where not. Pure.
import { conditionFields } from "../content/preconditions.ts";
import type { Request } from "../request.ts";
import { knownFieldOf } from "./known-fields.ts";
import { RequestHead } from "./request-head.ts";

const bits = conditionFields.reduce((sum, name) => sum | (1 << (knownFieldOf(name) ?? 0)), 0);

export const asksPlainly = (request: Request): boolean =>
  request instanceof RequestHead
    ? (request.known & bits) === 0
    : conditionFields.every((name) => request.header(name) === undefined);
