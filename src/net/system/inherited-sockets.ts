// Listening sockets that systemd opened before it started us (sd_listen_fds). Looks at the descriptors it was told of
// and at no others; what is not a listening socket is reported and left alone.
import { about } from "../../base/fault.ts";
import { bad, good, type Result } from "../../base/result.ts";
import type { Report } from "../../event/event.ts";
import { netEvents } from "../events.ts";
import { type ListeningSocket, listeningSocket } from "./listening-socket.ts";
import { readIpSocketAddress } from "./socket-address.ts";
import * as system from "./system-calls.ts";

export interface InheritedSocket extends ListeningSocket {
  /** FileDescriptorName= of the unit; the unit's own name where it sets none. */
  readonly name: string;
}

/** A child must not see these: it would take the numbers of its own descriptors for inherited sockets. */
export const socketActivationVariables = ["LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"] as const;
type Environment = Readonly<Record<string, string | undefined>>;

const FIRST_FD = 3;
const SOCKETS_MAX = 1024;

/** The descriptors meant for this process, by name; none when the variables are for another one. */
export function announcedSockets(
  environment: Environment,
  pid: number,
): readonly { readonly fd: number; readonly name: string }[] {
  const { LISTEN_PID = "", LISTEN_FDS = "", LISTEN_FDNAMES = "" } = environment;
  if (LISTEN_PID !== String(pid) || !/^[1-9]\d{0,3}$/.test(LISTEN_FDS)) return [];
  const names = LISTEN_FDNAMES.split(":");
  return Array.from({ length: Math.min(Number(LISTEN_FDS), SOCKETS_MAX) }, (_, index) => ({
    fd: FIRST_FD + index,
    name: names[index] || "unknown",
  }));
}

/** What cannot be used is reported: the unit file promises an address on which nobody would answer. */
export function inheritedSockets(environment: Environment, pid: number, report: Report): readonly InheritedSocket[] {
  return announcedSockets(environment, pid).flatMap(({ fd, name }) => {
    const found = adopt(fd);
    if (found.ok) return [Object.assign(listeningSocket(fd, found.value.address, found.value.port, false), { name })];
    report(netEvents.inheritedSocketUnusable, about("address", name), { descriptor: fd, because: found.error });
    return [];
  });
}

function adopt(fd: number): Result<{ readonly address: string; readonly port: number }, string> {
  const listening = system.isListening(fd);
  if (!listening.ok) return bad(`it is not an open socket (${listening.error.code})`);
  if (!listening.value) return bad("it does not listen");
  const local = system.localAddress(fd);
  const address = local.ok ? readIpSocketAddress(local.value) : undefined;
  if (address === undefined) return bad("it is not an IP socket");
  const ours = system.makeOurs(fd);
  return ours.ok ? good(address) : bad(ours.error.because);
}
