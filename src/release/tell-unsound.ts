// Leaves a word in the event log of a home about a program that must not run, when there is a home to leave it in.
import type { Clock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { EventLog } from "../event/event-log.ts";
import type { Unsound } from "./check/unsound.ts";
import { isThere } from "./place/install-root.ts";

export function tellUnsound(home: Home, clock: Clock, { fault, event }: Unsound): void {
  const folder = roomPath(home, "logs");
  if (!isThere(folder)) return;
  const { subject, because, remedy } = fault;
  const log = new EventLog(folder, clock, { sinks: [] });
  log.reportFor("server")(event, about("file", subject.name), { because, remedy });
  log.close();
}
