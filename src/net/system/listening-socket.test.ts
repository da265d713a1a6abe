import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { about, sentence } from "../../base/fault.ts";
import { expectGood } from "../../base/result.ts";
import { listenFault } from "./listen-failure.ts";
import { BACKLOG, listeningAt, openListeningSocket } from "./listening-socket.ts";
import { close, duplicate, listenQueue } from "./system-calls.ts";

const site = about("site", "default");
const hasIpv6 = Object.values(networkInterfaces()).some((entries) => entries?.some((it) => it.address === "::1"));

/** Whether somebody answers there. */
const reachable = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.on("connect", () => resolve(true)).on("error", () => resolve(false));
    socket.on("close", () => socket.destroy());
    socket.on("connect", () => socket.destroy());
  });

test("a socket has its real port, a long queue, and is neither inherited nor waited on", () => {
  const socket = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  expect(socket.port).toBeGreaterThan(0);
  expect(listeningAt(socket.fd)).toBe(`127.0.0.1:${socket.port}`);
  const somaxconn = Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8")); // system path
  expect(expectGood(listenQueue(socket.fd))).toEqual({ waiting: 0, room: Math.min(BACKLOG, somaxconn) });
  const O_CLOEXEC_NONBLOCK_RDWR = "02004002";
  expect(readFileSync(`/proc/self/fdinfo/${socket.fd}`, "utf8")).toContain(O_CLOEXEC_NONBLOCK_RDWR); // system path
  socket.close();
  socket.close();
  expect(listeningAt(socket.fd)).toBeUndefined();
  expect(listenQueue(socket.fd)).toMatchObject({ ok: false, error: { code: "EBADF" } });
});

const reachedBy = async (address: string, four: boolean, six: boolean): Promise<void> => {
  const socket = expectGood(openListeningSocket({ address, port: 0 }));
  expect(await reachable("127.0.0.1", socket.port)).toBe(four);
  expect(await reachable("::1", socket.port)).toBe(six);
  socket.close();
};
test.each([
  ["*", true, hasIpv6],
  ["0.0.0.0", true, false],
  ["127.0.0.1", true, false],
])("%s is reached by IPv4: %p, by IPv6: %p", reachedBy);
test.skipIf(!hasIpv6).each([
  ["::", false, true],
  ["::1", false, true],
])("%s is reached by IPv4: %p, by IPv6: %p", reachedBy);

test("a taken port names the process that holds it", () => {
  const holder = expectGood(openListeningSocket({ address: "0.0.0.0", port: 0 }));
  const failed = openListeningSocket({ address: "127.0.0.1", port: holder.port });
  holder.close();
  const user = new TextDecoder().decode(Bun.spawnSync(["id", "-un"]).stdout).trim();
  if (failed.ok || failed.error.kind !== "port-taken") throw new Error(JSON.stringify(failed));
  expect(failed.error.holders).toMatchObject([{ kind: "process", pid: process.pid, user }]);
  const program = readFileSync("/proc/self/comm", "utf8").trim(); // system path
  const told = sentence(listenFault(failed.error, site, "smtp/sites/default/bindings"));
  expect(told).toStartWith(
    `Cannot listen on 127.0.0.1:${holder.port}: process ${process.pid} (${program}) of user ${user}, running since `,
  );
  expect(told).toEndWith(" holds the port. Stop it, or change smtp/sites/default/bindings.");
});

test("a connection that lingers on the port is no reason to refuse it", async () => {
  const first = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  expect(await reachable("127.0.0.1", first.port)).toBe(true);
  first.close();
  expectGood(openListeningSocket({ address: "127.0.0.1", port: first.port })).close();
});

test("an address of another machine lists those of this one", () => {
  const failed = openListeningSocket({ address: "203.0.113.7", port: 2525 });
  if (failed.ok || failed.error.kind !== "address-missing") throw new Error(JSON.stringify(failed));
  expect(failed.error.present).toContain("127.0.0.1");
  expect(sentence(listenFault(failed.error, site, "ftp/sites/a/bindings"))).toMatch(
    /^Cannot listen on 203.0.113.7:2525: no interface of this machine has that address; present are .*127.0.0.1.*\. Change ftp\/sites\/a\/bindings to one of these or to \*/,
  );
});

test("what is no address at all is told as that", () => {
  expect(openListeningSocket({ address: "localhost", port: 1 })).toEqual({
    ok: false,
    error: { kind: "other", address: "localhost", port: 1, because: '"localhost" is not an IP address' },
  });
});

const firstFreePort = Number(readFileSync("/proc/sys/net/ipv4/ip_unprivileged_port_start", "utf8")); // system path

test.skipIf(firstFreePort < 2)("an ordinary user may not open a low port, and is told so", () => {
  const root = process.getuid?.() === 0;
  if (root) process.seteuid?.(65534);
  const failed = openListeningSocket({ address: "127.0.0.1", port: 1 });
  const uid = process.geteuid?.() ?? 0;
  if (root) process.seteuid?.(0);
  expect(uid).not.toBe(0);
  expect(failed).toEqual({ ok: false, error: { kind: "not-permitted", address: "127.0.0.1", port: 1, uid } });
});

/** What a process in another situation finds when it listens. */
async function inChild(shell: string, address: string, port: number, opens: number): Promise<unknown> {
  const script = `
    import { BACKLOG, listeningAt, openListeningSocket } from ${JSON.stringify(join(import.meta.dir, "listening-socket.ts"))};
    let last;
    for (let n = 0; n < ${opens}; n++) last = openListeningSocket({ address: "${address}", port: ${port} });
    console.log(JSON.stringify(last.error ?? "it listens"));
  `;
  const child = Bun.spawn({ cmd: ["sh", "-c", shell, "sh", process.execPath, script], stderr: "inherit" });
  return JSON.parse(await new Response(child.stdout).text());
}

test("a process without free descriptors is told its limit", async () => {
  const failure = await inChild('ulimit -n 64; exec "$1" -e "$2"', "127.0.0.1", 0, 64);
  expect(failure).toEqual({ kind: "out-of-descriptors", address: "127.0.0.1", port: 0, limit: 64 });
});

test("it is closed in every process that has it, or here alone", async () => {
  for (const [where, goesOn] of [
    ["everywhere", false],
    ["here", true],
  ] as const) {
    const socket = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
    const elsewhere = expectGood(duplicate(socket.fd));
    socket.close(where);
    expect(await reachable("127.0.0.1", socket.port)).toBe(goesOn);
    close(elsewhere);
    expect(await reachable("127.0.0.1", socket.port)).toBe(false);
  }
});

test("closed for newcomers, who is in its queue stays there, and nobody comes in between the last look and the end", async () => {
  const { fd, port, close: closeFor } = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const elsewhere = expectGood(duplicate(fd));
  const early = connect(port, "127.0.0.1").on("error", () => {});
  await new Promise<void>((resolve) => early.once("connect", resolve));
  closeFor("for newcomers");
  const late = connect(port, "127.0.0.1");
  const refused = new Promise<Error & { code?: string }>((resolve) => late.once("error", resolve));
  // By the time that another socket is reached, he has knocked here too.
  const other = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  expect(await reachable("127.0.0.1", other.port)).toBe(true);
  other.close();
  expect([expectGood(listenQueue(elsewhere)).waiting, late.connecting]).toEqual([1, true]);
  close(elsewhere);
  // He knocks again after a second.
  expect((await refused).code).toBe("ECONNREFUSED");
  early.destroy();
});

test("of what a client does not read the system keeps little", async () => {
  const socket = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  const server = createServer();
  const arrived = new Promise<Socket>((resolve) => server.once("connection", resolve));
  server.listen({ fd: expectGood(duplicate(socket.fd)) });
  const client = connect(socket.port, "127.0.0.1").pause();
  const carrier = await arrived;
  const piece = Buffer.alloc(64 * 1024);
  let takenBytes = 0;
  carrier.on("error", () => {});
  while (carrier.write(piece)) takenBytes += piece.length;
  expect(takenBytes).toBeWithin(piece.length, 1_000_000);
  client.destroy();
  carrier.destroy();
  server.close();
  socket.close();
});
