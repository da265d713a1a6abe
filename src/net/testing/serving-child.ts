// A child for tests: takes sockets from the channel when told their tags, answers lines with its pid on each, and ends
// when it is told to drain and its last connection has. As a worker does it, without settings.
import type { Socket } from "node:net";
import { systemClock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { bad, expectGood } from "../../base/result.ts";
import { Acceptor } from "../front/acceptor.ts";
import { ConnectionLedger } from "../front/connection-ledger.ts";
import { Deadlines } from "../line/deadlines.ts";
import { type LineDialogue, usualLimits } from "../line/line-dialogue.ts";
import { LineSession, type Securable } from "../line/line-session.ts";
import { SocketInbox } from "../system/descriptor-channel.ts";

const inbox = new SocketInbox();
const ledger = new ConnectionLedger(10_000, systemClock);
const acceptors: Acceptor[] = [];

/** Nobody asks for TLS here. */
const plain: Securable = { secured: undefined, secure: () => Promise.resolve(bad("no TLS in tests of sockets")) };

function take(socket: Socket): void {
  socket.on("error", () => {});
  const session = new LineSession(socket, plain, dialogue, Deadlines.of(systemClock));
  const peer = { address: socket.remoteAddress ?? "", port: socket.remotePort ?? 0 };
  const connection = { peer, finish: () => session.finish(), cut: () => void socket.destroy() };
  ledger.add(connection);
  socket.once("close", () => ledger.remove(connection));
}

const dialogue: LineDialogue = {
  greeting: "hello\r\n",
  lineBytesMax: 512,
  limits: usualLimits,
  farewells: { idle: "idle\r\n", slow: "", overtime: "", endless: "", stopping: "stopping\r\n" },
  answer: (line) => ({ reply: `${process.pid} ${line.kind}\r\n` }),
};

async function serve(tag: number): Promise<void> {
  const fd = expectGood(inbox.take(tag));
  const subject = about("address", `tag ${tag}`);
  acceptors.push(expectGood(await Acceptor.open({ fd, take, ledger, report: () => {}, subject })));
  process.send?.({ serving: tag });
}

async function drain(): Promise<void> {
  await Promise.all(acceptors.map((it) => it.stopAccepting()));
  await ledger.whenEmpty();
  process.exit(0);
}

process.on("message", (message: { readonly serve: number } | "drain") => {
  void (message === "drain" ? drain() : serve(message.serve));
});
process.on("disconnect", () => process.exit(1));
