import { expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { ipSocketAddress, readIpSocketAddress, unixSocketAddress } from "./socket-address.ts";
import * as system from "./system-calls.ts";

test("the error of a call is its own, however much else the process does", async () => {
  const fd = expectGood(system.socket("ipv4", "stream"));
  const nowhere = ipSocketAddress("203.0.113.7", 0) ?? new Uint8Array();
  let garbage: unknown[] = [];
  const wrong: string[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const others = [Bun.file(`missing ${turn}`).exists(), new Promise(setImmediate)];
    for (let n = 0; n < 1000; n++) {
      garbage.push(new Uint8Array(500));
      const refused = system.bind(fd, nowhere);
      const closed = system.close(1_000_000);
      if (refused.ok || refused.error.code !== "EADDRNOTAVAIL") wrong.push(JSON.stringify(refused));
      if (closed.ok || closed.error.code !== "EBADF") wrong.push(JSON.stringify(closed));
    }
    if (garbage.length > 5000) garbage = [];
    await Promise.all(others);
  }
  system.close(fd);
  expect(wrong).toEqual([]);
});

test("a failure names its call and its reason", () => {
  expect(system.close(-1)).toEqual({
    ok: false,
    error: { call: "close", code: "EBADF", because: "close failed with EBADF" },
  });
});

test("of two names for one error it is the usual one", () => {
  const [left, right] = expectGood(system.socketPair());
  expect(system.receiveDescriptor(left)).toMatchObject({ ok: false, error: { code: "EAGAIN" } });
  system.close(left);
  system.close(right);
});

test("a message without a descriptor is one, and an end that is closed is an empty one", () => {
  const [left, right] = expectGood(system.socketPair());
  expectGood(system.sendDescriptor(left, Uint8Array.of(1, 2), left));
  const first = expectGood(system.receiveDescriptor(right));
  expect([...first.bytes]).toEqual([1, 2]);
  expect(first.descriptor).toBeGreaterThan(2);
  system.close(first.descriptor ?? -1);
  system.close(left);
  expect(expectGood(system.receiveDescriptor(right))).toEqual({ bytes: new Uint8Array(), descriptor: undefined });
  system.close(right);
});

test("whether a file is open for writing is known without harm to whoever writes it", () => {
  const folder = mkdtempSync(join(tmpdir(), "lease-"));
  const path = join(folder, "file");
  const writer = openSync(path, "w");
  const reader = openSync(path, "r");
  expect(expectGood(system.isOpenForWriting(reader))).toBe(true);
  closeSync(writer);
  expect(expectGood(system.isOpenForWriting(reader))).toBe(false);
  writeFileSync(path, "nobody waits for the lease that is given back");
  expect(system.lockShared(reader).ok).toBe(true);
  const another = openSync(path, "r");
  expect(system.lock(another)).toMatchObject({ ok: false, error: { code: "EAGAIN" } });
  closeSync(reader);
  expect(system.lock(another).ok).toBe(true);
  const late = openSync(path, "r");
  expect(system.lockShared(late)).toMatchObject({ ok: false, error: { code: "EAGAIN" } });
  for (const it of [another, late]) closeSync(it);
  rmSync(folder, { recursive: true });
});

test("users have names, and numbers where they have none", () => {
  expect(system.userName(0)).toBe("root");
  expect(system.userName(3_999_999_999)).toBe("3999999999");
});

test("the limit of descriptors is that of this process", async () => {
  const shown = /Max open files\s+(\d+)/.exec(await Bun.file("/proc/self/limits").text())?.[1]; // system path
  expect(expectGood(system.descriptorLimit())).toBe(Number(shown));
});

test("addresses come back from the kernel's form as they went in", () => {
  for (const [address, port] of [
    ["192.0.2.1", 25],
    ["2001:db8::1", 65535],
  ] as const)
    expect(readIpSocketAddress(ipSocketAddress(address, port) ?? new Uint8Array())).toEqual({ address, port });
  expect(ipSocketAddress("localhost", 1)).toBeUndefined();
  expect(unixSocketAddress("x".repeat(108))).toBeUndefined();
  expect([...(unixSocketAddress("@a") ?? [])]).toEqual([1, 0, 0, 97]);
});
