// Who asks, for whoever decides what he may see and for the pages of errors: one for each request that is under way. Interface
// only.
import type { Welcome } from "../../account/login.ts";
import type { Secured } from "../../net/connection.ts";

export interface Asker {
  readonly address: string;
  /** This machine itself. */
  readonly isLocal: boolean;
  /** What the handshake has settled; undefined in clear. */
  readonly secured: Secured | undefined;
  /** Who has logged in with this request: told by whoever found out, for the log and all that come after. */
  user: Welcome | undefined;
  /** By which the request is found in the log. */
  traceId(): string;
  /** Breaks the connection off without a word. */
  cut(): void;
}
