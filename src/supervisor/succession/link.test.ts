import { expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import { openListeningSocket } from "../../net/system/listening-socket.ts";
import * as system from "../../net/system/system-calls.ts";
import { giveHome, keepSockets, takeSockets, thatListen } from "./hand-over.ts";
import { Link } from "./link.ts";
import type { SuccessionMessage } from "./messages.ts";

/** Two ends of one line, in one process. */
function line(): { readonly one: Link; readonly other: Link; close(): void } {
  const [a, b] = expectGood(system.socketPair());
  const one: Link = new Link(a, (message) => queueMicrotask(() => other.arrived(structuredClone(message))));
  const other: Link = new Link(b, (message) => queueMicrotask(() => one.arrived(structuredClone(message))));
  return {
    one,
    other,
    close() {
      for (const fd of [a, b]) system.close(fd);
    },
  };
}

test("what comes while nobody listens waits, and what follows a message that was waited for is for the next listener", async () => {
  const { one, other, close } = line();
  one.send({ name: "giver.succession.begin", from: "1", to: "2" });
  one.send({ name: "giver.home.return", because: "x" });
  one.send({ name: "giver.trial.confirm", parent: null });
  expect(await other.next(["giver.succession.begin"], 1000)).toMatchObject({ to: "2" });
  const passed: string[] = [];
  const confirm = await other.next(["giver.trial.confirm"], 1000, (it) => passed.push(it.name));
  expect([confirm?.name, passed]).toEqual(["giver.trial.confirm", ["giver.home.return"]]);
  close();
});

test("a line that ends gives nobody anything, and a message of another release is left alone", async () => {
  const { one, other, close } = line();
  const heard: SuccessionMessage[] = [];
  other.hear((it) => heard.push(it));
  other.arrived({ name: "giver.future.thing", more: 1 });
  other.arrived({ name: "giver.home.return" });
  other.arrived("nonsense");
  const next = one.next(["taker.release.prepared"], 60_000);
  one.ended();
  expect(await next).toBeUndefined();
  await one.closed;
  one.send({ name: "giver.home.return", because: "nobody hears" });
  expect([one.open, heard]).toEqual([false, []]);
  close();
});

test("hundreds of sockets and the lock pass in one order, more than a channel holds at a time", async () => {
  const { one, other, close } = line();
  const socket = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const handed = Array.from({ length: 700 }, (_, index) => ({ key: `site ${index}`, socket, inherited: index === 3 }));
  const terms = { from: "1", to: "2", asked: [], trialMs: 5, events: [] };
  const given = giveHome(one, handed, socket.fd, terms);
  const take = await other.next(["giver.home.take"], 10_000);
  expectGood(await given);
  if (take === undefined) throw new Error("nothing came");
  const taken = expectGood(takeSockets(other, take));
  expect(taken.map(({ key }) => key)).toEqual(handed.map(({ key }) => key));
  expect(taken[3]?.inherited).toBe(true);
  expect(new Set(taken.map((it) => it.socket.fd)).size).toBe(700);
  expect(expectGood(system.isListening(other.take(take.lock ?? 0) ?? -1))).toBe(true);
  for (const it of taken) it.socket.close("here");
  socket.close();
  close();
});

test("kept sockets listen on when the others are closed here, and not when they are closed for good", () => {
  const socket = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const kept = keepSockets([{ key: "a", socket, inherited: false }]);
  expect(thatListen(kept)).toHaveLength(1);
  socket.close("everywhere");
  expect(kept[0]?.socket.open).toBe(true);
  expect(thatListen(kept)).toEqual([]);
  expect(kept[0]?.socket.open).toBe(false);
});
