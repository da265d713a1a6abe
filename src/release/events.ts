// What can be told of releases: one row per event, numbers 1200 to 1299. Rows only.
import { event } from "../event/event.ts";

export const releaseEvents = {
  mixture: event(
    1200,
    "critical",
    "file",
    "{object} keeps the program from starting: {because}.",
    "{remedy}",
    "component-mismatch",
  ),
  incomplete: event(
    1201,
    "critical",
    "file",
    "{object} keeps the program from starting: {because}.",
    "{remedy}",
    "missing-component",
  ),
} as const;
