// Which recipients of the queue are meant, as an operator says it. All that is given must hold; an empty filter means
// everything, and whoever orders by one shows the number first.
import type { Status } from "./message.ts";

export interface Filter {
  /** The id of a message or its beginning. */
  readonly id?: string;
  /** An address, case aside; `*` stands for anything. "<>" is the null sender. */
  readonly sender?: string;
  readonly recipient?: string;
  /** The domain of the recipient. */
  readonly domain?: string;
  /** The destination or route. */
  readonly destination?: string;
  /** Part of what the remote said last. */
  readonly error?: string;
  readonly site?: string;
  /** Part of what else is known of it, as its subject or its Message-ID. */
  readonly facts?: string;
  readonly receivedBeforeMs?: number;
  readonly receivedSinceMs?: number;
  /** Any of these; without it those that are still in the queue. "any" includes what has left. */
  readonly status?: readonly Status[] | "any";
  /** An id, a trace, an address, a domain, or part of an address or of a reply. */
  readonly anything?: string;
}
