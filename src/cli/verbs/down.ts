// `inetsrv down`: ends the server, and waits until it is gone.
import { duration } from "../../schema/kinds/measure.ts";
import type { ServerStatus } from "../../supervisor/answers.ts";
import { ask, type Context, noClient } from "../context.ts";
import { exitCodes } from "../exit-code.ts";
import { count, shortDuration } from "../look/moment.ts";
import { value, verb } from "../verb.ts";
import { type Look, waitFor } from "../waiting.ts";

const WAIT_LIMIT_MS = 120_000;

export const down = verb({
  words: "down",
  group: "Server",
  summary: "End the server after its connections, and wait for that.",
  doc: "It says what it waits for. On a home that no server serves there is nothing to do, which is no failure.",
  takes: {},
  flags: {
    waitLimit: value("TIME", "Wait no longer than this for the end; otherwise 2m. The server goes on ending.", {
      kind: duration({ max: "1d" }),
    }),
  },
  examples: [
    { line: "inetsrv down", doc: "Returns when the server is gone." },
    { line: "inetsrv down --wait-limit 0s", doc: "Tells it to end and does not wait." },
  ],
  exits: ["conflict"],
  async run(context, { waitLimit }) {
    const { program, home, out, world } = context;
    const opened = await program.openClient(home, { offline: "refused" });
    if (!opened.ok && opened.error.is === "not-running") return alreadyDown(context);
    if (!opened.ok) return noClient(context, opened.error);
    const client = opened.value;
    const before = await ask(client, "status.show");
    const answer = await ask(client, "server.down", { who: world.user });
    await client.close();
    // A server that is gone before it could answer did what was asked.
    if (!answer.ok && answer.error.reason !== "unavailable") return out.refused(answer.error);

    const pid = before.ok ? before.value.pid : undefined;
    const limitMs = waitLimit ?? WAIT_LIMIT_MS;
    const beganMs = world.steadyMs();
    const end = await waitFor(context, limitMs, () => lookForEnd(context, pid));
    const took = shortDuration(world.steadyMs() - beganMs);
    if ("is" in end) {
      out.show({ running: false }, () => [`The server has ended, after ${took}.`]);
      return exitCodes.done;
    }
    out.show({ running: true, waitingFor: end.waitingFor }, () => [
      `The server is ending and waits for ${end.waitingFor}. See: inetsrv status`,
    ]);
    return limitMs === 0 ? exitCodes.done : exitCodes.failed;
  },
});

function alreadyDown({ home, out }: Context): number {
  out.show({ running: false }, () => [`No server is running on ${home.root}; there is nothing to do.`]);
  return exitCodes.done;
}

async function lookForEnd({ program, home, world }: Context, pid: number | undefined): Promise<Look<true>> {
  const opened = await program.openClient(home, { offline: "refused" });
  if (opened.ok) {
    const status = await ask(opened.value, "status.show");
    await opened.value.close();
    return { waitingFor: status.ok ? whatKeepsIt(status.value) : "its last process" };
  }
  const gone = opened.error.is === "not-running" && (pid === undefined || !world.isAlive(pid));
  return gone ? { is: true } : { waitingFor: "its last process" };
}

/** "smtp: 2 connections (a message being received)" */
function whatKeepsIt({ services }: ServerStatus): string {
  const busy = services.flatMap(({ name, state, workers }) => {
    if (state === "stopped" || workers.length === 0) return [];
    const connections = workers.reduce((sum, it) => sum + it.connections, 0);
    if (connections === 0) return [`${name} to end`];
    const words = [...new Set(workers.map((it) => it.waitingFor).filter((it) => it !== ""))];
    return [`${name}: ${words.length > 0 ? words.join(", ") : count(connections, "connection")}`];
  });
  return busy.length === 0 ? "its last process" : busy.join("; ");
}
