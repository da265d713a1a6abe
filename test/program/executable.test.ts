import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  closeSync,
  copyFileSync,
  mkdtempSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expectGood } from "../../src/base/result.ts";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { buildRelease } from "../../src/release/build/build-release.ts";
import { thisMachine } from "../../src/release/check/machine.ts";
import { install } from "../../src/release/install/install.ts";
import { dataFormats } from "../../src/service/data-formats.ts";
import { build, buildId, program as sources } from "../../tools/build.ts";
import { root } from "../../tools/source.ts";
import { Program, serviceNames } from "./program.ts";
import type { Server } from "./server.ts";
import { greeting, Session } from "./session.ts";

const folder = mkdtempSync(join(tmpdir(), "inetsrv executable "));
const file = join(folder, "inetsrv");
let program: Program;
let server: Server;

beforeAll(async () => {
  const id = await buildId(root);
  expect(await build({ ...sources, outfile: file, id, more: [] })).toBe(true);
  program = new Program({ command: [file] });
  await program.must("init");
  // Beside the program of somebody who works here, the ports of a first site may be taken.
  const anyPort = serviceNames.flatMap((it) => [`${it}/sites/default/bindings`, "127.0.0.1:0"]);
  await program.must("config", "set", ...anyPort);
  server = await program.up();
});
afterAll(async () => {
  await program[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

/** The program that a process runs; the words behind it say that its file is gone. */
const programOf = (pid: number): string => readlinkSync(`/proc/${pid}/exe`); // system path

test("the one file is the whole program: its workers are it too, and every service greets", async () => {
  const status = await server.status();
  expect(status?.services.map((it) => [it.name, it.state])).toEqual(serviceNames.map((it) => [it, "running"]));
  const workers = await server.workers();
  expect(workers).toHaveLength(serviceNames.length);
  expect([server.pid, ...workers].map(programOf)).toEqual([file, file, file, file, file]);
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
  expect(await greeting(await server.port("ftp"))).toStartWith("220 ");
  expect(await greeting(await server.port("nntp"))).toMatch(/^20[01] /);
  using www = await Session.open(await server.port("www"));
  www.say("GET / HTTP/1.1\r\nHost: localhost\r\n");
  expect(await www.line()).toStartWith("HTTP/1.1 200 ");
});

test("commands of the file work: status, explain with its articles, and a change of settings", async () => {
  const shown = await program.run("status");
  expect(shown).toMatchObject({ code: exitCodes.done, err: "" });
  expect(shown.out).toStartWith("All services running.\n");
  const explained = await program.must("explain", "1020");
  expect(explained).toContain("Event 1020");
  expect(explained).toContain("What inetsrv does about it");
  await program.must("config", "set", "smtp/sites/default/fullyQualifiedName", "one-file.example");
  expect(await greeting(await server.port("smtp"))).toStartWith("220 one-file.example ");
});

test("workers of the file are replaced and come back", async () => {
  const before = await server.workers();
  await program.must("restart", "smtp");
  const [killed] = await server.workers("nntp");
  process.kill(killed ?? 0, "SIGKILL");
  await server.until("nntp is back", (it) =>
    it.services.every(({ workers: [one, two] }) => one?.state === "serving" && one.pid !== killed && two === undefined),
  );
  const after = await server.workers();
  expect(after.filter((it) => before.includes(it))).toHaveLength(2);
  expect(after.map(programOf)).toEqual([file, file, file, file]);
});

test("another file in its place refuses to join, and says file, expected and found; who serves goes on", async () => {
  const workers = await server.workers("smtp");
  const port = await server.port("smtp");
  using session = await Session.open(port);
  expect(await session.line()).toStartWith("220 ");
  const other = join(folder, "inetsrv.new");
  copyFileSync(file, other);
  renameSync(other, file);

  const refused = await program.run("restart", "smtp");
  expect(refused.code).toBe(exitCodes.failed);
  const told = refused.err.replaceAll(/\s+/g, " ");
  expect(told).toMatch(
    /from inetsrv: the server started with build [0-9a-f]{16}, \d+ bytes of \S+, found build [0-9a-f]{16}, \d+/,
  );
  expect(told).toContain(statSync(file).mtime.toISOString());
  expect(await server.workers("smtp")).toEqual(workers);
  expect(await session.ask("NOOP")).toStartWith("250");
  expect(await greeting(port)).toStartWith("220 ");
  expect(programOf(workers[0] ?? 0)).toBe(`${file} (deleted)`);
});

test("status names the file that was replaced by its path", async () => {
  const { faults } = await server.service("smtp");
  expect(faults.map(({ subject }) => `${subject.kind} ${subject.name}`)).toEqual([`file ${file}`]);
});

test("after down and up all is of the new file", async () => {
  await program.must("down");
  expect((await server.ended()).code).toBe(exitCodes.done);
  const next = await program.up();
  expect((await next.workers()).map(programOf)).toEqual([file, file, file, file]);
  expect(await greeting(await next.port("smtp"))).toStartWith("220 one-file.example ");
  await program.must("down");
});

test("as a release the one file proves itself: changed in one byte it changes nothing, and is brought back", async () => {
  const built = await buildRelease({
    clone: root,
    form: "executable",
    runtime: file,
    platform: thisMachine.platform,
    formats: dataFormats,
    key: undefined,
    to: join(folder, "out"),
    ending: ".tar",
    madeMs: Date.now(),
  });
  const place = join(folder, "root");
  const trust = { keys: [], unsigned: new Set<string>() };
  const { version, folder: installed } = expectGood(
    await install(expectGood(built).package, { root: place, trust, allowUnsigned: true }),
  );
  await using release = new Program({ command: [join(installed, "inetsrv")] });
  await release.must("init");
  expect(await release.must("release", "status")).toContain("not signed");
  // A byte of the head that no system reads, so that it still runs.
  const fd = openSync(join(installed, "inetsrv"), "r+");
  writeSync(fd, Buffer.from([7]), 0, 1, 12);
  closeSync(fd);
  const refused = await release.run("config", "set", "smtp/sites/default/fullyQualifiedName", "x.example");
  expect(refused.err.replaceAll(/\s+/g, " ")).toMatch(/Cannot start from inetsrv .* is expected, [0-9a-f]{12} found/);
  await release.must("release", "repair", version, "--from", expectGood(built).package);
  await release.must("config", "set", "smtp/sites/default/fullyQualifiedName", "x.example");
}, 60_000);
