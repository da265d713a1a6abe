// A site of a line protocol: each connection gets a session of its own, and what is turned away hears one last line.
// What is said is the protocol's; nothing of it is known here.
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import type { Connection, Host } from "../net/connection.ts";
import { Deadlines } from "../net/deadlines.ts";
import type { LineDialogue } from "../net/line-dialogue.ts";
import { LineSession } from "../net/line-session.ts";
import type { Site } from "./service.ts";

export interface LineSite extends Site {
  /** Asked for every connection, as a dialogue may keep a state for it: for one that comes here, or is moved here by name. */
  dialogue(connection: Connection): LineDialogue;
}

export function lineSite(
  dialogue: LineSite["dialogue"],
  awayFarewell: string,
  clock: Clock,
  faults: readonly Fault[] = [],
): LineSite {
  return {
    faults,
    dialogue,
    serve(socket, connection) {
      const session = new LineSession(socket, connection, dialogue(connection), Deadlines.of(clock));
      connection.onFinish(() => session.finish());
    },
    turnAway: (socket) => void socket.end(awayFarewell, "latin1"),
  };
}

/** Whether a session may `become` one of that site, where the connection has moved there. */
export const isLineSite = (host: Host): host is LineSite => "dialogue" in host;
