import { afterEach, expect, spyOn, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { ServicePlan } from "./service-control.ts";
import { type SiteText, TestClient, TestServer, workerCommand } from "./testing/test-server.ts";
import { WorkerProcess } from "./worker-process.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.end();
});
async function serve(sites: Readonly<Record<string, SiteText>>, plan: Partial<ServicePlan> = {}, version = "test") {
  const server = new TestServer(sites, plan, version);
  servers.push(server);
  await server.supervisor.start();
  return server;
}
const anyPort = { bindings: ["127.0.0.1:0"] };
const greeted = async (port: number) => new TestClient(port).line();

test("a service starts, serves its sites, and stops without a process left", async () => {
  const server = await serve({ a: anyPort, b: { ...anyPort, greeting: "salut" } });
  expect(server.service.state).toBe("running");
  expect(await greeted(server.port("a"))).toStartWith("hello ");
  expect(await greeted(server.port("b"))).toStartWith("salut ");
  await server.supervisor.stop("the test");
  expect(server.service).toMatchObject({ state: "stopped", workers: [] });
});

test("a restart replaces the worker: no connection is refused, open ones finish on the old one", async () => {
  const server = await serve({ a: anyPort }, { drainTimeout: 15_000 });
  const port = server.port("a");
  const old = new TestClient(port);
  const oldGreeting = await old.line();
  let asking = true;
  let failed = 0;
  let greetings = 0;
  const load = async () => {
    while (asking) {
      const client = new TestClient(port);
      if ((await client.line())?.startsWith("hello ")) greetings++;
      else failed++;
      client.socket.end("bye\n");
      await client.closed();
    }
  };
  const loads = [load(), load(), load()];
  for (let round = 0; round < 5; round++)
    expect(await server.supervisor.controls.get("unruly")?.restart("x")).toEqual({ ok: true, value: undefined });
  asking = false;
  await Promise.all(loads);
  expect({ failed, some: greetings > 10 }).toEqual({ failed: 0, some: true });
  const fresh = await greeted(port);
  expect(fresh).not.toBe(oldGreeting);
  old.socket.write("still here\n");
  expect(await old.line()).toBe("still here");
  expect(server.service.workers.some((it) => it.state === "draining" && it.waitingFor !== "")).toBe(true);
  old.socket.write("bye\n");
  await server.until(() => server.service.workers.length === 1, "one worker is left");
}, 30_000);

test("a site that is broken does not stop its neighbours, and says what stopped it", async () => {
  const server = await serve({
    good: anyPort,
    broken: { ...anyPort, behaviour: "refuse" },
    lame: { ...anyPort, behaviour: "lack" },
  });
  await server.until(() => server.service.state === "degraded", "degraded");
  expect(await greeted(server.port("good"))).toStartWith("hello ");
  expect(server.site("broken").state).toBe("backing-off");
  expect(server.site("broken").faults[0]?.because).toBe("content/x is not there");
  expect(server.site("lame").state).toBe("degraded");
  server.change("broken", anyPort);
  server.change("lame", anyPort);
  await server.until(() => server.service.state === "running", "running");
  expect(await greeted(server.port("broken"))).toStartWith("hello ");
});

test("a site that is tried again says what stopped it until the try has an answer, and nothing of it once it serves", async () => {
  const server = await serve({ a: anyPort, broken: { ...anyPort, behaviour: "refuse" } });
  const because = () => server.site("broken").faults.map((it) => it.because);
  await server.until(() => server.site("broken").state === "backing-off", "backing off");
  control(server).askSite("broken", "start", "x");
  expect([server.site("broken").state, because()]).toEqual(["starting", ["content/x is not there"]]);
  await server.until(() => server.site("broken").state === "backing-off", "backing off again");
  server.change("broken", anyPort);
  await server.until(() => server.site("broken").state === "running", "running");
  expect(because()).toEqual([]);
  control(server).askSite("broken", "stop", "x");
  await server.until(() => server.site("broken").state === "stopped", "stopped");
  control(server).askSite("broken", "start", "x");
  expect([server.site("broken").state, because()]).toEqual(["starting", []]);
});

test("a restart that mends a site leaves no word of what the old worker had said, before that one has finished", async () => {
  const folder = mkdtempSync(join(tmpdir(), "inetsrv-mended-"));
  const missing = join(folder, "missing");
  const server = await serve({ a: { ...anyPort, behaviour: "lack-until-there", greeting: missing } });
  const open = new TestClient(server.port("a"));
  await open.line();
  expect(server.site("a").state).toBe("degraded");
  writeFileSync(missing, "");
  await server.supervisor.controls.get("unruly")?.restart("the test");
  expect(server.service.workers.length).toBe(2);
  expect(server.site("a")).toMatchObject({ state: "running", faults: [] });
  open.socket.end("bye\n");
  rmSync(folder, { recursive: true });
});

test("settings that cannot start leave the old ones serving, and no connection of a neighbour is touched", async () => {
  const server = await serve({ a: anyPort, b: anyPort });
  const port = server.port("a");
  const neighbour = new TestClient(server.port("b"));
  const inside = new TestClient(port);
  await Promise.all([neighbour.line(), inside.line()]);
  server.change("a", { ...anyPort, behaviour: "refuse" });
  await server.until(() => server.events.some((it) => it.number === 1032), "told");
  expect(server.site("a")).toMatchObject({ state: "degraded" });
  expect(await greeted(port)).toStartWith("hello ");
  server.change("a", { ...anyPort, greeting: "new" });
  await server.until(() => server.site("a").state === "running", "running again");
  expect(await greeted(port)).toStartWith("new ");
  for (const client of [neighbour, inside]) {
    client.socket.write("x\n");
    expect(await client.line()).toBe("x");
  }
});

test("sites and bindings come and go while the worker runs on", async () => {
  const server = await serve({ a: anyPort });
  const pid = server.service.workers[0]?.pid;
  server.change("b", anyPort);
  await server.until(() => server.site("b").state === "running", "b runs");
  expect(await greeted(server.port("b"))).toBe(`hello ${pid}`);
  const port = server.port("a");
  server.change("a", { bindings: ["[::1]:0"] });
  await server.until(() => server.site("a").addresses[0]?.startsWith("[::1]") === true, "moved");
  const gone = new TestClient(port);
  await gone.closed();
  expect(gone.error).toBe("ECONNREFUSED");
  const client = new TestClient(server.port("b"));
  await client.line();
  server.change("b", null);
  await server.until(() => server.service.sites.length === 1, "b is gone");
  client.socket.write("bye\n");
  await client.closed();
  expect(server.service.workers[0]?.pid).toBe(pid);
});

test("what concerns what the sites share is told before the first site, and when it changes", async () => {
  const server = new TestServer({ a: anyPort });
  servers.push(server);
  server.common = { motto: "first" };
  await server.supervisor.start();
  const client = new TestClient(server.port("a"));
  await client.line();
  const motto = () => {
    client.socket.write("motto\n");
    return client.line();
  };
  expect(await motto()).toBe("first");
  server.common = { motto: "second" };
  server.supervisor.renew([{ service: "unruly", serviceItself: true, sites: [] }]);
  let heard = await motto();
  while (heard === "first") heard = await motto();
  expect(heard).toBe("second");
});

test("a port that is taken costs one binding: its holder is named, and it is taken when it is free", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => holder.once("listening", resolve));
  const { port } = holder.address() as { port: number };
  const server = await serve({
    a: { bindings: [`127.0.0.1:${port}`, "127.0.0.1:0"] },
    b: { bindings: [`127.0.0.1:${port}`] },
  });
  await server.until(() => server.site("a").state === "degraded", "a degraded");
  expect(server.site("b").state).toBe("backing-off");
  const [told] = server.site("a").faults;
  expect(told?.attempted).toBe(`Cannot listen on 127.0.0.1:${port}`);
  expect(told?.because).toContain(`process ${process.pid}`);
  expect(told?.remedy).toContain("unruly/sites/a/bindings");
  await new Promise((resolve) => holder.close(resolve));
  await server.until(() => server.service.state === "running", "all running");
  expect(server.events.some((it) => it.number === 4010)).toBe(true);
  expect(await greeted(port)).toStartWith("hello ");
});

test("a worker that crashes at once for ever is tried ever more rarely, then only probed, and the cause is named", async () => {
  const server = await serve({ a: { ...anyPort, behaviour: "throw" } });
  await server.until(() => server.service.state === "failed", "failed");
  expect(server.events.filter((it) => it.number === 1020).length).toBe(4);
  const loop = server.events.find((it) => it.number === 1021);
  expect(loop?.sentence).toContain("TypeError: thrown on purpose");
  expect(server.service.nextTryMs).not.toBeNull();
  expect(server.service.faults[0]?.because).toContain("thrown on purpose");
  server.change("a", anyPort);
  server.supervisor.controls.get("unruly")?.ask("start", "the test");
  await server.until(() => server.service.state === "running", "running");
  expect(await greeted(server.port("a"))).toStartWith("hello ");
}, 20_000);

test("a worker that never becomes ready is given up", async () => {
  const server = await serve({ a: { ...anyPort, behaviour: "block" } }, { startTimeout: 1000 });
  await server.until(() => server.service.state === "backing-off", "backing off");
  expect(server.events.find((it) => it.number === 1020)?.sentence).toContain("made no progress for 1 s");
});

test("a worker that ignores the drain is ended by force, and that is told", async () => {
  const server = await serve({ a: { ...anyPort, behaviour: "block-at-finish" } }, { drainTimeout: 200 });
  await greeted(server.port("a"));
  await server.supervisor.stop("the test");
  expect(server.service.workers).toEqual([]);
  expect(server.events.find((it) => it.number === 1022)?.sentence).toContain("did not end when told to");
}, 15_000);

test("a worker that is killed is started again, and its service says so meanwhile", async () => {
  const server = await serve({ a: anyPort }, { workers: 2 });
  const [first, second] = server.service.workers;
  process.kill(first?.pid ?? 0, "SIGKILL");
  await server.until(() => server.events.some((it) => it.number === 1020), "loss told");
  expect(server.events.find((it) => it.number === 1020)?.sentence).toContain("signal SIGKILL ended it");
  expect(await greeted(server.port("a"))).toBe(`hello ${second?.pid}`);
  await server.until(() => server.service.workers.length === 2 && server.service.state === "running", "two again");
});

test("a worker that asks what cannot be read is ended, and nobody else is", async () => {
  const server = await serve({ a: anyPort });
  const [worker] = server.service.workers;
  const client = new TestClient(server.port("a"));
  await client.line();
  client.socket.write("stray\n");
  await server.until(() => server.events.some((it) => it.number === 1020), "loss told");
  expect(server.events.find((it) => it.number === 1020)?.sentence).toContain("it sent a login that cannot be read");
  await server.until(() => server.service.state === "running" && server.service.workers.length === 1, "another one");
  expect(await greeted(server.port("a"))).not.toBe(`hello ${worker?.pid}`);
});

test("a signal to the whole group ends no worker: the supervisor decides", async () => {
  const server = await serve({ a: anyPort });
  const [worker] = server.service.workers;
  const client = new TestClient(server.port("a"));
  await client.line();
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.kill(worker?.pid ?? 0, signal);
  client.socket.write("still here\n");
  expect(await client.line()).toBe("still here");
  expect(server.service.workers[0]?.pid).toBe(worker?.pid as number);
});

test("a pause turns new connections away and keeps the open ones", async () => {
  const server = await serve({ a: anyPort });
  const open = new TestClient(server.port("a"));
  await open.line();
  server.supervisor.controls.get("unruly")?.ask("pause", "the test");
  await server.until(() => server.site("a").state === "paused", "paused");
  while ((await greeted(server.port("a"))) !== "away");
  open.socket.write("x\n");
  expect(await open.line()).toBe("x");
  server.supervisor.controls.get("unruly")?.ask("continue", "the test");
  expect(server.service.state).toBe("running");
  while (!(await greeted(server.port("a")))?.startsWith("hello "));
});

test("a worker of another release refuses to join, and names the file, what is expected and the way out", async () => {
  const server = await serve({ a: anyPort }, {}, "other");
  await server.until(() => server.events.some((it) => it.number === 1025), "refused");
  const told = server.events.find((it) => it.number === 1025);
  expect(told?.sentence).toContain("version other is expected");
  expect(told?.remedy).toBe("Start anew");
  expect(server.service.faults[0]?.subject).toEqual({ kind: "file", name: "src/x.ts" } as never);
});

test("the number of workers follows its setting", async () => {
  const server = await serve({ a: anyPort }, { workers: 1 });
  server.plan = { ...server.plan, workers: 3 };
  server.supervisor.renew([{ service: "unruly", serviceItself: true, sites: [] }]);
  await server.until(() => server.service.workers.filter((it) => it.state === "serving").length === 3, "three serve");
  server.plan = { ...server.plan, workers: 1 };
  server.supervisor.renew([{ service: "unruly", serviceItself: true, sites: [] }]);
  await server.until(() => server.service.workers.length === 1, "one is left");
  expect(await greeted(server.port("a"))).toStartWith("hello ");
});

const portTaken = (server: TestServer) => server.events.filter((it) => it.number === 4000);
const control = (server: TestServer) => {
  const found = server.supervisor.controls.get("unruly");
  if (found === undefined) throw new Error("no service");
  return found;
};

test("a binding widens to all addresses and narrows again, and another site may do so over it", async () => {
  const server = await serve({ a: anyPort, b: anyPort });
  const port = server.port("a");
  for (const bindings of [[`*:${port}`], [`127.0.0.1:${port}`]]) {
    server.change("a", { bindings });
    await server.until(() => server.site("a").addresses[0] === bindings[0], "moved");
    expect(await greeted(port)).toStartWith("hello ");
  }
  server.change("b", { bindings: [`*:${port}`], greeting: "all" });
  await server.until(() => server.site("b").state === "running", "b runs");
  expect(await greeted(port)).toStartWith("hello ");
  expect(portTaken(server)).toEqual([]);
});

test("a binding moves between two sites in one change, ten times, and is never taken by ourselves", async () => {
  const server = await serve({ a: anyPort, b: anyPort });
  const port = server.port("a");
  const elsewhere = { bindings: ["127.0.0.2:0"] };
  server.change("a", elsewhere);
  await server.until(() => server.site("a").addresses[0]?.startsWith("127.0.0.2:") === true, "the port is free");
  for (let round = 0; round < 10; round++) {
    const [to, from] = round % 2 === 0 ? ["b", "a"] : ["a", "b"];
    server.sites.set(to, { bindings: [`127.0.0.1:${port}`], greeting: to });
    server.sites.set(from, elsewhere);
    server.supervisor.renew([{ service: "unruly", serviceItself: false, sites: ["a", "b"] }]);
    let line: string | undefined;
    while (line?.startsWith(`${to} `) !== true) line = await greeted(port);
  }
  expect(portTaken(server)).toEqual([]);
});

test("0.0.0.0 answers on every IPv4 address, and [::] on every IPv6 address", async () => {
  const server = await serve({ a: { bindings: ["0.0.0.0:0"] }, b: { bindings: ["[::]:0"] } });
  expect(await greeted(server.port("a"))).toStartWith("hello ");
  expect(await new TestClient(server.port("b"), "::1").line()).toStartWith("hello ");
});

test("a site that is stopped twice, restarted, and restarted in a pause comes back", async () => {
  const server = await serve({ a: anyPort });
  control(server).askSite("a", "stop", "x");
  control(server).askSite("a", "stop", "x");
  await server.until(() => server.site("a").state === "stopped", "stopped");
  control(server).askSite("a", "start", "x");
  await server.until(() => server.site("a").state === "running", "runs");
  control(server).askSite("a", "restart", "x");
  await server.until(() => server.site("a").state === "running", "runs again");
  control(server).ask("pause", "x");
  control(server).askSite("a", "restart", "x");
  await server.until(() => server.site("a").state === "paused", "back in the pause");
  expect(await greeted(server.port("a"))).toBe("away");
  control(server).ask("continue", "x");
  while (!(await greeted(server.port("a")))?.startsWith("hello "));
});

test("nobody new is let into its sockets by the time that its workers are told to drain", async () => {
  const server = await serve({ a: anyPort, b: anyPort });
  const { drain } = WorkerProcess.prototype;
  const open: (readonly string[])[] = [];
  const drains = spyOn(WorkerProcess.prototype, "drain").mockImplementation(function (this: WorkerProcess, limitMs) {
    open.push(...server.service.sites.map((it) => it.addresses));
    drain.call(this, limitMs);
  });
  await server.supervisor.stop("x");
  drains.mockRestore();
  expect(open).toEqual([[], []]);
});

test("a start during the drain follows when the drain is over", async () => {
  const server = await serve({ a: anyPort });
  const client = new TestClient(server.port("a"));
  await client.line();
  control(server).ask("stop", "x");
  control(server).ask("start", "x");
  expect(server.service.state).toBe("draining");
  client.socket.write("bye\n");
  await server.until(() => server.service.state === "running", "runs again");
  expect(await greeted(server.port("a"))).toStartWith("hello ");
});

test("what was stopped by hand stays stopped when another setting changes, and starts when it is enabled anew", async () => {
  const server = await serve({ a: anyPort });
  control(server).ask("stop", "x");
  await server.until(() => server.service.state === "stopped", "stopped");
  server.plan = { ...server.plan, drainTimeout: 500 };
  server.supervisor.renew([{ service: "unruly", serviceItself: true, sites: ["a"] }]);
  expect(server.service.state).toBe("stopped");
  for (const enabled of [false, true]) {
    server.plan = { ...server.plan, enabled };
    server.supervisor.renew([{ service: "unruly", serviceItself: true, sites: [] }]);
  }
  await server.until(() => server.service.state === "running", "runs");
});

test("a pause outlives the worker, and what was stopped by hand stays stopped", async () => {
  const server = await serve({ a: anyPort, b: anyPort });
  control(server).askSite("b", "stop", "x");
  await server.until(() => server.site("b").state === "stopped", "b stopped");
  control(server).ask("pause", "x");
  const [worker] = server.service.workers;
  process.kill(worker?.pid ?? 0, "SIGKILL");
  await server.until(() => server.events.some((it) => it.number === 1020), "loss told");
  await server.until(() => server.service.state === "paused", "paused again");
  expect(await greeted(server.port("a"))).toBe("away");
  expect(server.site("b").state).toBe("stopped");
  control(server).ask("continue", "x");
  while (!(await greeted(server.port("a")))?.startsWith("hello "));
});

test("settings that cannot start keep the old ones on the new address, and a pause reaches them", async () => {
  const server = await serve({ a: anyPort });
  const old = server.port("a");
  server.change("a", { bindings: ["[::1]:0"], behaviour: "refuse" });
  await server.until(() => server.events.some((it) => it.number === 1032), "kept");
  expect(server.port("a")).not.toBe(old);
  expect(await new TestClient(server.port("a"), "::1").line()).toStartWith("hello ");
  control(server).askSite("a", "pause", "x");
  while ((await new TestClient(server.port("a"), "::1").line()) !== "away");
});

test("an old worker that dies while its successor fails leaves no service without workers", async () => {
  const flag = join(mkdtempSync(join(tmpdir(), "flag-")), "fail");
  const script = `[ -e '${flag}' ] && { sleep 0.2; exit 3; }; exec "$0" "$@"`;
  const server = new TestServer({ a: anyPort }, {}, "test", ["sh", "-c", script, ...workerCommand]);
  servers.push(server);
  await server.supervisor.start();
  const [old] = server.service.workers;
  writeFileSync(flag, "");
  const restarted = control(server).restart("x");
  process.kill(old?.pid ?? 0, "SIGKILL");
  expect((await restarted).ok).toBe(false);
  rmSync(dirname(flag), { recursive: true });
  await server.until(() => server.service.state === "running", "runs again");
  expect(await greeted(server.port("a"))).toStartWith("hello ");
});

test("a server that cannot wait ends at once, and a change that comes during the end starts nothing", async () => {
  const server = await serve({ a: anyPort }, { drainTimeout: 60_000 });
  await greeted(server.port("a"));
  const stopped = server.supervisor.stop("x");
  server.change("a", anyPort, true);
  server.supervisor.abandon();
  await stopped;
  expect(server.service.state).toBe("stopped");
});

test("a program that cannot be started is a loss with its reason, not an end of the server", async () => {
  const server = new TestServer({ a: anyPort }, {}, "test", ["no such program"]);
  servers.push(server);
  await server.supervisor.start();
  expect(server.service.state).toBe("backing-off");
  expect(server.events.find((it) => it.number === 1020)?.sentence).toContain("could not be started");
});
