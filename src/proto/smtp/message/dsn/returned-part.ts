// What comes back with a notice: the header of the message, as far as there is room, or all of it (RFC 3461 §4.3). The
// body is not held here: of a whole message only the place is made.
import type { Header } from "../header-reader.ts";
import { LineMender } from "../line-mender.ts";
import { type Part, partOf } from "./part.ts";
import type { Report } from "./report.ts";

/** RFC 3461 §4.3 done: RET speaks of failures only; and what is binary cannot stand within a notice that is not. */
export const returnsWhole = ({ message, recipients }: Report): boolean =>
  message.whole !== undefined &&
  message.whole.body !== "BINARYMIME" &&
  recipients.some(({ action }) => action === "failed");

/** RFC 6522 §4 done, RFC 6533 §6 done. */
export function returnedPart(report: Report): Part {
  const { message, utf8 } = report;
  if (returnsWhole(report))
    return partOf(utf8 ? "message/global" : "message/rfc822", Buffer.alloc(0), message.whole?.body === "8BITMIME");
  return partOf(utf8 ? "message/global-headers" : "text/rfc822-headers", headerText(message.header));
}

const HEADER_BYTES_MAX = 32 * 1024;

/** Whole fields, as many as there is room for. */
function headerText({ fields }: Header): Buffer {
  const kept: string[] = [];
  let bytes = 0;
  for (const { raw } of fields) {
    bytes += raw.length;
    if (bytes > HEADER_BYTES_MAX) break;
    kept.push(raw);
  }
  const mender = new LineMender();
  return Buffer.concat([mender.push(Buffer.from(kept.join(""), "latin1")), mender.finish()]);
}
