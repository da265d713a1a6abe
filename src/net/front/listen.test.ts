import { afterEach, describe, expect, test } from "bun:test";
import { expectGood } from "../../base/result.ts";
import type { Carrier } from "../carrier.ts";
import { openListeningSocket } from "../system/listening-socket.ts";
import * as system from "../system/system-calls.ts";
import { openDialogue } from "../testing/dialogue.ts";
import { ClearSocket } from "./clear-socket.ts";
import { Endpoints } from "./endpoints.ts";
import { listenInClear, listenWithStreams } from "./listen.ts";

const ways = { "in clear": listenInClear, "with streams": listenWithStreams } as const;

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

interface Told {
  readonly socket: Carrier;
  readonly fd: number;
  readonly events: string[];
  until(event: string): Promise<void>;
}

/** A client, and what became of its connection. */
async function connected(way: keyof typeof ways, address = "127.0.0.1", listens = true) {
  const { fd, port } = expectGood(openListeningSocket({ address, port: 0 }));
  const { promise, resolve } = Promise.withResolvers<Told>();
  const listening = await ways[way]({
    fd,
    failed: () => {},
    take: (socket: Carrier, connection: number) => resolve(watched(socket, connection, listens)),
  });
  const { stop } = expectGood(listening);
  const client = await openDialogue(port);
  const told = await promise;
  endings.push(() => {
    stop();
    told.socket.destroy();
    client.socket.destroy();
  });
  return { client, told, fd, port, stop };
}

function watched(socket: Carrier, fd: number, listens: boolean): Told {
  const events: string[] = [];
  let wake = (): void => {};
  const tell = (event: string) => (chunk?: Buffer) => {
    events.push(Buffer.isBuffer(chunk) ? `${event} ${chunk.toString()}` : event);
    wake();
  };
  socket.on("error", () => {});
  for (const event of ["data", "end", "drain", "close"]) if (listens || event !== "data") socket.on(event, tell(event));
  if (listens) socket.resume();
  const until = async (event: string): Promise<void> => {
    while (!events.some((it) => it.startsWith(event)))
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return { socket, fd, events, until };
}

describe.each(Object.keys(ways) as (keyof typeof ways)[])("a connection taken %s", (way) => {
  test("has a descriptor, by which both ends are known, whether all come to one address or not", async () => {
    for (const address of ["127.0.0.1", "*"]) {
      const { client, told, fd, port } = await connected(way, address);
      const endpoints = new Endpoints(fd);
      expect(endpoints.peerOf(told.fd)).toEqual({ address: "127.0.0.1", port: client.socket.localPort ?? -1 });
      expect(endpoints.localOf(told.fd)).toEqual({ address: "127.0.0.1", port });
    }
  });

  test("does not wait for more to send in one packet", async () => {
    const { told } = await connected(way);
    expect(expectGood(system.sendsAtOnce(told.fd))).toBe(true);
  });

  test("hears the rest, and may still speak, when the peer has said all", async () => {
    const { client, told } = await connected(way);
    client.socket.end("all");
    await told.until("end");
    expect(told.events).toEqual(["data all", "end"]);
    expect(told.socket.readableEnded).toBe(true);
    told.socket.write(Buffer.from("answer"));
    told.socket.end();
    await client.hear("answer");
    expect(await client.ended).toBe("closed");
    await told.until("close");
    expect([told.socket.bytesRead, told.socket.bytesWritten, told.socket.destroyed]).toEqual([3, 6, true]);
  });

  test("hears the peer behind its own end", async () => {
    const { client, told } = await connected(way);
    told.socket.write(Buffer.from("bye"));
    told.socket.end();
    await client.hear("bye");
    client.socket.write("still");
    await told.until("data still");
  });

  test("keeps what the peer does not read, whatever becomes of the memory it was written from, and tells when all has left", async () => {
    const { client, told } = await connected(way);
    client.socket.pause();
    const bytes = Buffer.alloc(2 ** 20, "a");
    let written = 0;
    while (told.socket.writableLength === 0) {
      told.socket.write(bytes);
      written += bytes.length;
    }
    bytes.fill("b");
    told.socket.write(Buffer.from("end"));
    expect(told.socket.writableLength).toBeGreaterThan(3);
    client.socket.resume();
    const all = await client.hear("end");
    expect([all.length, all.includes("b")]).toEqual([written + 3, false]);
    await told.until("drain");
    expect(told.socket.writableLength).toBe(0);
  });

  test("keeps what is lent to it as it is", async () => {
    const { client, told } = await connected(way);
    if (told.socket.lend === undefined) return;
    client.socket.pause();
    const bytes = Buffer.alloc(2 ** 20, "a");
    let written = bytes.length;
    while (told.socket.lend(bytes)) written += bytes.length;
    bytes.fill("b");
    told.socket.lend(Buffer.from("end"));
    client.socket.resume();
    const all = await client.hear("end");
    expect([all.length, all.startsWith("a"), all.endsWith("bend")]).toEqual([written + 3, true, true]);
  });

  test("ends only when what waits has left", async () => {
    const { client, told } = await connected(way);
    client.socket.pause();
    while (told.socket.writableLength === 0) told.socket.write(Buffer.alloc(2 ** 20, "a"));
    told.socket.write(Buffer.from("end"));
    told.socket.end();
    client.socket.resume();
    await client.hear("end");
    expect(await client.ended).toBe("closed");
  });

  test("is silent while it is paused, and then tells all in its order", async () => {
    const { client, told } = await connected(way);
    client.say("one");
    await told.until("data one");
    told.socket.pause();
    expect(told.socket.isPaused()).toBe(true);
    client.socket.end("two");
    await new Promise((resolve) => setImmediate(resolve));
    told.socket.unshift(Buffer.from("back "));
    expect(told.events).toEqual(["data one"]);
    told.socket.resume();
    await told.until("end");
    expect(told.events.map((it) => it.replace("data ", "")).join("|")).toMatch(/^one\|back \|?two\|end$/);
  });

  test("keeps for a listener to come what was said before it", async () => {
    const { client, told } = await connected(way, "127.0.0.1", false);
    client.socket.end("early");
    await new Promise((resolve) => setImmediate(resolve));
    const heard = new Promise((resolve) => told.socket.on("data", (it: Buffer) => resolve(it.toString())));
    told.socket.resume();
    expect(await heard).toBe("early");
    await told.until("end");
  });

  test("can be cut so that the peer sees it, and closes once", async () => {
    const { client, told } = await connected(way);
    told.socket.resetAndDestroy();
    expect(await client.ended).toBe("reset");
    await told.until("close");
    told.socket.destroy();
    told.socket.end();
    expect(told.socket.write(Buffer.from("x"))).toBe(false);
    expect(told.events.filter((it) => it !== "end")).toEqual(["close"]);
  });

  test("closes when the peer resets it, also in the middle of an answer", async () => {
    const { client, told } = await connected(way);
    client.socket.pause();
    while (told.socket.writableLength === 0) told.socket.write(Buffer.alloc(2 ** 20, "a"));
    client.socket.resetAndDestroy();
    await told.until("close");
    expect(told.socket.destroyed).toBe(true);
  });

  test("goes on when nobody else is taken any more", async () => {
    const { client, told, stop } = await connected(way);
    stop();
    client.say("still here");
    await told.until("data still here");
    told.socket.write(Buffer.from("yes"));
    await client.hear("yes");
  });
});

test.each(["end", "close", "destroy", "resetAndDestroy"] as const)(
  "in clear, little and much arrive in their order before %s",
  async (way) => {
    const [one, other] = [await connected("in clear"), await connected("in clear")];
    const pieces = [3, 70_000, 5, 9000, 1, 2].map((length, at) => String(at).repeat(length));
    for (const piece of pieces) {
      one.told.socket.write(Buffer.from(piece));
      other.told.socket.write(Buffer.from(piece.slice(0, 4)));
    }
    one.told.socket[way]?.();
    if (way === "resetAndDestroy") expect(await one.client.ended).toBe("reset");
    else {
      expect(await one.client.ended).toBe("closed");
      expect(one.client.heard()).toBe(pieces.join(""));
    }
    expect(await other.client.hear("55")).toBe(pieces.map((it) => it.slice(0, 4)).join(""));
  },
);

test("in clear, one that is closed does not wait for the peer's end, and all that was written leaves", async () => {
  for (const bytes of [5, 8 * 2 ** 20]) {
    const { client, told } = await connected("in clear");
    client.socket.pause();
    told.socket.write(Buffer.alloc(bytes, "a"));
    told.socket.close?.();
    // What waits leaves first, and then the peer is waited for as with any end.
    expect(told.socket.destroyed).toBe(bytes === 5);
    client.socket.resume();
    expect(await client.ended).toBe("closed");
    expect(client.heard().length).toBe(bytes);
    await told.until("close");
    told.socket.close?.();
    expect(told.events.filter((it) => it === "close")).toHaveLength(1);
  }
});

test("a peer that talks to nobody is not read without bound", async () => {
  const { client, told } = await connected("in clear", "127.0.0.1", false);
  expect(told.socket).toBeInstanceOf(ClearSocket);
  const blocked = new Promise((resolve) => client.socket.once("drain", resolve));
  while (client.socket.write(Buffer.alloc(2 ** 20)));
  await Promise.race([blocked, new Promise((resolve) => setImmediate(() => setImmediate(resolve)))]);
  expect(told.socket.bytesRead).toBeLessThan(2 ** 20);
});
