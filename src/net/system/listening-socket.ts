// Opens a socket that listens, for a child to accept on: close-on-exec, non-blocking, with a long queue. It accepts
// nothing itself, and says why it failed in facts rather than codes.
import { networkInterfaces } from "node:os";
import { bad, good, type Result } from "../../base/result.ts";
import { printBinding } from "../../schema/kinds/network.ts";
import { type ListenFailure, listenFailure } from "./listen-failure.ts";
import { ipSocketAddress, readIpSocketAddress } from "./socket-address.ts";
import * as system from "./system-calls.ts";

export interface ListenRequest {
  /**
   * `*`: every address of both families (IPv4 only where the machine has no IPv6); `0.0.0.0`: every IPv4 address;
   * `::`: every IPv6 address, and no IPv4; otherwise one address, with `%interface` when it is link-local.
   */
  readonly address: string;
  /** 0 lets the kernel choose. */
  readonly port: number;
  readonly backlog?: number;
}

/**
 * "everywhere": no process listens on it any more, and who waits in its queue is reset. "for newcomers": those who have it
 * take who waits and close it too; who comes now finds nobody when he knocks again, or whoever has the port by then.
 * "here": another server goes on with it.
 */
export type Closing = "everywhere" | "for newcomers" | "here";

export interface ListeningSocket {
  readonly fd: number;
  /** As it was asked for. */
  readonly address: string;
  /** The real one, also when 0 was asked for. */
  readonly port: number;
  /** False once it is closed; its number may be another's by then. */
  readonly open: boolean;
  /** Everywhere, unless it is said. */
  close(where?: Closing): void;
}

/**
 * A short queue is overrun by one burst, and its clients then wait for their own time-out, connected to nobody. The
 * kernel lowers this to its own limit (net.core.somaxconn, 4096 by default), so that whoever raises that one is served.
 */
export const BACKLOG = 65_535;

/**
 * The system keeps so much of what a connection has to say and cannot send yet. Left alone it keeps megabytes for each, so
 * that some hundred clients who ask for large files and do not read use up the memory that all of its sockets have together.
 */
const UNSENT_BYTES_MAX = 256 * 1024;

export function openListeningSocket(request: ListenRequest): Result<ListeningSocket, ListenFailure> {
  const { address, port, backlog = BACKLOG } = request;
  let fd = address === "*" ? listenOn("::", port, backlog, false) : listenOn(address, port, backlog, true);
  if (address === "*" && !fd.ok && withoutIpv6.has(fd.error.code)) fd = listenOn("0.0.0.0", port, backlog, false);
  if (!fd.ok) return bad(listenFailure({ address, port }, fd.error));
  return good(listeningSocket(fd.value, address, portOf(fd.value) ?? port));
}

/** Where a socket listens, as people write it: "127.0.0.1:25", or "[::]:25" for all addresses. */
export function listeningAt(fd: number): string | undefined {
  const local = localOf(fd);
  return local && printBinding({ ...local, host: "" });
}

const withoutIpv6: ReadonlySet<string> = new Set(["EAFNOSUPPORT", "EADDRNOTAVAIL"]);

/** `ours`: nobody above us has it open too, so that it may end listening in every process that still has it. */
export function listeningSocket(fd: number, address: string, port: number, ours = true): ListeningSocket {
  // For all connections that come through it. Without such a limit all goes on as well, in more memory.
  system.setOption(fd, "unsentBytesMax", UNSENT_BYTES_MAX);
  let open = true;
  return {
    fd,
    address,
    port,
    get open() {
      return open;
    },
    close(where = "everywhere") {
      // Once: the number may be another socket's by then.
      if (!open) return;
      open = false;
      // A worker that has not closed it yet would keep the port taken.
      if (ours && where === "everywhere") system.stopListening(fd);
      // Without it, who comes between a worker's last look at the queue and its end is reset.
      if (ours && where === "for newcomers") system.dropNewcomers(fd);
      system.close(fd);
    },
  };
}

function listenOn(
  address: string,
  port: number,
  backlog: number,
  ipv6Only: boolean,
): Result<number, system.CallFailure> {
  const [host = "", zone] = address.split("%");
  const where = ipSocketAddress(host, port, zone === undefined ? 0 : scopeOf(zone));
  if (where === undefined) return bad({ call: "bind", code: "EINVAL", because: `"${address}" is not an IP address` });
  const ipv6 = host.includes(":");
  const made = system.socket(ipv6 ? "ipv6" : "ipv4", "stream");
  if (!made.ok) return made;
  const fd = made.value;
  const steps = [
    // Connections of the program that ran before may linger on the port; a listener there still refuses us.
    () => system.setOption(fd, "reuseAddress", 1),
    () => (ipv6 ? system.setOption(fd, "ipv6Only", ipv6Only ? 1 : 0) : good(undefined)),
    () => system.bind(fd, where),
    () => system.listen(fd, backlog),
  ];
  for (const step of steps) {
    const done = step();
    if (done.ok) continue;
    system.close(fd);
    return done;
  }
  return good(fd);
}

const portOf = (fd: number): number | undefined => localOf(fd)?.port;

function localOf(fd: number) {
  const local = system.localAddress(fd);
  return local.ok ? readIpSocketAddress(local.value) : undefined;
}

const scopeOf = (zone: string): number => networkInterfaces()[zone]?.find((it) => it.family === "IPv6")?.scopeid ?? 0;
