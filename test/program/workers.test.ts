import { afterAll, beforeAll, expect, test } from "bun:test";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { eventually } from "./eventually.ts";
import { alive } from "./processes.ts";
import { Program } from "./program.ts";
import { pick, pickSite, type Server } from "./server.ts";
import { greeting, Session } from "./session.ts";
import { Traffic } from "./traffic.ts";

const program = new Program();
let server: Server;
beforeAll(async () => {
  await program.init("www", "smtp");
  const sites = { second: { bindings: ["127.0.0.1:0"] } };
  const input = JSON.stringify({ smtp: { sites } });
  expect(await program.runWith({ input }, "config", "apply", "-")).toMatchObject({ code: exitCodes.done });
  server = await program.up();
});
afterAll(() => program[Symbol.asyncDispose]());

test("a service is replaced five times under traffic: nobody is refused or reset, each gets its whole answer", async () => {
  const workers = new Set(await server.workers("www"));
  const traffic = new Traffic(await server.port("www"), 8);
  for (let round = 0; round < 5; round++) {
    await traffic.more(50);
    await program.must("restart", "www");
    for (const pid of await server.workers("www")) workers.add(pid);
  }
  await traffic.more(50);
  await traffic.end();
  expect(traffic.flaws).toEqual([]);
  await server.until("the old ones are gone", (it) => pick(it, "www").workers.length === 1);
  expect(workers.size).toBe(6);
  expect([...workers].filter(alive)).toHaveLength(1);
});

test("a worker that is killed comes back, and the log names it, its signal and its service", async () => {
  const port = await server.port("smtp");
  const [killed = 0] = await server.workers("smtp");
  process.kill(killed, "SIGKILL");
  const back = await server.until("another one serves", (it) => {
    const { state, workers } = pick(it, "smtp");
    return state === "running" && workers.length === 1 && workers[0]?.pid !== killed;
  });
  expect(pick(back, "smtp").faults).toEqual([]);
  expect(await greeting(port)).toStartWith("220 ");
  const told = (await program.must("events", "--number", "1020", "--service", "smtp")).replaceAll(/\s+/g, " ");
  expect(told).toContain(`A worker of smtp (process ${killed}) was lost: signal SIGKILL ended it.`);
  expect(told).toContain("inetsrv events --service smtp");
});

test("a service is paused, continued, stopped and started; what is open goes on through a pause", async () => {
  const port = await server.port("smtp");
  using session = await Session.open(port);
  expect(await session.line()).toStartWith("220 ");
  await program.must("pause", "smtp");
  expect(await greeting(port)).toStartWith("421 ");
  expect(await session.ask("NOOP")).toStartWith("250 ");
  await program.must("continue", "smtp");
  expect(await greeting(port)).toStartWith("220 ");

  const stopping = program.run("stop", "smtp");
  expect(await session.line()).toStartWith("421 ");
  session.end();
  expect((await stopping).code).toBe(exitCodes.done);
  expect(await greeting(port)).toBe("ECONNREFUSED");
  expect((await server.service("smtp")).workers).toEqual([]);
  expect((await server.service("www")).state).toBe("running");
  await program.must("start", "smtp");
  expect(await greeting(await server.port("smtp"))).toStartWith("220 ");
});

test("one site is paused, continued, stopped, started and restarted, and its neighbour notices nothing", async () => {
  using neighbour = await Session.open(await server.port("smtp"));
  expect(await neighbour.line()).toStartWith("220 ");
  const workers = await server.workers("smtp");
  const port = await server.port("smtp", "second");
  await program.must("pause", "smtp/second");
  expect(await greeting(port)).toStartWith("421 ");
  await program.must("continue", "smtp/second");
  expect(await greeting(port)).toStartWith("220 ");
  await program.must("stop", "smtp/second");
  expect(await greeting(port)).toBe("ECONNREFUSED");
  const before = await server.site("smtp");
  await program.must("start", "smtp/second");
  await program.must("restart", "smtp/second");
  expect(await greeting(await server.port("smtp", "second"))).toStartWith("220 ");
  expect(await server.site("smtp")).toEqual(before);
  expect(await neighbour.ask("NOOP")).toStartWith("250 ");
  expect(await server.workers("smtp")).toEqual(workers);
});

test("a changed setting of one site is felt there, and by no connection of its neighbour", async () => {
  using own = await Session.open(await server.port("smtp", "second"));
  using neighbour = await Session.open(await server.port("smtp"));
  expect([await own.line(), await neighbour.line()].map((it) => it.slice(0, 4))).toEqual(["220 ", "220 "]);
  const workers = await server.workers("smtp");
  const { revision } = await server.site("smtp");
  await program.must("config", "set", "smtp/sites/second/fullyQualifiedName", "second.example");
  expect(await greeting(await server.port("smtp", "second"))).toStartWith("220 second.example ");
  expect(await greeting(await server.port("smtp"))).not.toContain("second.example");
  expect(await neighbour.ask("NOOP")).toStartWith("250 ");
  expect(await own.ask("EHLO a")).not.toContain("second.example");
  expect((await server.site("smtp")).revision).toBe(revision);
  expect(await server.workers("smtp")).toEqual(workers);
});

test("more workers share the work at once, and fewer finish what they have", async () => {
  const port = await server.port("smtp");
  await program.must("config", "set", "smtp/workers", "3");
  await server.until("three serve", (it) => {
    const { workers, state } = pick(it, "smtp");
    return state === "running" && workers.filter((one) => one.state === "serving").length === 3;
  });
  using session = await Session.open(port);
  expect(await session.line()).toStartWith("220 ");
  await program.must("config", "set", "smtp/workers", "1");
  session.end();
  await server.until("one is left", (it) => pick(it, "smtp").workers.length === 1);
  expect(await greeting(port)).toStartWith("220 ");
  expect(pickSite(await server.service("smtp")).state).toBe("running");
  await eventually("all is well", async () => (await program.run("status")).code === exitCodes.done);
});
