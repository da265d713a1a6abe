import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { portHolders } from "./port-holder.ts";

const folder = mkdtempSync(join(tmpdir(), "holder-"));
afterAll(() => rmSync(folder, { recursive: true }));

interface Process {
  readonly name: string;
  readonly startedTicks: number;
  /** Undefined: they are hidden from us. */
  readonly inodes?: readonly number[];
}

/** A folder as the kernel shows it. */
function system(
  rows: readonly (readonly [address: string, inode: number])[],
  processes: Record<number, Process>,
): string {
  const proc = mkdtempSync(join(folder, "proc-"));
  const file = (path: string, text: string): void => {
    mkdirSync(join(proc, path, ".."), { recursive: true });
    writeFileSync(join(proc, path), text);
  };
  file("net/tcp", rows.map(([address, inode]) => `0: ${address} 0:0 0A 0:0 0:0 0 0 0 ${inode} 1`).join("\n"));
  file("uptime", "1000.00 1500.00\n");
  for (const [pid, { name, startedTicks, inodes }] of Object.entries(processes)) {
    file(`${pid}/comm`, `${name}\n`);
    file(`${pid}/status`, "Name:\tx\nUid:\t0\t0\t0\t0\n");
    file(`${pid}/stat`, `${pid} (a ) b) S ${"0 ".repeat(18)}${startedTicks} 0 0\n`);
    if (inodes === undefined) continue;
    mkdirSync(join(proc, pid, "fd"));
    for (const [fd, inode] of inodes.entries()) symlinkSync(`socket:[${inode}]`, join(proc, pid, "fd", String(fd)));
  }
  return proc;
}

const NOW = 5_000_000;
const everywhere25 = "00000000:0019";

test("the holders of a port are named, the eldest first", () => {
  const proc = system([[everywhere25, 7]], {
    812: { name: "worker", startedTicks: 50_000, inodes: [3, 7] },
    900: { name: "master", startedTicks: 40_000, inodes: [7] },
    901: { name: "other", startedTicks: 1, inodes: [8] },
  });
  expect(portHolders("0.0.0.0", 25, "tcp", NOW, proc)).toEqual([
    { kind: "process", pid: 900, program: "master", user: "root", parent: 0, sinceMs: NOW - 600_000 },
    { kind: "process", pid: 812, program: "worker", user: "root", parent: 0, sinceMs: NOW - 500_000 },
  ]);
});

test("where processes may not be looked into, the user is still known", () => {
  const proc = system([[everywhere25, 7]], { 812: { name: "master", startedTicks: 1 } });
  expect(portHolders("127.0.0.1", 25, "tcp", NOW, proc)).toEqual([{ kind: "user", user: "root" }]);
});

test("only listeners that are in the way count", () => {
  const proc = system([["0100007F:0019", 7]], { 812: { name: "master", startedTicks: 1, inodes: [7] } });
  for (const address of ["127.0.0.1", "0.0.0.0", "*", "::", "::ffff:127.0.0.1"])
    expect(portHolders(address, 25, "tcp", NOW, proc)).toHaveLength(1);
  expect(portHolders("192.0.2.1", 25, "tcp", NOW, proc)).toEqual([]);
  expect(portHolders("::1", 25, "tcp", NOW, proc)).toEqual([]);
  expect(portHolders("127.0.0.1", 26, "tcp", NOW, proc)).toEqual([]);
});

test("a machine that shows nothing gives no holder", () => {
  expect(portHolders("0.0.0.0", 25, "tcp", NOW, join(folder, "nothing"))).toEqual([]);
});
