// What a delivery status notification says, as data: written by write-report.ts, worded by report-texts.ts. It knows
// neither queue nor time; who may be told, and whether there is somebody to tell, is decided before (RFC 3461 §5).
import type { Mailbox } from "../../address.ts";
import type { Body, OriginalRecipient } from "../../parameters.ts";
import type { Header } from "../header-reader.ts";

/** RFC 3464 §2.3.3 done. */
export const reportActions = ["failed", "delayed", "delivered", "relayed", "expanded"] as const;
export type ReportAction = (typeof reportActions)[number];

export interface ReportedRecipient {
  readonly recipient: Mailbox;
  /** What the sender wrote in ORCPT. */
  readonly originalRecipient?: OriginalRecipient;
  readonly action: ReportAction;
  /** RFC 3463: "5.1.1". */
  readonly status: string;
  /** The server that answered, and its words on one line: "550 5.1.1 No such user". */
  readonly remote?: { readonly host: string; readonly words: string };
  readonly lastAttemptMs?: number;
  /** Of a delayed one: how long it will be tried. */
  readonly retryUntilMs?: number;
}

export interface ReportedMessage {
  /** Its name in our logs and queue. */
  readonly id: string;
  readonly arrivedMs: number;
  /** ENVID, decoded. */
  readonly envelopeId?: string;
  readonly header: Header;
  /** Set when the sender is to get all of it back (RET=FULL) and it is not too large for that. */
  readonly whole?: { readonly body: Body };
}

export interface Report {
  /** Our name among mail servers. */
  readonly host: string;
  /** As whom we write. */
  readonly from: Mailbox;
  /** The sender of the message. Its envelope has the null sender, so that nobody ever answers it. */
  readonly to: Mailbox;
  /** The sender used SMTPUTF8, so addresses and headers may stand as they are (RFC 6533). */
  readonly utf8: boolean;
  readonly id: string;
  readonly atMs: number;
  readonly offsetMinutes: number;
  readonly message: ReportedMessage;
  /** At least one. */
  readonly recipients: readonly ReportedRecipient[];
}
