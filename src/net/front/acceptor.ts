// Takes connections from a listening socket that the supervisor opened, and hands each on. When the process has as many
// as its descriptors allow it takes no more until some have ended; those who come meanwhile wait in the system's queue.
import { createServer, type Server, type Socket } from "node:net";
import { promisify } from "node:util";
import type { Subject } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import { netEvents } from "../events.ts";
import { BACKLOG } from "../system/listening-socket.ts";
import * as system from "../system/system-calls.ts";
import type { ConnectionLedger } from "./connection-ledger.ts";

export interface AcceptorOptions {
  /** Listening; the acceptor's from then on. */
  readonly fd: number;
  take(socket: Socket): void;
  /** All connections of the process, by whatever socket they came. */
  readonly ledger: ConnectionLedger;
  readonly report: Report;
  readonly subject: Subject<"address">;
}

/** In each turn all are taken who wait; where they come faster than that, the last ones are not waited for. */
const LAST_TURNS_MAX = 1000;
const nextTurn = promisify(setImmediate);

export class Acceptor {
  private readonly options: AcceptorOptions;
  /** Undefined while nobody is taken. */
  private server: Server | undefined;
  private stopping: Promise<void> | undefined;
  private closed = false;

  private constructor(options: AcceptorOptions) {
    this.options = options;
  }

  /** Accepting when the answer is good; otherwise the descriptor is still the caller's. */
  static async open(options: AcceptorOptions): Promise<Result<Acceptor, string>> {
    const acceptor = new Acceptor(options);
    const listening = await acceptor.listen();
    return listening.ok ? good(acceptor) : listening;
  }

  /**
   * Who is connected already is still taken: he may have asked, and where no other process has the socket, those in its
   * queue are reset when it is closed.
   */
  stopAccepting(): Promise<void> {
    this.stopping ??= this.emptyQueue();
    return this.stopping;
  }

  private async emptyQueue(): Promise<void> {
    for (let turn = 0; turn < LAST_TURNS_MAX && this.isAwaited; turn++) await nextTurn();
    this.close();
  }

  /** Somebody waits in the queue, and is taken in the next turn. */
  private get isAwaited(): boolean {
    if (this.server === undefined) return false;
    const queue = system.listenQueue(this.options.fd);
    return queue.ok && queue.value.waiting > 0;
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.server?.close();
    this.server = undefined;
    system.close(this.options.fd);
  }

  /** The runtime closes what it listens on when it stops; the socket itself has to outlive that. */
  private listen(): Promise<Result<void, string>> {
    const { fd, report, subject } = this.options;
    const copy = system.duplicate(fd);
    if (!copy.ok) return Promise.resolve(bad(copy.error.because));
    // allowHalfOpen: a client may send all it has, close its side, and wait for the answer.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => this.take(socket));
    this.server = server;
    return new Promise((resolve) => {
      server.once("error", (error) => {
        system.close(copy.value);
        resolve(bad(error.message));
      });
      server.listen({ fd: copy.value }, () => {
        server.removeAllListeners("error");
        server.on("error", (error) => report(netEvents.acceptFailed, subject, { because: error.message }));
        resolve(good(undefined));
      });
      // The runtime has called listen(2) with a queue of 511, for all processes that share the socket.
      system.listen(fd, BACKLOG);
    });
  }

  private take(socket: Socket): void {
    this.options.take(socket);
    if (this.options.ledger.full) this.pause();
    // Without a moment in which somebody could come.
    if (this.stopping !== undefined && !this.isAwaited) this.close();
  }

  /** The runtime says nothing when it runs out of descriptors, and spins: it must never come to that. */
  private pause(): void {
    if (this.server === undefined) return;
    const { ledger, report, subject } = this.options;
    this.server.close();
    this.server = undefined;
    report(netEvents.connectionsWait, subject, { pid: process.pid, open: ledger.size, limit: ledger.max });
    void ledger.whenRoomy().then(() => this.resume());
  }

  private async resume(): Promise<void> {
    if (this.stopping !== undefined || this.server !== undefined) return;
    const { report, subject } = this.options;
    const listening = await this.listen();
    if (listening.ok) report(netEvents.connectionsComeAgain, subject);
    else report(netEvents.acceptFailed, subject, { because: listening.error });
  }
}
