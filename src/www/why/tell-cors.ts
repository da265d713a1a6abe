// What pages of other sites may do with an answer, in words. Pure.
import { allowsMethod, type Cors } from "../cors/cors.ts";
import { corsRow } from "../cors/cors-row.ts";

export function tellCors(cors: Cors | undefined, request: Parameters<Cors["judge"]>[0]): string {
  if (cors === undefined) return "nothing is said to pages of other sites";
  const verdict = cors.judge(request);
  if (verdict.is === "own") return "no page of another site asks";
  if (verdict.is === "unlisted") return "no row allows the origin: the browser keeps the answer from the page";
  const row = corsRow.print(verdict.row);
  const { method } = request;
  return allowsMethod(verdict.row, method)
    ? `${row} allows the page to read the answer`
    : `${row} does not allow ${method}: the browser asks for leave first, and does not send it then`;
}
