// Who holds a port: the sockets of the kernel's table, then the processes that have them open. Only looks, within a
// bound of time, and an answer of nobody is an answer: other users' processes can be hidden from us.
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { seen } from "../../base/seen.ts";
import { addressBytes, plainAddress } from "../ip-address.ts";
import { parseSocketTable, type Transport } from "./socket-table.ts";
import { userName } from "./system-calls.ts";

export type Holder =
  | {
      readonly kind: "process";
      readonly pid: number;
      readonly program: string;
      readonly user: string;
      /** The process that started it. */
      readonly parent: number;
      /** When the process started. */
      readonly sinceMs: number;
    }
  /** The socket is seen, but not whose it is: only its owner and root may look into a process. */
  | { readonly kind: "user"; readonly user: string };

/** The Linux view of sockets and processes; a test hands in a folder of its own. */
const PROC = "/proc"; // system path
const SEARCH_MS_MAX = 500;
const HOLDERS_MAX = 8;
/** What the kernel counts process times in, for every program, whatever its own clock does. */
const TICKS_PER_SECOND = 100;

/** The processes that listen where we would, the eldest first, as that one is the parent of the others. */
export function portHolders(
  address: string,
  port: number,
  transport: Transport,
  nowMs = Date.now(),
  proc = PROC,
): readonly Holder[] {
  const rows = [transport, `${transport}6`]
    .flatMap((table) => parseSocketTable(text(`${proc}/net/${table}`), transport))
    .filter((row) => row.port === port && overlap(address, row.address));
  if (rows.length === 0) return [];
  const holders = processesWith(new Set(rows.map((row) => `socket:[${row.inode}]`)), proc).map((pid) =>
    describe(pid, nowMs, proc),
  );
  if (holders.length > 0) return holders.sort((a, b) => a.sinceMs - b.sinceMs);
  return [...new Set(rows.map((row) => row.uid))].map((uid) => ({ kind: "user", user: userName(uid) }));
}

/** Whether two listeners on one port are in each other's way; the table does not tell if `::` takes IPv4 too. */
function overlap(asked: string, held: string): boolean {
  const everywhere = new Set(["*", "::"]);
  if (everywhere.has(asked) || everywhere.has(held)) return true;
  const [ours, theirs] = [plainAddress(asked), plainAddress(held)];
  if (ours === "0.0.0.0" || theirs === "0.0.0.0") return !ours.includes(":") && !theirs.includes(":");
  return String(addressBytes(ours)) === String(addressBytes(theirs));
}

function processesWith(sockets: ReadonlySet<string>, proc: string): readonly number[] {
  const until = performance.now() + SEARCH_MS_MAX;
  const found: number[] = [];
  for (const pid of names(proc).filter((name) => /^\d+$/.test(name))) {
    for (const fd of names(`${proc}/${pid}/fd`)) {
      if (performance.now() > until) return found;
      if (!sockets.has(link(`${proc}/${pid}/fd/${fd}`))) continue;
      if (found.push(Number(pid)) === HOLDERS_MAX) return found;
      break;
    }
  }
  return found;
}

function describe(pid: number, nowMs: number, proc: string): Holder & { readonly kind: "process" } {
  const uid = /^Uid:\s+(\d+)/m.exec(text(`${proc}/${pid}/status`))?.[1];
  // The second field is the program's name in parentheses, and may hold anything; the times stand after the last one.
  const afterName = text(`${proc}/${pid}/stat`).split(")").at(-1)?.trim().split(" ") ?? [];
  const upMs = Number.parseFloat(text(`${proc}/uptime`)) * 1000;
  const startedMs = (Number(afterName[19]) / TICKS_PER_SECOND) * 1000;
  return {
    kind: "process",
    pid,
    program: text(`${proc}/${pid}/comm`).trim() || "unknown",
    user: uid === undefined ? "unknown" : userName(Number(uid)),
    parent: Number(afterName[1]),
    sinceMs: Number.isFinite(upMs - startedMs) ? nowMs - (upMs - startedMs) : nowMs,
  };
}

// A process may end between two looks, and much of what others have open is hidden: then there is nothing to see.
const names = (path: string): readonly string[] => seen(() => readdirSync(path), []);
const link = (path: string): string => seen(() => readlinkSync(path), "");
const text = (path: string): string => seen(() => head(path), "");

/** Listeners stand before connections in the kernel's tables, so that a bound takes nothing that matters. */
const HEAD_BYTES = 4 * 1024 * 1024;

function head(path: string): string {
  const fd = openSync(path, "r");
  const parts: Buffer[] = [];
  for (let length = 0; length < HEAD_BYTES; ) {
    const part = Buffer.alloc(PART_BYTES);
    const got = readSync(fd, part, 0, part.length, null);
    if (got === 0) break;
    parts.push(part.subarray(0, got));
    length += got;
  }
  closeSync(fd);
  return Buffer.concat(parts).toString();
}

/** As much as the kernel gives of such a file at a time. */
const PART_BYTES = 4096;
