// The system calls for sockets, descriptors and locks that the runtime has no API for. It decides nothing: each call is made
// once, and answers with its value or the name of its error.

import { CString, type Pointer, ptr, read } from "bun:ffi";
import { constants } from "node:os";
import { bad, good, type Result } from "../../base/result.ts";
import { type Calls, openCalls } from "./c-library.ts";
import { type Family, families, SOCKET_ADDRESS_BYTES } from "./socket-address.ts";

export interface CallFailure {
  readonly call: string;
  /** EADDRINUSE and the like; ENOSYS where the calls of this platform are not known. */
  readonly code: string;
  readonly because: string;
}
type Outcome<T = void> = Result<T, CallFailure>;

const functions = {
  __errno_location: { args: [], returns: "ptr" },
  socket: { args: ["i32", "i32", "i32"], returns: "i32" },
  socketpair: { args: ["i32", "i32", "i32", "buffer"], returns: "i32" },
  bind: { args: ["i32", "buffer", "u32"], returns: "i32" },
  listen: { args: ["i32", "i32"], returns: "i32" },
  close: { args: ["i32"], returns: "i32" },
  shutdown: { args: ["i32", "i32"], returns: "i32" },
  getsockname: { args: ["i32", "buffer", "buffer"], returns: "i32" },
  getpeername: { args: ["i32", "buffer", "buffer"], returns: "i32" },
  getsockopt: { args: ["i32", "i32", "i32", "buffer", "buffer"], returns: "i32" },
  setsockopt: { args: ["i32", "i32", "i32", "buffer", "u32"], returns: "i32" },
  sendto: { args: ["i32", "buffer", "u64", "i32", "buffer", "u32"], returns: "i64" },
  recv: { args: ["i32", "buffer", "u64", "i32"], returns: "i64" },
  sendmsg: { args: ["i32", "ptr", "i32"], returns: "i64" },
  recvmsg: { args: ["i32", "ptr", "i32"], returns: "i64" },
  fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
  flock: { args: ["i32", "i32"], returns: "i32" },
  clock_gettime: { args: ["i32", "buffer"], returns: "i32" },
  getrlimit: { args: ["i32", "buffer"], returns: "i32" },
  prctl: { args: ["i32", "u64", "u64", "u64", "u64"], returns: "i32" },
  capset: { args: ["buffer", "buffer"], returns: "i32" },
  waitpid: { args: ["i32", "buffer", "i32"], returns: "i32" },
  getpwuid: { args: ["u32"], returns: "ptr" },
} as const;

// Values of the systems for which `openCalls` opens the library.
const kinds = { stream: 1, datagram: 2, packets: 5 } as const;
const SOCK_NONBLOCK = 0o4000;
const SOCK_CLOEXEC = 0o2000000;
const options = {
  reuseAddress: { level: 1, name: 2 },
  isListening: { level: 1, name: 30 },
  ipv6Only: { level: 41, name: 26 },
  noDelay: { level: 6, name: 1 },
  tcpInfo: { level: 6, name: 11 },
  unsentBytesMax: { level: 6, name: 25 },
  packetFilter: { level: 1, name: 26 },
  noPacketFilter: { level: 1, name: 27 },
} as const;
/** struct sock_fprog. */
const FILTER_BYTES = 16;
/** Each of struct sock_filter: code, where to jump, and a value. It is asked of each TCP packet, from its header on. */
const FILTER_STEP_WORDS = 2;
const openingsDropped = Uint32Array.of(
  // The flags; of SYN and ACK only the first one; the two ends.
  ...[0x30, 13],
  ...[0x54, 0x12],
  ...[0x01_00_0015, 0x02],
  ...[0x06, 0],
  ...[0x06, 0xffff_ffff],
);
const SOL_SOCKET = 1;
const SCM_RIGHTS = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;
const MSG_CMSG_CLOEXEC = 0x40000000;
const F_SETFD = 2;
const F_GETFL = 3;
const F_SETFL = 4;
const FD_CLOEXEC = 1;
const F_DUPFD_CLOEXEC = 1030;
const F_SETSIG = 10;
const F_SETLEASE = 1024;
const F_RDLCK = 0;
const F_UNLCK = 2;
/** Ignored by whoever does not ask for it; the usual signal of a lease would end the process. */
const SIGURG = 23;
const LOCK_SHARED = 1;
const LOCK_EXCLUSIVE = 2;
const LOCK_DONT_WAIT = 4;
const RLIMIT_NOFILE = 7;
const PR_SET_PDEATHSIG = 1;
const PR_SET_CHILD_SUBREAPER = 36;
const PR_SET_NO_NEW_PRIVS = 38;
const PR_CAP_AMBIENT = 47;
const PR_CAP_AMBIENT_CLEAR_ALL = 4;
/** _LINUX_CAPABILITY_VERSION_3, whose data is two times three words. */
const CAPABILITY_VERSION = 0x20080522;
const CAPABILITY_DATA_WORDS = 6;
const SIGKILL = 9;
const SIGTERM = 15;
const ANY_CHILD = -1;
const WNOHANG = 1;
const CLOCK_MONOTONIC = 1;

type Symbols = Calls<typeof functions>;
let opened: Result<{ readonly symbols: Symbols; readonly errno: Pointer }, string> | undefined;

/** Opened at the first call. The place of errno is one per thread, and a module lives on one thread. */
function library(): NonNullable<typeof opened> {
  if (opened !== undefined) return opened;
  const calls = openCalls(functions);
  opened = calls.ok ? good({ symbols: calls.value, errno: calls.value.__errno_location() as Pointer }) : calls;
  return opened;
}

/** Reversed, so that of two names the first one stays: EAGAIN, not EWOULDBLOCK. */
const codes = new Map(
  Object.entries(constants.errno)
    .reverse()
    .map(([code, number]) => [number, code]),
);

/** Makes one call; a negative answer is a failure, and errno is read before anything else can run. */
function attempt(call: keyof typeof functions, run: (symbols: Symbols) => number): Outcome<number> {
  const c = library();
  if (!c.ok) return bad({ call, code: "ENOSYS", because: c.error });
  const answer = run(c.value.symbols);
  if (answer >= 0) return good(answer);
  const errno = read.i32(c.value.errno, 0);
  const code = codes.get(errno) ?? `E${errno}`;
  return bad({ call, code, because: `${call} failed with ${code}` });
}

const done = (outcome: Outcome<number>): Outcome => (outcome.ok ? good(undefined) : outcome);

/** A socket that no program started later inherits, and whose calls never wait. */
export const socket = (family: Family, kind: "stream" | "datagram"): Outcome<number> =>
  attempt("socket", (c) => c.socket(families[family], kinds[kind] | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));

/** Two ends of one channel that keeps messages whole. */
export function socketPair(): Outcome<readonly [number, number]> {
  const ends = new Int32Array(2);
  const kind = kinds.packets | SOCK_NONBLOCK | SOCK_CLOEXEC;
  const made = attempt("socketpair", (c) => c.socketpair(families.unix, kind, 0, ends));
  return made.ok ? good([ends[0] ?? -1, ends[1] ?? -1]) : made;
}

export const bind = (fd: number, address: Uint8Array): Outcome =>
  done(attempt("bind", (c) => c.bind(fd, address, address.length)));

export const listen = (fd: number, backlog: number): Outcome => done(attempt("listen", (c) => c.listen(fd, backlog)));

/** The socket listens no more, in whichever processes it is open. */
export const stopListening = (fd: number): Outcome => done(attempt("shutdown", (c) => c.shutdown(fd, 0)));

/** Whoever begins to connect from now on is not heard, in any process that has the socket; who has begun comes through. */
export function dropNewcomers(fd: number): Outcome {
  const { level, name } = options.packetFilter;
  const filter = new DataView(new ArrayBuffer(FILTER_BYTES));
  filter.setUint16(0, openingsDropped.length / FILTER_STEP_WORDS, true);
  filter.setBigUint64(8, BigInt(ptr(openingsDropped)), true);
  return done(attempt("setsockopt", (c) => c.setsockopt(fd, level, name, new Uint8Array(filter.buffer), FILTER_BYTES)));
}

/** The same again for everybody. */
export const hearNewcomers = (fd: number): Outcome => setOption(fd, "noPacketFilter", 0);

export const close = (fd: number): Outcome => done(attempt("close", (c) => c.close(fd)));

/** Another descriptor of the same thing, closed in children like all of ours. */
export const duplicate = (fd: number): Outcome<number> => attempt("fcntl", (c) => c.fcntl(fd, F_DUPFD_CLOEXEC, 0));

type Settable = "reuseAddress" | "ipv6Only" | "unsentBytesMax" | "noPacketFilter";

export function setOption(fd: number, option: Settable, value: number): Outcome {
  const { level, name } = options[option];
  return done(attempt("setsockopt", (c) => c.setsockopt(fd, level, name, Int32Array.of(value), 4)));
}

/** To be read before another call is made. */
const addressRoom = new Uint8Array(SOCKET_ADDRESS_BYTES);
const addressLength = new Uint32Array(1);

export const localAddress = (fd: number): Outcome<Uint8Array> => addressBy("getsockname", fd);
export const peerAddress = (fd: number): Outcome<Uint8Array> => addressBy("getpeername", fd);

function addressBy(call: "getsockname" | "getpeername", fd: number): Outcome<Uint8Array> {
  addressLength[0] = addressRoom.length;
  const asked = attempt(call, (c) => c[call](fd, addressRoom, addressLength));
  return asked.ok ? good(addressRoom.subarray(0, addressLength[0])) : asked;
}

export const isListening = (fd: number): Outcome<boolean> => flagOf(fd, "isListening");

/** Whether small pieces leave without a wait for more (TCP_NODELAY). */
export const sendsAtOnce = (fd: number): Outcome<boolean> => flagOf(fd, "noDelay");

function flagOf(fd: number, option: "isListening" | "noDelay"): Outcome<boolean> {
  const value = new Int32Array(1);
  const { level, name } = options[option];
  const asked = attempt("getsockopt", (c) => c.getsockopt(fd, level, name, value, Uint32Array.of(4)));
  return asked.ok ? good(value[0] !== 0) : asked;
}

/** Connections that wait to be accepted, and how many may; from struct tcp_info, where a listener keeps them. */
export function listenQueue(fd: number): Outcome<{ readonly waiting: number; readonly room: number }> {
  const info = new Uint32Array(8);
  const { level, name } = options.tcpInfo;
  const asked = attempt("getsockopt", (c) => c.getsockopt(fd, level, name, info, Uint32Array.of(info.byteLength)));
  return asked.ok ? good({ waiting: info[6] ?? 0, room: info[7] ?? 0 }) : asked;
}

/** For a descriptor that was made elsewhere: as `socket` makes them. */
export function makeOurs(fd: number): Outcome {
  const flags = attempt("fcntl", (c) => c.fcntl(fd, F_GETFL, 0));
  if (!flags.ok) return flags;
  const set = attempt("fcntl", (c) => c.fcntl(fd, F_SETFL, flags.value | SOCK_NONBLOCK));
  return set.ok ? done(attempt("fcntl", (c) => c.fcntl(fd, F_SETFD, FD_CLOEXEC))) : set;
}

/** The kernel kills this process when the one that started it is gone, however busy it is. A change of user undoes it. */
export const dieWithParent = (): Outcome => done(attempt("prctl", (c) => c.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)));

/** The same in order: it is told to end. */
export const endWithParent = (): Outcome => done(attempt("prctl", (c) => c.prctl(PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0)));

/** Whoever is left without a parent below this process becomes its child. */
export const adoptOrphans = (): Outcome => done(attempt("prctl", (c) => c.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)));

/** How a child has ended, as a shell spells it; undefined while all go on, ECHILD when there is none. Never waits. */
export function endOfAnyChild(): Outcome<number | undefined> {
  const status = new Int32Array(1);
  const pid = attempt("waitpid", (c) => c.waitpid(ANY_CHILD, status, WNOHANG));
  if (!pid.ok || pid.value === 0) return pid.ok ? good(undefined) : pid;
  const [word = 0] = status;
  const signal = word & 0x7f;
  return good(signal === 0 ? (word >> 8) & 0xff : 128 + signal);
}

/** Whatever a manager has lent, such as the right to open low ports, is given up. For good. */
export function giveUpCapabilities(): Outcome {
  const cleared = done(attempt("prctl", (c) => c.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)));
  if (!cleared.ok) return cleared;
  const header = Uint32Array.of(CAPABILITY_VERSION, 0);
  return done(attempt("capset", (c) => c.capset(header, new Uint32Array(CAPABILITY_DATA_WORDS))));
}

/** No program that this process starts gets more rights than it has, whatever its file says. For good. */
export const forbidNewPrivileges = (): Outcome =>
  done(attempt("prctl", (c) => c.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)));

export const sendTo = (fd: number, bytes: Uint8Array, address: Uint8Array): Outcome =>
  done(attempt("sendto", (c) => Number(c.sendto(fd, bytes, bytes.length, MSG_NOSIGNAL, address, address.length))));

/** How many bytes of one datagram were put into `bytes`. */
export const receive = (fd: number, bytes: Uint8Array): Outcome<number> =>
  attempt("recv", (c) => Number(c.recv(fd, bytes, bytes.length, MSG_DONTWAIT)));

// One message with one descriptor: struct msghdr (56 bytes) points at one struct iovec (16) over the data, and at one
// struct cmsghdr (16, the descriptor in its 4 bytes of data, padded to 24). The parts are made once and used again.
const DATA_BYTES_MAX = 64;
const CONTROL_LENGTH = 20;
const CONTROL_SPACE = 24;
const data = new Uint8Array(DATA_BYTES_MAX);
const control = new DataView(new ArrayBuffer(CONTROL_SPACE));
const vector = new BigUint64Array(2);
const header = new BigUint64Array(7);

function message(dataLength: number): Pointer {
  vector[0] = BigInt(ptr(data));
  vector[1] = BigInt(dataLength);
  header.fill(0n);
  header[2] = BigInt(ptr(vector));
  header[3] = 1n;
  header[4] = BigInt(ptr(control));
  header[5] = BigInt(CONTROL_SPACE);
  return ptr(header);
}

/** Gives the process at the other end a descriptor of its own for what `descriptor` is open on. */
export function sendDescriptor(fd: number, bytes: Uint8Array, descriptor: number): Outcome {
  data.set(bytes);
  control.setBigUint64(0, BigInt(CONTROL_LENGTH), true);
  control.setInt32(8, SOL_SOCKET, true);
  control.setInt32(12, SCM_RIGHTS, true);
  control.setInt32(16, descriptor, true);
  return done(attempt("sendmsg", (c) => Number(c.sendmsg(fd, message(bytes.length), MSG_DONTWAIT | MSG_NOSIGNAL))));
}

export interface Received {
  /** Empty when the other end is closed. */
  readonly bytes: Uint8Array;
  readonly descriptor: number | undefined;
}

export function receiveDescriptor(fd: number): Outcome<Received> {
  control.setBigUint64(0, 0n, true);
  const got = attempt("recvmsg", (c) =>
    Number(c.recvmsg(fd, message(DATA_BYTES_MAX), MSG_DONTWAIT | MSG_CMSG_CLOEXEC)),
  );
  if (!got.ok) return got;
  const carries = control.getBigUint64(0, true) >= BigInt(CONTROL_LENGTH) && control.getInt32(12, true) === SCM_RIGHTS;
  return good({ bytes: data.slice(0, got.value), descriptor: carries ? control.getInt32(16, true) : undefined });
}

/** Takes the lock of an open file without waiting; EAGAIN when another process has it. */
export const lock = (fd: number): Outcome =>
  done(attempt("flock", (c) => c.flock(fd, LOCK_EXCLUSIVE | LOCK_DONT_WAIT)));

/** Shares the lock of an open file until it is closed; EAGAIN when somebody has it for himself. */
export const lockShared = (fd: number): Outcome =>
  done(attempt("flock", (c) => c.flock(fd, LOCK_SHARED | LOCK_DONT_WAIT)));

/**
 * Whether any process has the file open for writing; `fd` is open for reading. A lease says so, which is taken and given
 * back at once. EACCES where the file belongs to another user; other failures where its file system has no leases.
 */
export function isOpenForWriting(fd: number): Outcome<boolean> {
  const signal = attempt("fcntl", (c) => c.fcntl(fd, F_SETSIG, SIGURG));
  if (!signal.ok) return signal;
  const lease = attempt("fcntl", (c) => c.fcntl(fd, F_SETLEASE, F_RDLCK));
  if (!lease.ok) return lease.error.code === "EAGAIN" ? good(true) : lease;
  attempt("fcntl", (c) => c.fcntl(fd, F_SETLEASE, F_UNLCK));
  return good(false);
}

/** How many descriptors this process may have open. */
export function descriptorLimit(): Outcome<number> {
  const limits = new BigUint64Array(2);
  const asked = attempt("getrlimit", (c) => c.getrlimit(RLIMIT_NOFILE, limits));
  return asked.ok ? good(Number(limits[0])) : asked;
}

/** The steady clock that all processes of a machine share; the runtime's own starts with each process. */
export function monotonicMicroseconds(): Outcome<bigint> {
  const time = new BigInt64Array(2);
  const asked = attempt("clock_gettime", (c) => c.clock_gettime(CLOCK_MONOTONIC, time));
  return asked.ok ? good((time[0] ?? 0n) * 1_000_000n + (time[1] ?? 0n) / 1000n) : asked;
}

/** The name of a user of this machine; its number as text where it has none. */
export function userName(uid: number): string {
  const c = library();
  const entry = c.ok ? c.value.symbols.getpwuid(uid) : null;
  return entry ? new CString(read.ptr(entry as Pointer, 0)) : String(uid);
}
