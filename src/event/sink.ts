// Where occurrences go: a file, a screen, the system's journal. An interface, so that the log knows none of them.
import type { Occurrence } from "./event.ts";

/** Never throws, whatever the disk or the terminal does: the log is the last to speak and has nobody to tell. */
export interface Sink {
  write(it: Occurrence): void;
}
