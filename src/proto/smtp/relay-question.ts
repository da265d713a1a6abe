// The question whether a mail site would take a recipient, and its answer with all that was looked at: what crosses
// between the service, the operations and the command. Data only.
import type { JsonObject } from "../../base/json.ts";

/** A message that somebody might send. */
export interface RelayQuestion {
  /** With brackets or without. */
  readonly from: string;
  readonly to: string;
  /** Of the client. */
  readonly ip: string;
  /** A name in a certificate that was verified. */
  readonly certificate: string | undefined;
  readonly account: RelayAccount | undefined;
}

export interface RelayAccount {
  readonly name: string;
  readonly groups: readonly string[];
  /** It has the right to relay at this site. */
  readonly mayRelay: boolean;
}

/** A site as its settings stand, in written form. */
export interface SiteWritten {
  readonly name: string;
  readonly path: string;
  readonly values: JsonObject;
  readonly below: JsonObject;
}

export interface RelayAnswer {
  readonly accepted: boolean;
  /** What the client hears: "550 5.7.1 Unable to relay for c@d.example". */
  readonly reply: string;
  /** What it waits with in the queue; null where it is refused. */
  readonly destination: string | null;
  /** In the order in which they were looked at; the last one decides. */
  readonly consulted: readonly Consulted[];
}

/** One row that was looked at, for people. */
export interface Consulted {
  readonly row: string;
  readonly says: "accepted" | "refused" | "goes on";
  readonly because: string;
}
