import { expect, test } from "bun:test";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../src/base/result.ts";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { openListeningSocket } from "../../src/net/system/listening-socket.ts";
import * as system from "../../src/net/system/system-calls.ts";
import { root } from "../../tools/source.ts";
import { findProgram } from "./machine.ts";
import { Manager } from "./manager.ts";
import { fromSources, Program } from "./program.ts";
import { greeting, Session } from "./session.ts";

const units = join(root, "packaging", "systemd");

test("the manager hears READY when everything serves, then that it lives, and STOPPING before the drain is over", async () => {
  await using program = new Program();
  await program.init("smtp");
  using manager = new Manager(program.folder, { WATCHDOG_USEC: "200000" });
  const server = program.start({ environment: manager.environment });
  await manager.until("READY=1");
  expect((await server.service("smtp")).state).toBe("running");
  expect(manager.heard[0]).toBe("READY=1");
  await manager.until("WATCHDOG=1", 3);

  using session = await Session.open(await server.port("smtp"));
  expect(await session.line()).toStartWith("220 ");
  server.child.kill("SIGTERM");
  await manager.until("STOPPING=1");
  expect(server.child.exitCode).toBe(null);
  const alive = manager.heard.length;
  await manager.until("WATCHDOG=1", alive);
  session.end();
  expect((await server.ended()).code).toBe(exitCodes.done);
  expect(new Set(manager.listen())).toEqual(new Set(["READY=1", "WATCHDOG=1", "STOPPING=1"]));
});

test("without WATCHDOG_USEC nothing is said of being alive", async () => {
  await using program = new Program();
  await program.init("smtp");
  using manager = new Manager(program.folder);
  const server = program.start({ environment: manager.environment });
  await manager.until("READY=1");
  server.child.kill("SIGTERM");
  await server.ended();
  expect(manager.listen()).toEqual(["READY=1", "STOPPING=1"]);
});

/** As systemd does it: the descriptor is for the process that the program becomes. */
const activated = ["sh", "-c", 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" "$@"', ...fromSources];

test("a socket that systemd has opened serves the site bound to its address, also those who came before", async () => {
  const socket = expectGood(openListeningSocket({ address: "127.0.0.1", port: 0 }));
  await using program = new Program();
  await program.init("smtp");
  await program.must("config", "set", "smtp/sites/default/bindings", `127.0.0.1:${socket.port}`);
  using early = await Session.open(socket.port);
  expect(expectGood(system.listenQueue(socket.fd)).waiting).toBe(1);

  const server = await program.up({ command: activated, descriptors: [socket.fd] });
  expect(server.err).not.toMatch(/ (warning|error|critical) /);
  expect((await server.site("smtp")).addresses).toEqual([`127.0.0.1:${socket.port}`]);
  expect(await early.line()).toStartWith("220 ");
  early.end();
  expect(await greeting(socket.port)).toStartWith("220 ");

  await program.must("restart", "smtp");
  expect(await greeting(socket.port)).toStartWith("220 ");
  await program.must("down");
  using late = await Session.open(socket.port);
  await program.up({ command: activated, descriptors: [socket.fd] });
  expect(await late.line()).toStartWith("220 ");
  socket.close();
});

test("a descriptor that does not listen is named with what mends it, and the site opens a socket of its own", async () => {
  const silent = expectGood(system.socket("ipv4", "stream"));
  await using program = new Program();
  await program.init("smtp");
  const server = await program.up({ command: activated, descriptors: [silent] });
  system.close(silent);
  const told = server.err.replaceAll(/\s+/g, " ");
  expect(told).toContain("handed over as descriptor 3 cannot be used: it does not listen.");
  expect(told).toContain("ListenStream=");
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
});

/** The lines of a unit, put together where one goes on in the next. */
const linesOf = (name: string): readonly string[] =>
  readFileSync(join(units, name), "utf8").replaceAll("\\\n", " ").split("\n");

test("the units are of sections, assignments and comments", () => {
  const names = readdirSync(units).sort();
  expect(names).toEqual(["inetsrv.service", "inetsrv.socket"]);
  for (const name of names) {
    const wrong = linesOf(name).filter((it) => !/^(#.*|\[[A-Z]\w+\]|[A-Z]\w+=\S.*|)$/.test(it));
    expect(wrong).toEqual([]);
  }
});

test("every group of directives of the service says above it why it is there", () => {
  const lines = linesOf("inetsrv.service");
  const service = lines.slice(lines.indexOf("[Service]") + 1, lines.indexOf("[Install]"));
  const groups = service.join("\n").split(/\n\n+/);
  expect(groups.length).toBeGreaterThan(4);
  expect(groups.filter((it) => !it.trim().startsWith("# "))).toEqual([]);
});

test.skipIf(findProgram("systemd-analyze") === undefined)("systemd finds nothing wrong with the units", () => {
  const folder = mkdtempSync(join(tmpdir(), "inetsrv-units-"));
  cpSync(units, folder, { recursive: true });
  const files = readdirSync(folder).map((it) => join(folder, it));
  const { stderr, stdout } = Bun.spawnSync(["systemd-analyze", "verify", ...files]);
  rmSync(folder, { recursive: true });
  const complaints = `${stdout}${stderr}`.split("\n").filter((it) => it !== "" && !it.includes("is not executable"));
  expect(complaints).toEqual([]);
});
