import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../base/result.ts";
import { type Notice, noticeText, notify, watchdogMs } from "./notify.ts";
import { unixSocketAddress } from "./socket-address.ts";
import * as system from "./system-calls.ts";

const folder = mkdtempSync(join(tmpdir(), "notify-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** What a manager that listens at this name hears of a notice. */
function heardAt(name: string, notice: Notice): string {
  const fd = expectGood(system.socket("unix", "datagram"));
  expectGood(system.bind(fd, unixSocketAddress(name) ?? new Uint8Array()));
  expect(notify({ NOTIFY_SOCKET: name }, notice)).toEqual({ ok: true, value: "told" });
  const bytes = new Uint8Array(2000);
  const length = expectGood(system.receive(fd, bytes));
  system.close(fd);
  return Buffer.from(bytes.subarray(0, length)).toString();
}

test("systemd hears it at a path and at an abstract name", () => {
  expect(heardAt(join(folder, "notify"), { kind: "ready" })).toBe("READY=1");
  expect(heardAt(`@inetsrv-test-${process.pid}`, { kind: "main-pid", pid: 812 })).toBe("MAINPID=812");
});

test("a reload carries the steady clock of the machine", () => {
  const before = expectGood(system.monotonicMicroseconds());
  const text = heardAt(join(folder, "reload"), { kind: "reloading" });
  const told = BigInt(/^RELOADING=1\nMONOTONIC_USEC=(\d+)$/.exec(text)?.[1] ?? 0);
  expect(told >= before && told <= expectGood(system.monotonicMicroseconds())).toBe(true);
});

test("every notice has its words, and a status cannot forge another", () => {
  expect(noticeText({ kind: "stopping" }, 0n)).toBe("STOPPING=1");
  expect(noticeText({ kind: "alive" }, 0n)).toBe("WATCHDOG=1");
  expect(noticeText({ kind: "status", text: "4 services\nMAINPID=1" }, 0n)).toBe("STATUS=4 services MAINPID=1");
});

test("without a manager nothing is done, and one that is gone is told", () => {
  expect(notify({}, { kind: "ready" })).toEqual({ ok: true, value: "nobody-asked" });
  expect(notify({ NOTIFY_SOCKET: "vsock:2:1" }, { kind: "ready" }).ok).toBe(false);
  const gone = join(folder, "gone");
  expect(notify({ NOTIFY_SOCKET: gone }, { kind: "ready" })).toEqual({
    ok: false,
    error: `${gone}: sendto failed with ENOENT`,
  });
});

test("the watchdog is for the process that it names", () => {
  expect(watchdogMs({ WATCHDOG_USEC: "30000000" }, 5)).toBe(30_000);
  expect(watchdogMs({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "5" }, 5)).toBe(30_000);
  expect(watchdogMs({ WATCHDOG_USEC: "30000000", WATCHDOG_PID: "6" }, 5)).toBeUndefined();
  expect(watchdogMs({ WATCHDOG_USEC: "soon" }, 5)).toBeUndefined();
  expect(watchdogMs({}, 5)).toBeUndefined();
});
