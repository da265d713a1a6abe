import { expect, test } from "bun:test";
import { closeSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { openDialogue } from "../testing/dialogue.ts";
import { giveSocket, openChannel, SocketInbox, takeSocket } from "./descriptor-channel.ts";
import { type ListeningSocket, openListeningSocket } from "./listening-socket.ts";

const openAny = (): ListeningSocket => expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));

/** A process of ours that serves the sockets it is given. */
function startChild() {
  const channel = expectGood(openChannel());
  const serving = new Map<number, () => void>();
  const child = Bun.spawn({
    cmd: [process.execPath, join(import.meta.dir, "..", "testing", "serving-child.ts")],
    stdio: ["ignore", "inherit", "inherit", channel.childFd],
    serialization: "json",
    ipc: (message: { readonly serving: number }) => serving.get(message.serving)?.(),
  });
  closeSync(channel.childFd);
  return {
    pid: child.pid,
    give(socket: ListeningSocket, tag: number): Promise<void> {
      expectGood(giveSocket(channel.parentFd, socket.fd, tag));
      child.send({ serve: tag });
      return new Promise((resolve) => serving.set(tag, resolve));
    },
    drain: () => child.send("drain"),
    async end() {
      child.kill("SIGKILL");
      await child.exited;
      closeSync(channel.parentFd);
    },
    exited: child.exited,
  };
}

test("a running child serves sockets that it is given one after the other", async () => {
  const sockets = [openAny(), openAny(), openAny()];
  const child = startChild();
  for (const [tag, socket] of sockets.entries()) {
    await child.give(socket, tag);
    for (const { port } of sockets.slice(0, tag + 1)) {
      const client = await openDialogue(port);
      client.say("who\r\n");
      await client.hear(`${child.pid} line`);
      client.socket.destroy();
    }
  }
  for (const socket of sockets) socket.close();
  await child.end();
});

interface Seen {
  answered: number;
  readonly lost: string[];
  readonly by: Set<number>;
}

/** One client after another, each with a few questions, until told to stop. */
async function clients(port: number, going: () => boolean, seen: Seen): Promise<void> {
  while (going()) {
    try {
      const client = await openDialogue(port);
      await client.hear("hello\r\n");
      for (let question = 0; question < 3; question++) {
        client.say("who\r\n");
        seen.by.add(Number.parseInt(await client.hear(" line\r\n"), 10));
      }
      client.socket.end();
      if ((await client.ended) === "reset") seen.lost.push("reset");
      else seen.answered++;
    } catch (error) {
      seen.lost.push(String(error));
    }
  }
}

test("twenty replacements of the serving child refuse nobody and reset nobody", async () => {
  const socket = openAny();
  const seen: Seen = { answered: 0, lost: [], by: new Set() };
  let child = startChild();
  await child.give(socket, 0);
  let going = true;
  const running = Array.from({ length: 8 }, () => clients(socket.port, () => going, seen));
  for (let replacement = 1; replacement <= 20; replacement++) {
    const next = startChild();
    await next.give(socket, replacement);
    child.drain();
    expect(await child.exited).toBe(0);
    child = next;
  }
  going = false;
  await Promise.all(running);
  await child.end();
  socket.close();
  expect(seen.lost).toEqual([]);
  expect(seen.by.size).toBeGreaterThan(10);
}, 60_000);

test("sockets that come before anyone asked for them wait for their tag", () => {
  const [socket, { parentFd, childFd }] = [openAny(), expectGood(openChannel())];
  for (const tag of [7, 8, 9]) expectGood(giveSocket(parentFd, socket.fd, tag));
  const inbox = new SocketInbox(childFd);
  const taken = [9, 7, 8].map((tag) => expectGood(inbox.take(tag)));
  expect(new Set(taken).size).toBe(3);
  expect(inbox.take(9)).toEqual({ ok: false, error: { kind: "none" } });
  for (const fd of [...taken, parentFd]) closeSync(fd);
  expect(inbox.take(9)).toEqual({ ok: false, error: { kind: "closed" } });
  closeSync(childFd);
  socket.close();
});

test("a channel that nobody empties says that it is full, and takes more when it is emptied", () => {
  const [socket, { parentFd, childFd }] = [openAny(), expectGood(openChannel())];
  let given = 0;
  let last = giveSocket(parentFd, socket.fd, given);
  for (; last.ok; last = giveSocket(parentFd, socket.fd, given)) given++;
  expect(last.error).toEqual({ kind: "full" });
  expect(given).toBeGreaterThan(50);
  for (let tag = 0; tag < given; tag++) {
    const taken = expectGood(takeSocket(childFd));
    expect(taken.tag).toBe(tag);
    closeSync(taken.fd);
  }
  expect(giveSocket(parentFd, socket.fd, 0).ok).toBe(true);
  for (const fd of [parentFd, childFd]) closeSync(fd);
  socket.close();
});

test("a child that is gone is told as that", () => {
  const [socket, { parentFd, childFd }] = [openAny(), expectGood(openChannel())];
  closeSync(childFd);
  expect(giveSocket(parentFd, socket.fd, 0)).toEqual({ ok: false, error: { kind: "closed" } });
  closeSync(parentFd);
  expect(giveSocket(parentFd, socket.fd, 0)).toMatchObject({ ok: false, error: { kind: "failed" } });
  socket.close();
});
