import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { Download } from "./download.ts";
import { eventually } from "./eventually.ts";
import { Peer } from "./peer.ts";
import { alive } from "./processes.ts";
import { Program } from "./program.ts";
import { pick } from "./server.ts";
import { Session } from "./session.ts";

test("down waits for connections, and meanwhile: says so, is asked twice, and nobody else gets the home", async () => {
  await using program = new Program();
  await program.init("smtp", "www");
  const folder = join(program.home, "content", "default");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "large.bin"), Buffer.alloc(32 * 2 ** 20));
  const server = await program.up();
  using session = await Session.open(await server.port("smtp"));
  expect(await session.line()).toStartWith("220 ");
  // However slow the machine is: it is not over before it is read.
  const request = "GET /large.bin HTTP/1.1\r\nHost: a.example\r\n\r\n";
  using download = await Download.begin(await Peer.open(await server.port("www")), request);

  const told = await program.run("down", "--wait-limit", "0s");
  expect(told.code).toBe(exitCodes.done);
  expect(told.out).toContain("waits for");
  expect(await session.line()).toStartWith("421 ");
  await server.until("www drains", (it) => pick(it, "www").state === "draining");

  const second = program.run("down");
  const up = await program.run("up");
  expect(up.code).toBe(exitCodes.conflict);
  expect(up.err).toContain(`process ${server.pid}`);
  const impatient = await program.run("down", "--wait-limit", "200ms");
  expect(impatient.code).toBe(exitCodes.failed);
  expect(impatient.out).toMatch(/www: 1 (open|connection)/);
  session.end();
  expect((await download.rest()).ending).toBe("whole");
  expect((await second).code).toBe(exitCodes.done);
  expect((await server.ended()).code).toBe(exitCodes.done);

  const next = await program.up();
  expect(next.err).not.toContain("did not end in order");
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
  test(`${signal} ends the server in order`, async () => {
    await using program = new Program();
    await program.init("smtp");
    const server = await program.up();
    const workers = await server.workers();
    server.child.kill(signal);
    const { code, said } = await server.ended();
    expect(code).toBe(exitCodes.done);
    expect(said).toContain(signal);
    expect(workers.filter(alive)).toEqual([]);
    expect(await program.must("events", "--last", "1")).toContain("is down");
  });

test("a signal sent twice within two seconds is one; a later one ends the server at once", async () => {
  await using program = new Program();
  await program.init("smtp");
  const server = await program.up();
  using session = await Session.open(await server.port("smtp"));
  expect(await session.line()).toStartWith("220 ");
  server.child.kill("SIGTERM");
  await Bun.sleep(200);
  server.child.kill("SIGTERM");
  await Bun.sleep(2000);
  expect(alive(server.pid)).toBe(true);
  server.child.kill("SIGTERM");
  await eventually("the end", () => server.child.exitCode === exitCodes.done, 1500);
});

test("a signal that comes while the server starts ends it as well", async () => {
  await using program = new Program();
  await program.init("smtp");
  const server = program.start();
  await server.until("it answers", () => true);
  const workers = await server.workers();
  server.child.kill("SIGTERM");
  expect((await server.ended()).code).toBe(exitCodes.done);
  expect(workers.filter(alive)).toEqual([]);
});

test("when the supervisor is killed its workers end, and the next up tells of it and serves", async () => {
  await using program = new Program();
  await program.init("smtp");
  const server = await program.up();
  const workers = await server.workers();
  server.child.kill("SIGKILL");
  await server.ended();
  await eventually("the workers end", () => !workers.some(alive), 3000);

  const next = await program.up();
  expect(next.err).toContain(`process ${server.pid}`);
  expect(next.err).toContain("did not end in order");
  expect((await program.run("status")).code).toBe(exitCodes.done);
});

test("a command between the fall of a server and the next up does not hide the fall", async () => {
  await using program = new Program();
  await program.init("smtp");
  const server = program.start();
  await server.until("it answers", () => true);
  server.child.kill("SIGKILL");
  await server.ended();
  expect((await program.run("status")).code).toBe(exitCodes.notRunning);
  const next = await program.up();
  expect(next.err).toContain(`process ${server.pid}`);
});
