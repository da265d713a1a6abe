// Takes connections from a listening socket that the supervisor opened, counts them, and hands each to its host. Built
// on node:net, as that is what TLS, STARTTLS and the PROXY protocol can be laid upon; it reads and writes nothing.
import { createServer, type Server, type Socket } from "node:net";
import type { Subject } from "../base/fault.ts";
import { bad, good, type Result } from "../base/result.ts";
import type { Report } from "../event/event.ts";
import type { ConnectionLedger, Endpoint } from "./connection-ledger.ts";
import { netEvents } from "./events.ts";
import { plainAddress } from "./ip-address.ts";
import { BACKLOG } from "./listening-socket.ts";
import * as system from "./system-calls.ts";

/** What a host is told about a connection, and may tell. */
export interface Connection {
  readonly peer: Endpoint;
  /** The address of ours that the peer chose. */
  readonly local: Endpoint;
  /** How it comes to its end where nothing is lost; without it a drain waits for the peer. */
  onFinish(finish: () => void): void;
}

/** Who serves connections. Errors of the socket are taken care of: its "close" is all that there is to look for. */
export interface Host {
  serve(socket: Socket, connection: Connection): void;
  /** Says in the words of its protocol that it cannot serve, and ends the socket. */
  turnAway(socket: Socket): void;
}

export interface AcceptorOptions {
  /** Listening; the acceptor's from then on, as the runtime closes it when it stops accepting. */
  readonly fd: number;
  /** Asked for every connection, so that a change of settings needs no new socket. A host that is paused turns away. */
  readonly route: (connection: Connection) => { readonly host: Host; readonly paused: boolean };
  readonly ledger: ConnectionLedger;
  readonly report: Report;
  readonly subject: Subject<"address">;
}

/** How long a connection that was turned away may take to go, and how many may: each has a descriptor until then. */
const LEAVING_MS = 2000;
const LEAVING_MAX = 100;

export class Acceptor {
  private readonly options: AcceptorOptions;
  private readonly server: Server;
  private refused = 0;
  private leaving = 0;

  private constructor(options: AcceptorOptions) {
    this.options = options;
    // allowHalfOpen: a client may send all it has, close its side, and wait for the answer.
    this.server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.take(socket));
  }

  /** Accepting when the answer is good; otherwise the descriptor is still the caller's. */
  static open(options: AcceptorOptions): Promise<Result<Acceptor, string>> {
    const acceptor = new Acceptor(options);
    return new Promise((resolve) => {
      const { server } = acceptor;
      server.once("error", (error) => resolve(bad(error.message)));
      server.listen({ fd: options.fd }, () => {
        server.on("error", (error) =>
          options.report(netEvents.acceptFailed, options.subject, { because: error.message }),
        );
        resolve(good(acceptor));
      });
      // The runtime has called listen(2) with a queue of 511, for all processes that share the socket.
      system.listen(options.fd, BACKLOG);
    });
  }

  /** At once; connections that wait to be accepted stay in the queue, for another process that has the socket. */
  stopAccepting(): void {
    if (this.server.listening) this.server.close();
  }

  private take(socket: Socket): void {
    // What a network can cause ends as "close"; without a listener it would be an uncaught exception.
    socket.on("error", () => {});
    let finish = (): void => {};
    const connection: Connection = {
      peer: { address: plainAddress(socket.remoteAddress ?? "unknown"), port: socket.remotePort ?? 0 },
      local: { address: plainAddress(socket.localAddress ?? "unknown"), port: socket.localPort ?? 0 },
      onFinish(call) {
        finish = call;
      },
    };
    const { host, paused } = this.options.route(connection);
    const { ledger } = this.options;
    if (ledger.full) this.tellFull();
    if (paused || ledger.full) return this.turnAway(socket, host);
    const leave = ledger.add(connection.peer, { finish: () => finish(), cut: () => socket.destroy() });
    socket.once("close", () => {
      leave();
      this.tellRoom();
    });
    host.serve(socket, connection);
  }

  private turnAway(socket: Socket, host: Host): void {
    if (this.leaving >= LEAVING_MAX) return void socket.destroy();
    const timer = setTimeout(() => socket.destroy(), LEAVING_MS);
    this.leaving++;
    socket.once("close", () => {
      this.leaving--;
      clearTimeout(timer);
    });
    // Read and thrown away: a close with unread bytes is a reset, which takes the last words from the peer.
    socket.resume();
    host.turnAway(socket);
  }

  /** Once per shortage, and not for every connection that is refused. */
  private tellFull(): void {
    const { ledger, report, subject } = this.options;
    this.refused++;
    if (this.refused === 1) report(netEvents.connectionLimitReached, subject, { open: ledger.size, limit: ledger.max });
  }

  /** The shortage is over when an eighth is free: one that comes and goes with each connection is one shortage. */
  private tellRoom(): void {
    const { ledger, report, subject } = this.options;
    if (this.refused === 0 || ledger.full || ledger.size > (ledger.max * 7) / 8) return;
    report(netEvents.connectionsAcceptedAgain, subject, { refused: this.refused });
    this.refused = 0;
  }
}
