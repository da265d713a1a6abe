import { afterAll, beforeAll, expect, test } from "bun:test";
import { createServer } from "node:net";
import { exitCodes } from "../../src/cli/exit-code.ts";
import { siteMetrics } from "../../src/net/metrics/metrics.ts";
import { type ReadFamily, readExposition } from "../../src/net/metrics/testing/read-exposition.ts";
import type { MetricsAnswer } from "../../src/supervisor/metrics/metrics-answer.ts";
import { eventually } from "./eventually.ts";
import { findProgram } from "./machine.ts";
import { Program } from "./program.ts";
import { pick, type Server } from "./server.ts";
import { greeting, Session } from "./session.ts";

const curl = findProgram("curl");
if (curl === undefined) console.warn("There is no curl here: the metrics are not fetched as Prometheus does it.");

const program = new Program();
const { names } = siteMetrics;
let server: Server;
let address = "";
beforeAll(async () => {
  await program.init("smtp", "nntp");
  server = await program.up();
});
afterAll(() => program[Symbol.asyncDispose]());

/** The addresses on which the metrics were given out so far, the newest last. */
async function servedOn(): Promise<readonly string[]> {
  const lines = (await program.must("events", "--number", "1091", "--json")).split("\n").filter((it) => it !== "");
  return lines.map((line) => (JSON.parse(line) as { readonly object: { readonly name: string } }).object.name);
}

async function fetched(...words: readonly string[]): Promise<string> {
  const child = Bun.spawn([curl ?? "", "--silent", "--show-error", "--max-time", "10", ...words], {
    stderr: "inherit",
  });
  return new Response(child.stdout).text();
}

/** The families once a series has the value; workers report every two seconds. */
function once(series: string, value: number): Promise<ReadonlyMap<string, ReadFamily>> {
  return eventually(`${series} ${value}`, async () => {
    const text =
      curl === undefined ? await program.must("metrics", "--prometheus") : await fetched(`http://${address}/metrics`);
    const families = readExposition(text);
    const found = families.get(series.replace(/\{.*$/, ""))?.series.get(series);
    return found === value && families;
  });
}

const of = (name: string, service = "smtp"): string => `${name}{service="${service}",site="default"}`;

test("nobody listens until an address is set, and from then on at once", async () => {
  expect(await servedOn()).toEqual([]);
  await program.must("config", "set", "server/metricsBinding", "127.0.0.1:0");
  address = await eventually("it listens", async () => (await servedOn()).at(-1));
  expect(address).toMatch(/^127\.0\.0\.1:\d+$/);
});

test("clients that come and go are counted, by site, and those that are there too", async () => {
  const port = await server.port("smtp");
  const sessions = [await Session.open(port), await Session.open(port), await Session.open(port)];
  for (const it of sessions) expect(await it.line()).toStartWith("220 ");
  await once(of(names.connectionsOpen), 3);
  for (const it of sessions) expect(await it.ask("QUIT")).toStartWith("221 ");
  for (const it of sessions) it.end();
  const families = await once(of(names.connectionsOpen), 0);
  const value = (name: string) => families.get(name)?.series.get(of(name));
  expect(value(names.connections)).toBe(3);
  expect(value(names.bytesIn)).toBe(3 * "QUIT\r\n".length);
  expect(value(names.bytesOut)).toBeGreaterThan(3 * "220 ".length);
  expect([...(families.get("inetsrv_service_up")?.series.values() ?? [])].filter((it) => it === 1)).toHaveLength(2);
});

test.skipIf(curl === undefined)("it answers for the metrics only, and says in which format", async () => {
  const head = await fetched("--head", `http://${address}/metrics`);
  expect(head).toStartWith("HTTP/1.1 200 ");
  expect(head).toContain("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n");
  const status = (...words: readonly string[]) => fetched("--output", "-", "--write-out", "%{http_code}", ...words);
  expect(await status(`http://${address}/`)).toBe("404");
  expect(await status("--data", "x", `http://${address}/metrics`)).toBe("405");
  expect(await status("--http1.0", "--request", "BREW", `http://${address}/metrics`)).toBe("405");
});

test("a worker that is killed takes no number along but that of its connections", async () => {
  const port = await server.port("smtp");
  using open = await Session.open(port);
  expect(await open.line()).toStartWith("220 ");
  await once(of(names.connections), 4);
  const [killed = 0] = await server.workers("smtp");
  process.kill(killed, "SIGKILL");
  const families = await once(of(names.connectionsOpen), 0);
  expect(families.get(names.connections)?.series.get(of(names.connections))).toBe(4);
  expect(families.get("inetsrv_workers_lost_total")?.series.get('inetsrv_workers_lost_total{service="smtp"}')).toBe(1);
  await server.until("another one serves", (it) => pick(it, "smtp").workers.some(({ state }) => state === "serving"));
  expect(await greeting(port)).toStartWith("220 ");
  await once(of(names.connections), 5);
});

test("the command shows the same, for all and for one site", async () => {
  const table = await program.must("metrics");
  expect(table).toMatch(/^Name +Open +Conns +Away +Requests /);
  expect(table).toMatch(/^smtp\/default +0 +5 /m);
  const { sites, server: own } = await program.json<MetricsAnswer>("metrics", "smtp/default");
  expect(own).toEqual([]);
  expect(sites).toMatchObject([{ service: "smtp", site: "default", metrics: { [names.connections]: 5 } }]);
  const unknown = await program.run("metrics", "smtp/nowhere");
  expect(unknown).toMatchObject({ code: exitCodes.refused, out: "" });
});

test("the address of a site is refused when it is written, and the other way round", async () => {
  const port = await server.port("nntp");
  await program.must("config", "set", "nntp/sites/default/bindings", `127.0.0.1:${port}`);
  const taken = await program.run("config", "set", "server/metricsBinding", `*:${port}`);
  expect(taken.code).toBe(exitCodes.refused);
  expect(taken.err).toContain("nntp/sites/default/bindings");
  const [, own = ""] = address.split(":");
  await program.must("config", "set", "server/metricsBinding", `127.0.0.1:${own}`);
  const other = await program.run("config", "set", "nntp/sites/default/bindings", `127.0.0.1:${own}`);
  expect(other.code).toBe(exitCodes.refused);
  expect(other.err).toContain("server/metricsBinding");
});

test("a port that another program holds is a fault in status, stops nothing, and goes with the setting", async () => {
  const holder = createServer().listen(0, "127.0.0.1");
  await eventually("the port is taken", () => holder.listening);
  const { port } = holder.address() as { readonly port: number };
  const workers = await server.workers();
  await program.must("config", "set", "server/metricsBinding", `127.0.0.1:${port}`);
  const status = await server.until("it is a fault", (it) => it.faults.length === 1);
  expect(status.faults[0]?.because).toContain(`process ${process.pid}`);
  expect(await server.workers()).toEqual(workers);
  expect((await program.run("status")).code).toBe(exitCodes.partBroken);
  await program.must("config", "unset", "server/metricsBinding");
  await server.until("all is well", (it) => it.faults.length === 0);
  holder.close();
});
