// A UDP port that is wanted: tried until it can be had. Where another worker of ours has it this one waits for that one's end.
import type { QuicSession } from "node:quic";
import type { Clock } from "../../base/clock.ts";
import { type ListenFailure, listenFailure } from "../system/listen-failure.ts";
import type { Holder } from "../system/port-holder.ts";
import { userName } from "../system/system-calls.ts";
import { type Identities, QuicPort, type QuicPortOptions, type UdpAddress } from "./quic-port.ts";

export type PortState =
  | { readonly is: "opening" }
  /** Here, or in another worker. */
  | { readonly is: "open" }
  | { readonly is: "no-certificate" }
  | { readonly is: "failed"; readonly failure: ListenFailure };

export interface HeldPortWorld extends Pick<QuicPortOptions, "protocol" | "connectionsMax"> {
  readonly clock: Clock;
  identities(): Identities;
  take(session: QuicSession): void;
  /** The state is another one. */
  changed(): void;
}

const noCertificate: PortState = { is: "no-certificate" };

export const RETRY_MS = 1000;

export class HeldPort {
  state: PortState = { is: "opening" };
  private readonly at: UdpAddress;
  private readonly world: HeldPortWorld;
  private port: QuicPort | undefined;
  private presented = "";
  /** Why it could not be had when it was last tried, as the system calls it. */
  private failedWith = "";
  private isWanted = true;
  private cancelRetry = (): void => {};

  constructor(at: UdpAddress, world: HeldPortWorld) {
    this.at = at;
    this.world = world;
  }

  /** The real number; undefined where it is not open here. */
  get number(): number | undefined {
    return this.port?.port;
  }

  async open(): Promise<void> {
    const { at, world } = this;
    const identities = world.identities();
    if (identities.size === 0) {
      this.failedWith = "";
      return this.tryLater(noCertificate);
    }
    const { protocol, connectionsMax } = world;
    const take = (session: QuicSession): void => world.take(session);
    const opened = await QuicPort.open({ at, protocol, identities, connectionsMax, take });
    if (!opened.ok) {
      const { code } = opened.error;
      // Who has it is looked up once: that costs more than to try again.
      const state = code === this.failedWith ? this.state : stateOf(listenFailure(at, opened.error, "udp"));
      this.failedWith = code;
      if (this.isWanted) this.tryLater(state);
    } else if (this.isWanted) {
      this.port = opened.value;
      this.presented = textOf(identities);
      this.become({ is: "open" });
      // They may be others by now.
      this.present();
    } else opened.value.close();
  }

  /** Certificates, or who is shown to whom, may have changed. */
  present(): void {
    const identities = this.world.identities();
    const text = textOf(identities);
    if (this.port === undefined || identities.size === 0 || text === this.presented) return;
    this.presented = text;
    const presented = this.port.present(identities);
    if (presented.ok) return this.become({ is: "open" });
    // Those of before are shown meanwhile.
    const { address, port } = this.at;
    this.become({ is: "failed", failure: { address, port, kind: "other", because: presented.error } });
  }

  close(): void {
    this.isWanted = false;
    this.cancelRetry();
    this.port?.close();
  }

  private tryLater(state: PortState): void {
    this.become(state);
    this.cancelRetry = this.world.clock.after(RETRY_MS, () => void this.open());
  }

  private become(state: PortState): void {
    if (state === this.state) return;
    this.state = state;
    this.world.changed();
  }
}

const stateOf = (failure: ListenFailure): PortState =>
  failure.kind === "port-taken" && failure.holders.some(isOurs) ? { is: "open" } : { is: "failed", failure };

/**
 * A worker beside this one, or this one, whose last connections there have not ended. Nobody looks into a process that has changed
 * its user; then the user has to do.
 */
const isOurs = (holder: Holder): boolean =>
  holder.kind === "process" ? holder.parent === process.ppid : holder.user === userName(process.geteuid?.() ?? -1);

const textOf = (identities: Identities): string =>
  [...identities].map(([name, it]) => `${name} ${it.name} ${it.generation}`).join("\n");
