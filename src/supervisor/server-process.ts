// What a process of a server has and is over all its turns (turn.ts). Data only.
import type { HeldHome } from "./home-holder.ts";
import type { Manager } from "./manager.ts";
import type { ServerHooks, ServerParts } from "./server-parts.ts";
import type { Signals } from "./signals.ts";
import type { Decisions } from "./succession/decisions.ts";

export interface Process {
  readonly parts: ServerParts;
  readonly hooks: ServerHooks;
  held: HeldHome;
  readonly decisions: Decisions;
  readonly signals: Signals;
  readonly manager: Manager;
  /** The process that stays above this one; null when none does. */
  parent: number | null;
}
