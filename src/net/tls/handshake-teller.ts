// Tells the event log which handshakes failed and why, each address once an hour for each reason, so that an old printer
// is named and an attack fills nothing. What is not told is counted, and the count is told.
import type { Clock } from "../../base/clock.ts";
import { about } from "../../base/fault.ts";
import { type Report, traced } from "../../event/event.ts";
import type { Connection } from "../connection.ts";
import { netEvents } from "../events.ts";
import type { HandshakeFailure } from "./handshake-failure.ts";
import { type Security, versionName } from "./security.ts";

const PERIOD_MS = 3_600_000;
/** Told within a period; a site has so many devices that cannot speak to it, or somebody plays with it. */
const TOLD_MAX = 200;

/** The connection whose handshake it was. */
type Failed = Pick<Connection, "peer" | "trace">;

export class HandshakeTeller {
  private readonly path: string;
  private readonly clock: Clock;
  private readonly report: Report;
  private readonly told = new Set<string>();
  private untold = 0;
  private cancelTimer: (() => void) | undefined;

  constructor(path: string, clock: Clock, report: Report) {
    this.path = path;
    this.clock = clock;
    this.report = report;
  }

  tell({ peer, trace }: Failed, failure: HandshakeFailure, security: Security): void {
    // Clients that go away or fall silent are no news: scanners do it all day, and the numbers show it.
    if (failure.is === "left" || failure.is === "timed-out" || failure.is === "not-admitted") return;
    this.cancelTimer ??= this.clock.after(PERIOD_MS, () => this.endPeriod());
    const { address } = peer;
    const key = `${failure.is} ${address}`;
    if (this.told.has(key) || this.told.size >= TOLD_MAX) {
      this.untold++;
      return;
    }
    this.told.add(key);
    this.write(traced(this.report, trace), address, failure, security);
  }

  /** Tells what is left to tell. */
  close(): void {
    this.cancelTimer?.();
    this.endPeriod();
  }

  private write(
    report: Report,
    address: string,
    failure: Exclude<HandshakeFailure, Quiet>,
    { versionMin }: Security,
  ): void {
    const site = about("site", this.path);
    switch (failure.is) {
      case "too-old": {
        const [setting, minimum] = [`${this.path}/tlsMinimum`, versionMin.replace("TLSv", "")];
        return report(netEvents.tooOldForTls, site, {
          address,
          version: versionName(failure.version),
          setting,
          minimum,
        });
      }
      case "no-certificate":
        return report(netEvents.hostWithoutCertificate, site, { address, host: failure.serverName ?? "no host" });
      case "unusable-certificate": {
        const { certificate, because } = failure;
        return report(netEvents.certificateUnusable, about("certificate", certificate), { because });
      }
      case "client-certificate":
        return report(netEvents.clientCertificateRefused, site, { address, because: failure.because });
      case "not-tls":
        return report(netEvents.notTls, site, { address });
      case "malformed":
        return report(netEvents.handshakeFailed, site, { address, because: "its first message cannot be read" });
      case "no-common-protocol":
        return report(netEvents.handshakeFailed, site, { address, because: "no protocol that both speak" });
      case "failed":
        return report(netEvents.handshakeFailed, site, { address, because: failure.because });
      default:
        return failure satisfies never;
    }
  }

  private endPeriod(): void {
    this.cancelTimer = undefined;
    this.told.clear();
    if (this.untold === 0) return;
    const [count, minutes] = [this.untold, PERIOD_MS / 60_000];
    this.untold = 0;
    this.report(netEvents.handshakesFailed, about("site", this.path), { count, minutes });
  }
}

type Quiet = Extract<HandshakeFailure, { readonly is: "left" | "timed-out" | "not-admitted" }>;
