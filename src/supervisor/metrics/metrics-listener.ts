// The listener that gives the metrics to Prometheus: off by default, opened, moved and closed while the server runs.
// That it cannot open stops nothing else.
//
// The supervisor parses nothing that strangers send, and this is no exception: whoever is neither this machine nor
// listed is closed before a byte is read, and of the others a single line is looked at by a regular expression, on a
// handful of connections that end after one answer. A process of its own would cost more memory than all of that.
import { createServer, type Server, type Socket } from "node:net";
import type { Clock } from "../../base/clock.ts";
import { about, type Fault, fault, sentence } from "../../base/fault.ts";
import type { Report } from "../../event/event.ts";
import { addressWords, readAddress } from "../../net/access/address-words.ts";
import { RangeIndex } from "../../net/access/range-index.ts";
import { netEvents } from "../../net/events.ts";
import { addressAndPort, plainAddress } from "../../net/ip-address.ts";
import { listenFault, reportListenFailure } from "../../net/system/listen-failure.ts";
import { openListeningSocket } from "../../net/system/listening-socket.ts";
import { type AddressRange, type Binding, printBinding } from "../../schema/kinds/network.ts";
import { BackOff } from "../back-off.ts";
import { supervisorEvents } from "../events.ts";
import { answerMetrics } from "./metrics-http.ts";

export interface MetricsPlan {
  readonly metricsBinding: Binding | null;
  readonly metricsAllow: readonly AddressRange[];
}

export interface MetricsWorld {
  readonly clock: Clock;
  readonly report: Report;
  plan(): MetricsPlan;
  text(): Iterable<string>;
}

/** Two Prometheus and a person, and room for some that were cut off. */
export const CONNECTIONS_MAX = 16;
const SETTING = "server/metricsBinding";
const loopback: readonly AddressRange[] = [
  { address: "127.0.0.0", prefix: 8 },
  { address: "::1", prefix: 128 },
];

export class MetricsListener {
  faults: readonly Fault[] = [];
  /** As it is bound now: "127.0.0.1:9464". */
  address: string | undefined;
  private readonly world: MetricsWorld;
  private readonly sockets = new Set<Socket>();
  private readonly backOff = new BackOff();
  private readonly words = addressWords();
  private server: Server | undefined;
  private binding = "";
  private allowed = new RangeIndex(loopback);
  private attempts = 0;
  private cancelRetry: () => void = () => {};

  constructor(world: MetricsWorld) {
    this.world = world;
  }

  /** Takes what the settings say now; who may come changes at once, also for connections that wait. */
  renew(): void {
    const { metricsBinding, metricsAllow } = this.world.plan();
    this.allowed = new RangeIndex([...loopback, ...metricsAllow]);
    const wanted = metricsBinding === null ? "" : printBinding(metricsBinding);
    if (wanted === this.binding) return;
    // Before the new one is opened: on the same port they would be in each other's way.
    this.close();
    this.binding = wanted;
    if (metricsBinding !== null) this.open(metricsBinding);
  }

  close(): void {
    this.cancelRetry();
    this.server?.close();
    this.server = undefined;
    for (const socket of this.sockets) socket.destroy();
    this.binding = "";
    this.address = undefined;
    this.faults = [];
    this.attempts = 0;
    this.backOff.forget();
  }

  private open(binding: Binding): void {
    const opened = openListeningSocket(binding);
    if (!opened.ok) {
      const found = listenFault(opened.error, about("address", printBinding(binding)), SETTING);
      // Each cause is told when it appears, not at each try.
      if (!this.faults.some((it) => sentence(it) === sentence(found)))
        reportListenFailure(this.world.report, opened.error, SETTING);
      return this.failed(binding, found);
    }
    const { fd, port } = opened.value;
    const address = addressAndPort(binding.address, port);
    // allowHalfOpen: a client may close its side when it has asked.
    const server = createServer({ allowHalfOpen: true }, (socket) => this.take(socket));
    this.server = server;
    server.on("error", (error) => {
      if (this.server !== server) return;
      this.world.report(netEvents.acceptFailed, about("address", address), { because: error.message });
      this.server = undefined;
      this.address = undefined;
      this.failed(binding, notAccepting(address, error.message));
    });
    server.listen({ fd }, () => {
      if (this.server === server) this.opened(address);
    });
  }

  private opened(address: string): void {
    this.address = address;
    this.faults = [];
    this.backOff.forget();
    if (this.attempts > 0)
      this.world.report(netEvents.bindingRecovered, about("address", address), { attempts: this.attempts });
    this.attempts = 0;
    this.world.report(supervisorEvents.metricsServed, about("address", address));
  }

  private failed(binding: Binding, found: Fault): void {
    const { clock } = this.world;
    this.faults = [found];
    this.attempts++;
    const { delayMs } = this.backOff.lost(clock.steadyMs());
    this.cancelRetry = clock.after(delayMs, () => this.open(binding));
  }

  private take(socket: Socket): void {
    const peer = plainAddress(socket.remoteAddress ?? "");
    if (!this.admits(peer)) {
      socket.destroy();
      if (peer !== "") this.world.report(supervisorEvents.metricsRefused, about("address", peer));
      return;
    }
    if (this.sockets.size >= CONNECTIONS_MAX) return void socket.destroy();
    this.sockets.add(socket);
    socket.once("close", () => this.sockets.delete(socket));
    answerMetrics(socket, () => this.world.text(), this.world.clock);
  }

  private admits(peer: string): boolean {
    const family = readAddress(peer, this.words);
    return family !== undefined && this.allowed.holds(family, this.words);
  }
}

const notAccepting = (address: string, because: string): Fault =>
  fault(
    about("address", address),
    `Cannot give out the metrics on ${address}`,
    because,
    `It is tried again; or change ${SETTING}`,
  );
