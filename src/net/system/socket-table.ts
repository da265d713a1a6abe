// The kernel's tables of sockets (net/tcp, net/udp and those of IPv6, in the process file system), as rows of those that wait
// for strangers. Pure.
import { addressText } from "../ip-address.ts";

export interface ListeningRow {
  readonly address: string;
  readonly port: number;
  readonly uid: number;
  /** The number by which a process shows the socket among its open files. */
  readonly inode: number;
}

/** The state of a socket that listens, or takes datagrams from everybody. */
export const waitingStates = { tcp: "0A", udp: "07" } as const;
export type Transport = keyof typeof waitingStates;

/** Other rows and what is not understood are left out. */
export const parseSocketTable = (table: string, transport: Transport = "tcp"): readonly ListeningRow[] =>
  table.split("\n").flatMap((line) => {
    // sl, local address, remote address, state, queues, timer, retransmits, uid, timeout, inode, ...
    const [, local, , state, , , , uid, , inode] = line.trim().split(/\s+/);
    const [, host, port] = /^((?:[0-9A-F]{8}){1,4}):([0-9A-F]{4})$/.exec(local ?? "") ?? [];
    if (state !== waitingStates[transport] || host === undefined || port === undefined) return [];
    return [
      {
        address: addressText(hostBytes(host)),
        port: Number.parseInt(port, 16),
        uid: Number(uid),
        inode: Number(inode),
      },
    ];
  });

/** Each group of eight digits is one number of the machine, little-endian on all that we run on. */
const hostBytes = (host: string): Uint8Array =>
  Uint8Array.from(host.match(/.{8}/g)?.flatMap((word) => [...Buffer.from(word, "hex").reverse()]) ?? []);
