// What a command on keys works with: the folder, the clock and the event log. No state of its own.
import type { Clock } from "../base/clock.ts";
import type { Report } from "../event/event.ts";
import type { KeyFolder } from "./key-folder.ts";

/** One command on keys at a time: whoever gives these commands sees to that, as with any change of the configuration. */
export interface KeyRoom {
  readonly folder: KeyFolder;
  readonly clock: Clock;
  readonly report: Report;
}
