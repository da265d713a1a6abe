import { afterEach, expect, test } from "bun:test";
import { connect } from "node:net";
import { systemClock } from "../base/clock.ts";
import { about } from "../base/fault.ts";
import { expectGood } from "../base/result.ts";
import { type Occurrence, reporter } from "../event/event.ts";
import { Acceptor, type AcceptorOptions, type Connection, type Host } from "./acceptor.ts";
import { ConnectionLedger } from "./connection-ledger.ts";
import { BACKLOG, openListeningSocket } from "./listening-socket.ts";
import { listenQueue } from "./system-calls.ts";
import { openDialogue } from "./testing/dialogue.ts";

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Greets, answers what is asked at its end, and says "bye" when asked to finish. */
const greeter: Host = {
  serve(socket, connection) {
    connection.onFinish(() => void socket.end("bye\r\n"));
    socket.on("end", () => socket.end("heard you out\r\n"));
    socket.resume();
    socket.write("hello\r\n");
  },
  turnAway: (socket) => void socket.end("not now\r\n"),
};

async function listening(max: number, route: AcceptorOptions["route"] = () => ({ host: greeter, paused: false })) {
  const socket = expectGood(openListeningSocket({ address: "*", port: 0 }));
  const ledger = new ConnectionLedger(max, systemClock);
  const events: Occurrence[] = [];
  const report = reporter("test", Date.now, (it) => events.push(it));
  const subject = about("address", `*:${socket.port}`);
  const acceptor = expectGood(await Acceptor.open({ fd: socket.fd, route, ledger, report, subject }));
  endings.push(() => {
    acceptor.stopAccepting();
    ledger.cutAll();
  });
  return { socket, acceptor, ledger, events };
}

test("connections are counted with their peer, by IPv4 address though the socket takes both families", async () => {
  const seen: Connection[] = [];
  const { socket, ledger } = await listening(9, (connection) => {
    seen.push(connection);
    return { host: greeter, paused: false };
  });
  const client = await openDialogue(socket.port);
  await client.hear("hello");
  expect(seen[0]?.peer).toEqual({ address: "127.0.0.1", port: client.socket.localPort ?? -1 });
  expect(seen[0]?.local).toEqual({ address: "127.0.0.1", port: socket.port });
  expect(ledger.describe()).toBe("1 connection, the oldest open for 0 s, from 127.0.0.1");
  client.socket.destroy();
  await ledger.whenEmpty();
  expect(ledger.describe()).toBe("no connection open");
});

test("the queue is as long as it was opened, although the runtime shortens it", async () => {
  const { socket } = await listening(9);
  const somaxconn = Number(await Bun.file("/proc/sys/net/core/somaxconn").text()); // system path
  expect(expectGood(listenQueue(socket.fd)).room).toBe(Math.min(BACKLOG, somaxconn));
});

test("a client that closes its side still gets its answer", async () => {
  const { socket } = await listening(9);
  const client = await openDialogue(socket.port);
  client.socket.end("all I have\r\n");
  await client.hear("heard you out");
  expect(await client.ended).toBe("closed");
});

test("above the bound a connection is told so, and one event tells the shortage and one its end", async () => {
  const { socket, ledger, events } = await listening(2);
  const inside = [await openDialogue(socket.port), await openDialogue(socket.port)];
  for (const client of inside) await client.hear("hello");
  for (let n = 0; n < 3; n++) {
    const outside = await openDialogue(socket.port);
    await outside.hear("not now");
    await outside.ended;
  }
  expect(events.map((it) => it.sentence)).toEqual([
    `*:${socket.port} refuses connections: 2 are open, and 2 are allowed.`,
  ]);
  for (const client of inside) client.socket.end();
  await ledger.whenEmpty();
  expect(events[1]?.sentence).toBe(`*:${socket.port} accepts connections again, after 3 were refused.`);
  await (await openDialogue(socket.port)).hear("hello");
  expect(events.length).toBe(2);
});

test("a paused host turns connections away in its own words", async () => {
  const { socket, ledger } = await listening(9, () => ({ host: greeter, paused: true }));
  const client = await openDialogue(socket.port);
  await client.hear("not now");
  await client.ended;
  expect(ledger.size).toBe(0);
});

test("of a crowd that is turned away and does not go only so many are told, as each holds a descriptor", async () => {
  const { socket } = await listening(9, () => ({ host: greeter, paused: true }));
  const crowd = Array.from({ length: 130 }, () =>
    connect({ port: socket.port, host: "127.0.0.1", allowHalfOpen: true }),
  );
  const fates = crowd.map(
    (client) =>
      new Promise<string>((resolve) => {
        client.on("error", () => {}).on("end", () => resolve("cut"));
        client.on("data", () => resolve("told"));
      }),
  );
  const told = (await Promise.all(fates)).filter((fate) => fate === "told");
  expect(told.length).toBe(100);
  for (const client of crowd) client.destroy();
});

test("a drain stops accepting, lets the open ones come to their end, and says what it waits for", async () => {
  const { socket, acceptor, ledger } = await listening(9);
  const client = await openDialogue(socket.port);
  await client.hear("hello");
  acceptor.stopAccepting();
  acceptor.stopAccepting();
  await expect(openDialogue(socket.port)).rejects.toThrow();
  expect(ledger.describe()).toStartWith("1 connection, ");
  ledger.finishAll();
  await client.hear("bye");
  await ledger.whenEmpty();
});

test("a peer that resets the connection is a close and nothing worse", async () => {
  const { socket, ledger } = await listening(9);
  const client = await openDialogue(socket.port);
  await client.hear("hello");
  client.socket.resetAndDestroy();
  await ledger.whenEmpty();
  await (await openDialogue(socket.port)).hear("hello");
});

test("a descriptor that is no socket is a failure told in words", async () => {
  const report = reporter("test", Date.now, () => {});
  const ledger = new ConnectionLedger(1, systemClock);
  const subject = about("address", "nowhere");
  const route = () => ({ host: greeter, paused: false });
  const opened = await Acceptor.open({ fd: 99999, route, ledger, report, subject });
  expect(opened.ok).toBe(false);
});
