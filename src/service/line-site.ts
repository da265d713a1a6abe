// A site of a line protocol: each connection gets a session of its own, and what is turned away hears one last line.
// What is said is the protocol's; nothing of it is known here.
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import type { Connection } from "../net/connection.ts";
import { Deadlines } from "../net/deadlines.ts";
import type { LineDialogue } from "../net/line-dialogue.ts";
import { LineSession } from "../net/line-session.ts";
import type { Site } from "./service.ts";

/** `dialogue` is asked for every connection, as it may keep a state for it. */
export function lineSite(
  dialogue: (connection: Connection) => LineDialogue,
  awayFarewell: string,
  clock: Clock,
  faults: readonly Fault[] = [],
): Site {
  return {
    faults,
    serve(socket, connection) {
      const session = new LineSession(socket, connection, dialogue(connection), Deadlines.of(clock));
      connection.onFinish(() => session.finish());
    },
    turnAway: (socket) => void socket.end(awayFarewell, "latin1"),
  };
}
