// A line session over a real connection, for tests: both ends in one process, on 127.0.0.1, by a clock of the test's.
import { createServer, type Server, type Socket } from "node:net";
import { type Clock, systemClock } from "../../base/clock.ts";
import { bad } from "../../base/result.ts";
import { Deadlines } from "../line/deadlines.ts";
import { type LineDialogue, usualLimits } from "../line/line-dialogue.ts";
import { LineSession, type Securable } from "../line/line-session.ts";
import { type Dialogue, openDialogue } from "./dialogue.ts";

/** Says again what it hears, with 250; QUIT closes. */
export const echo: LineDialogue = {
  greeting: "200 hello\r\n",
  lineBytesMax: 64,
  limits: { ...usualLimits, idleMs: 1000, unreadMs: 1000, blockMs: 1000, blockBytesMin: 100 },
  farewells: {
    idle: "400 idle\r\n",
    slow: "400 slow\r\n",
    overtime: "400 overtime\r\n",
    endless: "400 endless\r\n",
    stopping: "400 stopping\r\n",
  },
  answer(line) {
    if (line.kind !== "line") return { reply: `500 ${line.kind}\r\n` };
    return line.text === "QUIT" ? { reply: "205 bye\r\n", close: true } : { reply: `250 ${line.text}\r\n` };
  },
};

/** A connection that stays in clear. */
export const inClear: Securable = { secured: undefined, secure: async () => bad("no certificate") };

export interface OpenSession {
  readonly client: Dialogue;
  readonly session: LineSession;
  /** The session's end. */
  readonly socket: Socket;
}

export class LineRig {
  private readonly servers: Server[] = [];

  async open(
    dialogue: LineDialogue = echo,
    clock: Clock = systemClock,
    securable: (socket: Socket) => Securable = () => inClear,
  ): Promise<OpenSession> {
    const opened = Promise.withResolvers<Omit<OpenSession, "client">>();
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => {});
      const session = new LineSession(socket, securable(socket), dialogue, Deadlines.of(clock));
      opened.resolve({ session, socket });
    });
    this.servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const client = await openDialogue(typeof address === "object" ? (address?.port ?? 0) : 0);
    return { client, ...(await opened.promise) };
  }

  close(): void {
    for (const server of this.servers.splice(0)) server.close();
  }
}

/** So that what has been sent has come, and what was to follow at once has followed: no clock is asked. */
export async function turns(count = 50): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise(setImmediate);
}
