// Whether a request asks for all of a content without a condition, as most do. It is told by a few bits, where these are known, and
// by six questions where not. Pure.
import { conditionFields } from "../content/preconditions.ts";
import type { Request } from "../request.ts";
import { fieldBits } from "./known-fields.ts";

const bits = fieldBits(conditionFields);

export const asksPlainly = (request: Request): boolean =>
  request.known !== undefined
    ? (request.known & bits) === 0
    : conditionFields.every((name) => request.header(name) === undefined);
