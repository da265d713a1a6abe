import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { systemClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { siteMetrics } from "../../net/metrics/metrics.ts";
import { readExposition } from "../../net/metrics/testing/read-exposition.ts";
import { unfollowed } from "../operation.ts";
import { metricsOperations } from "../operations/metrics-operations.ts";
import { TestClient, TestServer } from "../testing/test-server.ts";
import type { MetricsAnswer } from "./metrics-answer.ts";
import { EventCounts } from "./metrics-own.ts";
import { MetricsReport } from "./metrics-report.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  for (const it of servers.splice(0)) await it.end();
});

const bindings = ["127.0.0.1:0"];
const { names } = siteMetrics;

function serverOf(sites: readonly string[], command?: readonly string[]) {
  const all = Object.fromEntries(sites.map((it) => [it, { bindings }]));
  const server = new TestServer(all, {}, "test", command);
  servers.push(server);
  const events = new EventCounts();
  const { supervisor } = server;
  const certificates = () => [{ name: "mail.example", validUntilMs: 86_400_000 }];
  const report = new MetricsReport({ supervisor, clock: systemClock, events, certificates });
  const numbers = (site: string) => report.answer().sites.find((it) => it.site === site)?.metrics ?? {};
  return { server, supervisor, report, numbers, events };
}

async function visit(port: number): Promise<void> {
  const client = new TestClient(port);
  await client.line();
  client.socket.end("x\n");
  await client.closed();
}

test("what workers counted stays when they are replaced and when they have ended", async () => {
  const { server, supervisor, numbers } = serverOf(["a", "b"]);
  await supervisor.start();
  await visit(server.port("a"));
  await visit(server.port("b"));
  await supervisor.controls.get("unruly")?.restart("test");
  await visit(server.port("a"));
  await supervisor.stop("test");
  expect(numbers("a")).toMatchObject({ [names.connections]: 2, [names.connectionsOpen]: 0, [names.bytesIn]: 4 });
  expect(numbers("b")).toMatchObject({ [names.connections]: 1, [names.connectionsOpen]: 0, [names.bytesIn]: 2 });
});

test("a report that cannot be true is told and not counted, and its worker goes on", async () => {
  const command = [process.execPath, join(import.meta.dir, "..", "testing", "metrics-liar.ts")];
  const { server, supervisor, report } = serverOf(["a"], command);
  await supervisor.start();
  await server.until(() => server.events.some((it) => it.number === 1090), "it is told");
  const [told] = server.events.filter((it) => it.number === 1090);
  expect(told?.sentence).toContain("would go down by 1");
  expect(told?.remedy).toContain("inetsrv restart unruly");
  expect(report.answer().sites.map(({ site, metrics }) => [site, metrics[names.connections]])).toEqual([["a", 5]]);
  expect(server.service.workers).toHaveLength(1);
});

test("the text can be read, tells the server and all sites, and holds no metric twice", async () => {
  const { server, supervisor, report, events } = serverOf(["a", 'b"\\']);
  await supervisor.start();
  for (const it of server.events) events.write(it);
  await visit(server.port("a"));
  await visit(server.port('b"\\'));
  await supervisor.stop("test");
  const families = readExposition([...report.text()].join(""));
  const series = (name: string) => Object.fromEntries(families.get(name)?.series ?? []);
  expect(series("inetsrv_connections_total")).toEqual({
    'inetsrv_connections_total{service="unruly",site="a"}': 1,
    'inetsrv_connections_total{service="unruly",site="b\\"\\\\"}': 1,
  });
  expect(series("inetsrv_service_up")).toEqual({ 'inetsrv_service_up{service="unruly"}': 0 });
  expect(series("inetsrv_sites")).toMatchObject({ 'inetsrv_sites{service="unruly",state="stopped"}': 2 });
  expect(series("inetsrv_workers_lost_total")).toEqual({ 'inetsrv_workers_lost_total{service="unruly"}': 0 });
  expect(series("inetsrv_certificate_expiry_time_seconds")).toEqual({
    'inetsrv_certificate_expiry_time_seconds{certificate="mail.example"}': 86_400,
  });
  expect(Object.values(series("inetsrv_events_total")).reduce((sum, it) => sum + it, 0)).toBeGreaterThan(1);
  expect(series("inetsrv_build_info")).toEqual({
    [`inetsrv_build_info{version="test",bun="${Bun.version}"}`]: 1,
  });
});

test("a service or a site is shown alone, and one that does not exist is refused", async () => {
  const { server, supervisor, report: metrics } = serverOf(["a", "b"]);
  await supervisor.start();
  await visit(server.port("a"));
  await visit(server.port("b"));
  await supervisor.stop("test");
  const ask = async (given: { readonly service?: string; readonly site?: string }, name = "metrics.show") =>
    metricsOperations.find((it) => it.name === name)?.run({ supervisor, metrics }, given, unfollowed) ??
    expect.unreachable();
  const shown = async (given: Parameters<typeof ask>[0]) => expectGood(await ask(given)) as unknown as MetricsAnswer;
  expect((await shown({})).sites.map((it) => it.site)).toEqual(["a", "b"]);
  expect((await shown({})).server.length).toBeGreaterThan(10);
  expect(await shown({ service: "unruly", site: "b" })).toMatchObject({ server: [], sites: [{ site: "b" }] });
  const text = expectGood(await ask({ service: "unruly", site: "a" }, "metrics.text")) as { readonly text: string };
  expect([...(readExposition(text.text).get(names.connections)?.series.keys() ?? [])]).toEqual([
    `${names.connections}{service="unruly",site="a"}`,
  ]);
  expect(await ask({ service: "unrulyy" })).toMatchObject({ ok: false, error: { reason: "unknown" } });
  expect(await ask({ service: "unruly", site: "c" })).toMatchObject({ ok: false, error: { reason: "unknown" } });
  expect(await ask({ site: "a" })).toMatchObject({ ok: false, error: { reason: "wrong" } });
});
