// Tells systemd how the service is doing (sd_notify). Says one thing at a time, waits for nobody, and does nothing
// where nobody asked.
import { bad, good, type Result } from "../../base/result.ts";
import { unixSocketAddress } from "./socket-address.ts";
import * as system from "./system-calls.ts";

export type Notice =
  | { readonly kind: "ready" | "reloading" | "stopping" | "alive" }
  | { readonly kind: "status"; readonly text: string }
  | { readonly kind: "main-pid"; readonly pid: number };

/** A child must not see these: it would speak for us. */
export const notifyVariables = ["NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID"] as const;
type Environment = Readonly<Record<string, string | undefined>>;

const STATUS_LENGTH_MAX = 500;

export function noticeText(notice: Notice, monotonicUs: bigint): string {
  switch (notice.kind) {
    case "ready":
      return "READY=1";
    case "stopping":
      return "STOPPING=1";
    case "alive":
      return "WATCHDOG=1";
    case "reloading": // the time tells which of two reloads the next READY=1 ends
      return `RELOADING=1\nMONOTONIC_USEC=${monotonicUs}`;
    case "status": // one line: the next would be another assignment
      return `STATUS=${notice.text.replaceAll(/[\u0000-\u001f\u007f]+/g, " ").slice(0, STATUS_LENGTH_MAX)}`;
    case "main-pid":
      return `MAINPID=${notice.pid}`;
    default:
      return notice satisfies never;
  }
}

/** `"nobody-asked"` where the process was not started by a manager that listens. */
export function notify(environment: Environment, notice: Notice): Result<"told" | "nobody-asked", string> {
  const name = environment.NOTIFY_SOCKET;
  if (name === undefined || name === "") return good("nobody-asked");
  const address = /^[/@]/.test(name) ? unixSocketAddress(name) : undefined;
  if (address === undefined) return bad(`NOTIFY_SOCKET=${name} is not a socket that can be written to`);
  const socket = system.socket("unix", "datagram");
  if (!socket.ok) return bad(socket.error.because);
  const now = system.monotonicMicroseconds();
  const text = noticeText(notice, now.ok ? now.value : 0n);
  const sent = system.sendTo(socket.value, Buffer.from(text), address);
  system.close(socket.value);
  return sent.ok ? good("told") : bad(`${name}: ${sent.error.because}`);
}

/** How often systemd wants to hear that we are alive (WatchdogSec=); half of it is a good pace. */
export function watchdogMs(environment: Environment, pid: number): number | undefined {
  const { WATCHDOG_USEC = "", WATCHDOG_PID = String(pid) } = environment;
  return /^[1-9]\d*$/.test(WATCHDOG_USEC) && WATCHDOG_PID === String(pid) ? Number(WATCHDOG_USEC) / 1000 : undefined;
}
