// Takes connections from a listening socket that the supervisor opened, and hands each on. When the process has as many
// as its descriptors allow it takes no more until some have ended; those who come meanwhile wait in the system's queue.
import { promisify } from "node:util";
import type { Subject } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import type { Carrier } from "../carrier.ts";
import type { Endpoint } from "../connection.ts";
import { netEvents } from "../events.ts";
import { BACKLOG } from "../system/listening-socket.ts";
import * as system from "../system/system-calls.ts";
import type { ConnectionLedger } from "./connection-ledger.ts";
import { Endpoints } from "./endpoints.ts";
import { type Listening, listenInClear, listenWithStreams } from "./listen.ts";

export interface AcceptorOptions {
  /** Listening; the acceptor's from then on. */
  readonly fd: number;
  /** A `Socket` of node where `inClear` does not say otherwise. */
  take(socket: Carrier, peer: Endpoint, local: Endpoint): void;
  /** Whether nothing but clear text will ever be spoken there. Asked when it begins to accept, and with `look`. */
  inClear?(): boolean;
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
  private readonly endpoints: Endpoints;
  /** Undefined while nobody is taken. */
  private listening: Listening | undefined;
  private isInClear = false;
  private stopping: Promise<void> | undefined;
  private closed = false;

  private constructor(options: AcceptorOptions) {
    this.options = options;
    this.endpoints = new Endpoints(options.fd);
  }

  /** Accepting when the answer is good; otherwise the descriptor is still the caller's. */
  static async open(options: AcceptorOptions): Promise<Result<Acceptor, string>> {
    const acceptor = new Acceptor(options);
    const listening = await acceptor.listen();
    return listening.ok ? good(acceptor) : listening;
  }

  /** Another way of accepting where another one is wanted by now; whoever is in the queue meanwhile stays there. */
  async look(): Promise<void> {
    if (this.listening === undefined || this.isInClear === this.wantsClear) return;
    this.listening.stop();
    this.listening = undefined;
    await this.resume();
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
    if (this.listening === undefined) return false;
    const queue = system.listenQueue(this.options.fd);
    return queue.ok && queue.value.waiting > 0;
  }

  private close(): void {
    if (this.closed) return;
    this.closed = true;
    this.listening?.stop();
    this.listening = undefined;
    system.close(this.options.fd);
  }

  private get wantsClear(): boolean {
    return this.options.inClear?.() === true;
  }

  /** The runtime closes what it listens on when it stops; the socket itself has to outlive that. */
  private async listen(): Promise<Result<void, string>> {
    const { fd, report, subject } = this.options;
    const copy = system.duplicate(fd);
    if (!copy.ok) return bad(copy.error.because);
    this.isInClear = this.wantsClear;
    const listener = {
      fd: copy.value,
      take: (socket: Carrier, connection: number) => this.take(socket, connection),
      failed: (because: string) => report(netEvents.acceptFailed, subject, { because }),
    };
    const listening = this.isInClear ? listenInClear(listener) : await listenWithStreams(listener);
    if (!listening.ok) return listening;
    if (this.closed) {
      // It was to stop meanwhile, and the number of its socket may be another's by now.
      listening.value.stop();
      return good(undefined);
    }
    this.listening = listening.value;
    // The runtime has called listen(2) with a queue of 511, for all processes that share the socket.
    system.listen(fd, BACKLOG);
    return good(undefined);
  }

  private take(socket: Carrier, fd: number): void {
    const { endpoints } = this;
    this.options.take(socket, endpoints.peerOf(fd), endpoints.localOf(fd));
    if (this.options.ledger.full) this.pause();
    // Without a moment in which somebody could come.
    if (this.stopping !== undefined && !this.isAwaited) this.close();
  }

  /** The runtime says nothing when it runs out of descriptors, and spins: it must never come to that. */
  private pause(): void {
    if (this.listening === undefined) return;
    const { ledger, report, subject } = this.options;
    this.listening.stop();
    this.listening = undefined;
    report(netEvents.connectionsWait, subject, { pid: process.pid, open: ledger.size, limit: ledger.max });
    void ledger.whenRoomy().then(async () => {
      if (await this.resume()) report(netEvents.connectionsComeAgain, subject);
    });
  }

  private async resume(): Promise<boolean> {
    if (this.stopping !== undefined || this.listening !== undefined) return false;
    const { report, subject } = this.options;
    const listening = await this.listen();
    if (!listening.ok) report(netEvents.acceptFailed, subject, { because: listening.error });
    return listening.ok;
  }
}
