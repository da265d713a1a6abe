// A site of a line protocol: each connection gets a session of its own, which is watched, and what is turned away hears
// one last line. What is said is the protocol's; nothing of it is known here.
import { Socket } from "node:net";
import type { Fault } from "../base/fault.ts";
import { WallTimes } from "../base/wall-times.ts";
import type { Connection, Host } from "../net/connection.ts";
import { Deadlines } from "../net/line/deadlines.ts";
import { type LineDialogue, type LineLimits, usualLimits } from "../net/line/line-dialogue.ts";
import { LineSession } from "../net/line/line-session.ts";
import { type Observed, ObservedDialogue } from "./observed-dialogue.ts";
import type { Protocol } from "./protocol.ts";
import type { Site, SiteInput } from "./service.ts";
import type { SiteValues } from "./site-settings.ts";

export interface LineSite extends Site {
  /** Asked for every connection, as a dialogue may keep a state for it: for one that comes here, or is moved here by name. */
  dialogue(connection: Connection): LineDialogue;
}

export interface LineSiteParts {
  readonly protocol: Protocol;
  dialogue(connection: Connection): Observed;
  readonly awayFarewell: string;
  readonly faults?: readonly Fault[];
}

export function lineSite(
  { path, clock, log, metrics, report }: Pick<SiteInput<unknown>, "path" | "clock" | "log" | "metrics" | "report">,
  { protocol, dialogue, awayFarewell, faults = [] }: LineSiteParts,
): LineSite {
  const observer = { path, protocol, log, metrics, clock, wall: new WallTimes(clock), report };
  const observed = (connection: Connection) => new ObservedDialogue(dialogue(connection), connection, observer);
  return {
    faults,
    dialogue: observed,
    serve(socket, connection) {
      // Its connections may begin TLS at any time: they are never taken without the streams for it.
      if (!(socket instanceof Socket)) throw new Error("a connection of a line protocol cannot be secured");
      const session = new LineSession(socket, connection, observed(connection), Deadlines.of(clock));
      connection.onFinish(() => session.finish());
    },
    turnAway(socket) {
      socket.write(Buffer.from(awayFarewell, "latin1"));
      socket.end();
    },
  };
}

/** What a session of the site may take, as its settings say. */
export const limitsOf = ({
  idleTimeout,
  sessionTimeout,
}: Pick<SiteValues, "idleTimeout" | "sessionTimeout">): LineLimits => ({
  ...usualLimits,
  idleMs: idleTimeout,
  // Whoever does not read is as idle as whoever does not write.
  unreadMs: Math.min(idleTimeout, usualLimits.unreadMs),
  sessionMs: sessionTimeout,
});

/** Whether a session may `become` one of that site, where the connection has moved there. */
export const isLineSite = (host: Host): host is LineSite => "dialogue" in host;
