// Leaves a word in the event log of a home about a program that must not run, when there is a home to leave it in.
import type { Clock } from "../base/clock.ts";
import { about, type Fault } from "../base/fault.ts";
import { type Home, roomPath } from "../base/home.ts";
import { EventLog } from "../event/event-log.ts";
import { releaseEvents } from "./events.ts";
import { isThere } from "./place/install-root.ts";

export function tellMixture(home: Home, clock: Clock, { subject, because, remedy }: Fault): void {
  const folder = roomPath(home, "logs");
  if (!isThere(folder)) return;
  const log = new EventLog(folder, clock, { sinks: [] });
  log.reportFor("server")(releaseEvents.mixture, about("file", subject.name), { because, remedy });
  log.close();
}
