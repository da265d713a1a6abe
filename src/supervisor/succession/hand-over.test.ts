import { expect, test } from "bun:test";
import { connect } from "node:net";
import { expectGood } from "../../base/result.ts";
import { openListeningSocket } from "../../net/system/listening-socket.ts";
import { closeHere, keepSockets, thatListen } from "./hand-over.ts";

test("what the other server has closed for newcomers hears them again, and what it has closed for good is left out", async () => {
  const open = () => expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const [stopped, gone] = [open(), open()];
  const kept = keepSockets([stopped, gone].map((socket) => ({ key: "", socket, inherited: false })));
  stopped.close("for newcomers");
  gone.close("everywhere");
  const left = thatListen(kept);
  expect(left.map(({ socket }) => socket.port)).toEqual([stopped.port]);
  const client = connect(stopped.port, "127.0.0.1");
  await new Promise<void>((resolve, reject) => client.once("connect", resolve).once("error", reject));
  client.destroy();
  closeHere(left);
});
