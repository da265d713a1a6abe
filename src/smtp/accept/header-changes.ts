// What a mail server writes into the header of a message that it takes: always the line that says from whom, and what is
// missing where the message begins its way here. Pure; of a message on its way nothing else is changed (RFC 5321 §6.4).
import { mailDate } from "../../proto/smtp/message/date.ts";
import { withMissing, withTop } from "../../proto/smtp/message/header-editor.ts";
import type { Header } from "../../proto/smtp/message/header-reader.ts";
import { messageId } from "../../proto/smtp/message/message-id.ts";
import { hopsOf, type Received, receivedField } from "../../proto/smtp/message/received.ts";

export interface HeaderChanges {
  readonly received: Received;
  /** Who hands it over is one of ours, and no other server will mend it. */
  readonly submitted: boolean;
}

/** RFC 5321 §4.4 done, RFC 6409 §8.2 done, RFC 6409 §8.3 done: Date and Message-ID, which printers and scripts leave out. */
export function changedHeader(header: Header, { received, submitted }: HeaderChanges): Header {
  return withTop(submitted && hopsOf(header) === 0 ? mended(header, received) : header, receivedField(received));
}

function mended(header: Header, { atMs, id, by }: Received): Header {
  const dated = withMissing(header, "Date", () => mailDate(atMs));
  return withMissing(dated, "Message-ID", () => messageId(id, by));
}
