import { afterEach, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { systemClock } from "../base/clock.ts";
import { noAccessLog } from "../net/access-log/access-log.ts";
import type { Host } from "../net/connection.ts";
import { usualLimits } from "../net/line/line-dialogue.ts";
import { siteMetrics } from "../net/metrics/metrics.ts";
import { MetricsBook } from "../net/metrics/metrics-book.ts";
import { openDialogue } from "../net/testing/dialogue.ts";
import { fakeConnection } from "../net/testing/fake-connection.ts";
import { isLineSite, limitsOf, lineSite } from "./line-site.ts";
import { smtpProtocol } from "./protocol.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const site = lineSite(
  {
    path: "x/sites/a",
    report: () => {},
    clock: systemClock,
    log: noAccessLog,
    metrics: new MetricsBook(siteMetrics.end).site("a"),
  },
  {
    protocol: smtpProtocol,
    dialogue: ({ trace }) => ({
      greeting: `220 hello ${trace}\r\n`,
      lineBytesMax: 64,
      limits: usualLimits,
      farewells: { idle: "", slow: "", overtime: "", endless: "", stopping: "421 stopping\r\n" },
      answer: () => ({ reply: `250 ${trace}\r\n` }),
    }),
    awayFarewell: "421 not now\r\n",
  },
);

const finishes: (() => void)[] = [];
const connection = fakeConnection({ onFinish: (finish) => void finishes.push(finish) });

async function open(serve: (socket: Socket) => void) {
  const server = createServer({ allowHalfOpen: true }, serve);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return openDialogue((server.address() as { readonly port: number }).port);
}

test("a connection is answered by a dialogue of its own, and ends when it is asked to finish", async () => {
  const client = await open((socket) => site.serve(socket, connection));
  await client.hear("220 hello t1\r\n");
  client.say("a\r\n");
  await client.hear("250 t1\r\n");
  finishes.pop()?.();
  await client.hear("421 stopping\r\n");
  expect(await client.ended).toBe("closed");
});

test("a connection that is turned away hears why in one line", async () => {
  const client = await open((socket) => site.turnAway(socket, "paused"));
  expect(await client.hear("\r\n")).toBe("421 not now\r\n");
  expect(await client.ended).toBe("closed");
});

test("a session that is moved by name gets the dialogue of the site, if that speaks lines", () => {
  const host: Host = site;
  expect(isLineSite(host) && host.dialogue(connection).greeting).toBe("220 hello t1\r\n");
  expect(isLineSite({ serve: () => {}, turnAway: () => {} })).toBe(false);
});

test("whoever does not read is waited for as long as whoever does not write, and never for very long", () => {
  expect(limitsOf({ idleTimeout: 30_000, sessionTimeout: null })).toMatchObject({ idleMs: 30_000, unreadMs: 30_000 });
  expect(limitsOf({ idleTimeout: 86_400_000, sessionTimeout: null }).unreadMs).toBe(usualLimits.unreadMs);
});
