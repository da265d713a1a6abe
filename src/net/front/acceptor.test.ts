import { afterEach, describe, expect, test } from "bun:test";
import { systemClock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import type { Carrier } from "../carrier.ts";
import { BACKLOG, openListeningSocket } from "../system/listening-socket.ts";
import * as system from "../system/system-calls.ts";
import { openDialogue } from "../testing/dialogue.ts";
import { Acceptor } from "./acceptor.ts";
import { ClearSocket } from "./clear-socket.ts";
import { ConnectionLedger } from "./connection-ledger.ts";

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Greets whoever is taken, and counts him in. So many are connected before anybody is taken. */
async function listening(isInClear: boolean, max: number, early = 0) {
  const socket = expectGood(openListeningSocket({ address: "*", port: 0 }));
  const clients = await Promise.all(Array.from({ length: early }, () => openDialogue(socket.port)));
  const ledger = new ConnectionLedger(max, systemClock);
  const events: Occurrence[] = [];
  const report = reporter("test", Date.now, (it) => events.push(it));
  const subject = about("address", `*:${socket.port}`);
  const take = (it: Carrier): void => {
    it.on("error", () => {});
    it.on("end", () => it.end());
    it.resume();
    it.write(Buffer.from("hello\r\n"));
    const peer = { address: "", port: 0 };
    const connection = { peer, finish: () => void it.end(), cut: () => void it.destroy() };
    ledger.add(connection);
    it.once("close", () => ledger.remove(connection));
  };
  const acceptor = expectGood(
    await Acceptor.open({ fd: socket.fd, take, ledger, report, subject, inClear: () => isInClear }),
  );
  endings.push(() => {
    void acceptor.stopAccepting();
    ledger.cutAll();
  });
  return { socket, acceptor, ledger, events, clients };
}

test("the queue is as long as it was opened, although the runtime shortens it", async () => {
  const { socket } = await listening(false, 9);
  const somaxconn = Number(await Bun.file("/proc/sys/net/core/somaxconn").text()); // system path
  expect(expectGood(system.listenQueue(socket.fd)).room).toBe(Math.min(BACKLOG, somaxconn));
});

describe.each([false, true])("taken in clear: %p", (isInClear) => {
  test("when descriptors are short nobody is refused: who comes waits in the queue, and is served when some have gone", async () => {
    const { socket, ledger, events } = await listening(isInClear, 4);
    const inside = [];
    for (let n = 0; n < 4; n++) inside.push(await openDialogue(socket.port));
    for (const client of inside) await client.hear("hello");
    const waiting = await Promise.all([openDialogue(socket.port), openDialogue(socket.port)]);
    expect(waiting.map((it) => it.heard())).toEqual(["", ""]);
    expect(ledger.size).toBe(4);
    for (const client of inside.slice(0, 2)) client.socket.end();
    for (const client of waiting) await client.hear("hello");
    expect(events.map((it) => it.sentence).slice(0, 2)).toEqual([
      `Connections on *:${socket.port} wait in the system's queue: process ${process.pid} has 4 open, and its descriptors allow 4.`,
      `Connections on *:${socket.port} are accepted again.`,
    ]);
    expect(events[0]?.remedy).toContain("LimitNOFILE");
  });

  test("who is connected when it stops is taken, and nobody after that", async () => {
    const { socket, acceptor, ledger, clients } = await listening(isInClear, 9, 3);
    expect([expectGood(system.listenQueue(socket.fd)).waiting, ledger.size]).toEqual([3, 0]);
    await acceptor.stopAccepting();
    expect(ledger.size).toBe(3);
    for (const client of clients) await client.hear("hello");
    await expect(openDialogue(socket.port)).rejects.toThrow();
  });

  test("one that stopped while it waited for room takes nobody any more", async () => {
    const { socket, acceptor, ledger } = await listening(isInClear, 1);
    const inside = await openDialogue(socket.port);
    await inside.hear("hello");
    await Promise.all([acceptor.stopAccepting(), acceptor.stopAccepting()]);
    inside.socket.end();
    await ledger.whenEmpty();
    await expect(openDialogue(socket.port)).rejects.toThrow();
  });
});

test("who waits in the queue while another way of accepting is chosen is taken in that way", async () => {
  let isInClear = false;
  const { fd, port } = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const taken: Carrier[] = [];
  const acceptor = expectGood(
    await Acceptor.open({
      fd,
      take: (it) => void taken.push(it),
      inClear: () => isInClear,
      ledger: new ConnectionLedger(9, systemClock),
      report: () => {},
      subject: about("address", "here"),
    }),
  );
  endings.push(() => {
    void acceptor.stopAccepting();
    for (const it of taken) it.destroy();
  });
  await openDialogue(port);
  isInClear = true;
  const late = openDialogue(port);
  await acceptor.look();
  await late;
  await acceptor.look();
  expect(taken.map((it) => it instanceof ClearSocket)).toEqual([false, true]);
});

test("one that stops while another way is chosen touches nothing that was opened since", async () => {
  let isInClear = true;
  const { fd } = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const ledger = new ConnectionLedger(9, systemClock);
  const options = { take: () => {}, ledger, report: () => {}, subject: about("address", "here") } as const;
  const acceptor = expectGood(await Acceptor.open({ ...options, fd, inClear: () => isInClear }));
  isInClear = false;
  const looked = acceptor.look();
  void acceptor.stopAccepting();
  // One of them has the number of that socket.
  for (let other = -1; other !== fd; ) {
    other = expectGood(system.socket("ipv4", "stream"));
    const opened = other;
    endings.push(() => system.close(opened));
  }
  await looked;
  expect(expectGood(system.listenQueue(fd)).room).toBe(0);
});

test("a descriptor that is no socket is a failure told in words", async () => {
  const options = { take: () => {}, report: () => {}, subject: about("address", "nowhere") } as const;
  const opened = await Acceptor.open({ ...options, fd: 99999, ledger: new ConnectionLedger(1, systemClock) });
  expect(opened).toMatchObject({ ok: false, error: "fcntl failed with EBADF" });
});
