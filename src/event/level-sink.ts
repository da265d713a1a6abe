// Lets through to another sink what is of some weight: a person who watches wants that, the files have the rest.
import { type Level, levels } from "./event.ts";
import type { Sink } from "./sink.ts";

/** From this level up; `levels` runs from the gravest down. */
export const fromLevel = (least: Level, sink: Sink): Sink => ({
  write(it) {
    if (levels.indexOf(it.level) <= levels.indexOf(least)) sink.write(it);
  },
});
