// A child for tests: takes sockets from the channel when told their tags, answers lines with its pid on each, and ends
// when it is told to drain and its last connection has. As a worker does it, without settings.
import { systemClock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import { Acceptor, type Host } from "../acceptor.ts";
import { ConnectionLedger } from "../connection-ledger.ts";
import { SocketInbox } from "../descriptor-channel.ts";
import { type LineService, LineSession } from "../line-session.ts";

const inbox = new SocketInbox();
const ledger = new ConnectionLedger(10_000, systemClock);
const acceptors: Acceptor[] = [];

const host: Host = {
  serve: (socket) => void new LineSession(socket, service, systemClock),
  turnAway: (socket) => void socket.end("full\r\n"),
};

const service: LineService = {
  greeting: "hello\r\n",
  lineBytesMax: 512,
  idleTimeoutMs: 10_000,
  idleFarewell: "idle\r\n",
  stopFarewell: "stopping\r\n",
  answer: (line) => ({ reply: `${process.pid} ${line.kind}\r\n` }),
};

async function serve(tag: number): Promise<void> {
  const fd = expectGood(inbox.take(tag));
  const subject = about("address", `tag ${tag}`);
  const route = () => ({ host, paused: false });
  acceptors.push(expectGood(await Acceptor.open({ fd, route, ledger, report: () => {}, subject })));
  process.send?.({ serving: tag });
}

async function drain(): Promise<void> {
  for (const acceptor of acceptors) acceptor.stopAccepting();
  await ledger.whenEmpty();
  process.exit(0);
}

process.on("message", (message: { readonly serve: number } | "drain") => {
  void (message === "drain" ? drain() : serve(message.serve));
});
process.on("disconnect", () => process.exit(1));
