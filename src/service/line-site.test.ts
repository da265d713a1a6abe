import { afterEach, expect, test } from "bun:test";
import { createServer, type Server, type Socket } from "node:net";
import { systemClock } from "../base/clock.ts";
import { bad } from "../base/result.ts";
import type { Connection, Host } from "../net/connection.ts";
import { usualLimits } from "../net/line-dialogue.ts";
import { openDialogue } from "../net/testing/dialogue.ts";
import { isLineSite, lineSite } from "./line-site.ts";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

const site = lineSite(
  ({ trace }) => ({
    greeting: `220 hello ${trace}\r\n`,
    lineBytesMax: 64,
    limits: usualLimits,
    farewells: { idle: "", slow: "", overtime: "", endless: "", stopping: "421 stopping\r\n" },
    answer: () => ({ reply: `250 ${trace}\r\n` }),
  }),
  "421 not now\r\n",
  systemClock,
);

const finishes: (() => void)[] = [];
const connection: Connection = {
  trace: "t1",
  peer: { address: "192.0.2.1", port: 1 },
  local: { address: "192.0.2.2", port: 25 },
  secured: undefined,
  canSecure: false,
  secure: async () => bad("no certificate"),
  moveTo: () => undefined,
  visit: { request: () => ({ admitted: true }), failure: () => {} } as unknown as Connection["visit"],
  onFinish: (finish) => void finishes.push(finish),
};

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
