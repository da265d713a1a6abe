import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expectGood } from "../../src/base/result.ts";
import { exitCodes } from "../../src/cli/exit-code.ts";
import type { ServerStatus } from "../../src/supervisor/answers.ts";
import { holdHome } from "../../src/supervisor/home-holder.ts";
import { eventually } from "./eventually.ts";
import { alive } from "./processes.ts";
import { Program, serviceNames } from "./program.ts";
import { pick } from "./server.ts";

/** Every file below a folder, as one text. */
const everything = (folder: string): string =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile())
    .map((it) => readFileSync(join(it.parentPath, it.name), "latin1"))
    .join("\n");

test("init shows the recovery key once and keeps it nowhere; a second init changes nothing", async () => {
  await using program = new Program();
  const made = await program.run("init");
  expect(made.code).toBe(exitCodes.done);
  expect(made.out).toContain(program.home);
  const [key = "none"] = /AGE-SECRET-KEY-\w+/.exec(made.out) ?? [];
  expect(key).toStartWith("AGE-SECRET-KEY-");
  const before = everything(join(program.home, "keys"));
  expect(everything(program.home)).not.toContain(key);

  const again = await program.run("init");
  expect(again.code).toBe(exitCodes.failed);
  expect(again.err).toContain(program.home);
  expect(again.err).toContain("inetsrv up");
  expect(everything(join(program.home, "keys"))).toBe(before);
});

test("up, status, down: every address on the screen, exit codes for scripts, nothing left behind", async () => {
  await using program = new Program();
  await program.init();
  const down = await program.run("status");
  expect(down.code).toBe(exitCodes.notRunning);
  expect(down.out).toStartWith("No server is running.");
  expect(down.out).toContain("inetsrv up");
  const nothing = await program.run("down");
  expect(nothing).toMatchObject({ code: exitCodes.done, err: "" });
  expect(nothing.out).toContain("nothing to do");

  const server = await program.up();
  const people = await program.run("status");
  const status = await program.json<ServerStatus>("status");
  expect(people).toMatchObject({ code: exitCodes.done, err: "" });
  expect(people.out).toStartWith("All services running.\n");
  expect(server.out).toStartWith("All services running.\n");
  const addresses = status.services.flatMap((it) => it.sites.flatMap((site) => site.addresses));
  expect(addresses).toHaveLength(serviceNames.length);
  for (const address of addresses) {
    expect(address).toMatch(/^127\.0\.0\.1:[1-9]\d+$/);
    expect(server.out).toContain(address);
    expect(people.out).toContain(address);
  }

  const workers = await server.workers();
  expect(workers).toHaveLength(serviceNames.length);
  const ended = await program.run("down");
  expect(ended.code).toBe(exitCodes.done);
  expect(ended.out).toStartWith("The server has ended");
  expect(server.child.exitCode).toBe(exitCodes.done);
  expect([server.pid, ...workers].filter(alive)).toEqual([]);
  expect(existsSync(join(program.home, "run", "control.sock"))).toBe(false);
});

test("up --init makes the home the first time, and says where it is", async () => {
  await using program = new Program();
  // Its sites have the ports of a first home; that others may have them is no failure of the server.
  const server = await program.up({}, "--init");
  expect(server.out).toMatch(/AGE-SECRET-KEY-\w+/);
  expect(server.out).toContain(`Made the home ${program.home}`);
  await program.must("down");
});

test("up on a home that is up leaves it alone and says who has it", async () => {
  await using program = new Program();
  await program.init("smtp");
  const server = await program.up();
  const second = await program.run("up");
  expect(second.code).toBe(exitCodes.conflict);
  expect(second.err.split("\n")[0]).toContain(program.home);
  expect(second.err).toContain(`process ${server.pid}`);
  expect(second.err).toContain("inetsrv status");
  expect((await program.run("status")).code).toBe(exitCodes.done);
});

test("of two that start at once exactly one wins, and the other says who has it", async () => {
  await using program = new Program();
  await program.init("smtp");
  const both = [program.start(), program.start()];
  const loser = await Promise.race(both.map(async (it) => ({ server: it, ...(await it.ended()) })));
  const winner = both.find((it) => it !== loser.server);
  expect(loser.code).toBe(exitCodes.conflict);
  expect(loser.said).toContain(`process ${winner?.pid}`);
  await winner?.until("the winner serves", (it) => pick(it, "smtp").state === "running");
});

test("commands that come while a server starts wait for it", async () => {
  await using program = new Program();
  await program.init("smtp");
  const server = program.start();
  await eventually("the server has the home", () => existsSync(join(program.home, "run", "control.sock")));
  const asked = ["status", "config get smtp/idleTimeout", "config set smtp/idleTimeout 5m", "keys status"];
  const answers = await Promise.all(asked.map((it) => program.run(...it.split(" "))));
  expect(answers.map(({ code }) => code)).toEqual(asked.map(() => exitCodes.done));
  await server.until("up", (it) => pick(it, "smtp").state === "running");
  expect(await program.must("config", "get", "smtp/idleTimeout")).toBe("5m\n");
});

test("up waits for a command that has the home", async () => {
  await using program = new Program();
  await program.init("smtp");
  const held = expectGood(holdHome({ root: program.home, from: "--home" }, "command", Date.now()));
  const server = program.start();
  await Bun.sleep(500);
  held.release();
  await server.banner();
});

test("a pause that comes while a service starts is kept until it has started", async () => {
  await using program = new Program();
  await program.init("nntp");
  const server = program.start();
  await server.until("it answers", () => true);
  expect((await program.run("pause", "nntp")).code).toBe(exitCodes.done);
  expect((await server.service("nntp")).state).toBe("paused");
});
