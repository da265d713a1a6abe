import { afterEach, expect, test } from "bun:test";
import { connect, createServer, type Server } from "node:net";
import { networkInterfaces } from "node:os";
import { ManualClock } from "../../base/clock.ts";
import { expectGood } from "../../base/result.ts";
import { type Occurrence, reporter } from "../../event/event.ts";
import { parseBinding } from "../../schema/kinds/network.ts";
import { standardRules } from "../back-off.ts";
import { CONNECTIONS_MAX, MetricsListener, type MetricsPlan } from "./metrics-listener.ts";
import { metricsSettings } from "./metrics-settings.ts";

const off: MetricsPlan = { metricsBinding: null, metricsAllow: [] };
const on = (binding: string, metricsAllow: MetricsPlan["metricsAllow"] = []): MetricsPlan => ({
  metricsBinding: parseBinding(binding) ?? null,
  metricsAllow,
});

const opened: MetricsListener[] = [];
afterEach(() => {
  for (const it of opened.splice(0)) it.close();
});

/** A listener with its events; `until` resolves when an event has happened. */
function listenerOf(plan: MetricsPlan) {
  const events: Occurrence[] = [];
  const waiting = new Set<() => void>();
  const clock = new ManualClock();
  const state = { plan };
  const listener = new MetricsListener({
    clock,
    report: reporter(
      "server",
      () => clock.wallMs(),
      (it) => {
        events.push(it);
        for (const look of waiting) look();
      },
    ),
    plan: () => state.plan,
    text: () => ["x 1\n"],
  });
  opened.push(listener);
  const until = (number: number, times = 1) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (events.filter((it) => it.number === number).length >= times) resolve();
      };
      waiting.add(look);
      look();
    });
  return { listener, events, clock, state, until };
}

const portOf = ({ address }: MetricsListener): number => Number(address?.split(":").at(-1));
const fetchFrom = (host: string, port: number) =>
  fetch(`http://${host}:${port}/metrics`).then(
    (it) => it.text(),
    () => "nothing",
  );

function holdPort(): Promise<{ server: Server; port: number }> {
  const server = createServer();
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve({ server, port: (server.address() as { port: number }).port })),
  );
}

test("it is off until an address is set, opens at once, and closes at once", async () => {
  const { listener, state, until } = listenerOf(off);
  listener.renew();
  expect(listener.address).toBeUndefined();
  state.plan = on("127.0.0.1:0");
  listener.renew();
  await until(1091);
  const port = portOf(listener);
  expect(await fetchFrom("127.0.0.1", port)).toBe("x 1\n");
  state.plan = off;
  listener.renew();
  expect(listener.address).toBeUndefined();
  expect(await fetchFrom("127.0.0.1", port)).toBe("nothing");
});

test("a change of anything else leaves it as it is", async () => {
  const { listener, events, until } = listenerOf(on("127.0.0.1:0"));
  listener.renew();
  await until(1091);
  listener.renew();
  expect(events).toHaveLength(1);
});

test("it moves to another address on the same port", async () => {
  const { listener, state, until } = listenerOf(on("127.0.0.1:0"));
  listener.renew();
  await until(1091);
  const port = portOf(listener);
  state.plan = on(`*:${port}`);
  listener.renew();
  await until(1091, 2);
  expect(listener.address).toBe(`*:${port}`);
  expect(await fetchFrom("127.0.0.1", port)).toBe("x 1\n");
});

test("a port that another program holds is a fault that names it, is told once, and is taken when it is free", async () => {
  const { server, port } = await holdPort();
  const { listener, events, clock, until } = listenerOf(on(`127.0.0.1:${port}`));
  listener.renew();
  clock.advance(standardRules.firstMs);
  expect(listener.faults).toHaveLength(1);
  expect(listener.faults[0]?.attempted).toBe(`Cannot listen on 127.0.0.1:${port}`);
  expect(listener.faults[0]?.remedy).toContain("server/metricsBinding");
  expect(events.map((it) => it.number)).toEqual([4000]);
  await new Promise((resolve) => server.close(resolve));
  clock.advance(standardRules.longestMs);
  await until(1091);
  expect(listener.faults).toEqual([]);
  expect(events.map((it) => it.number)).toEqual([4000, 4010, 1091]);
});

test("a fault goes with the setting that caused it", async () => {
  const { server, port } = await holdPort();
  const { listener, state, clock } = listenerOf(on(`127.0.0.1:${port}`));
  listener.renew();
  state.plan = off;
  listener.renew();
  expect(listener.faults).toEqual([]);
  await new Promise((resolve) => server.close(resolve));
  clock.advance(standardRules.longestMs);
  expect(await fetchFrom("127.0.0.1", port)).toBe("nothing");
});

const outer = Object.values(networkInterfaces())
  .flatMap((it) => it ?? [])
  .find((it) => it.family === "IPv4" && !it.internal)?.address;

test.skipIf(outer === undefined)("another address gets nothing and is named, until it is listed", async () => {
  const own = outer ?? "";
  const { listener, events, state, until } = listenerOf(on("*:0"));
  listener.renew();
  await until(1091);
  const port = portOf(listener);
  expect(await fetchFrom(own, port)).toBe("nothing");
  expect(events.find((it) => it.number === 1092)?.object.name).toBe(own);
  expect(await fetchFrom("127.0.0.1", port)).toBe("x 1\n");
  state.plan = on("*:0", [{ address: own, prefix: 32 }]);
  listener.renew();
  expect(await fetchFrom(own, port)).toBe("x 1\n");
});

test("more clients at once than it takes are closed, and it goes on when they have gone", async () => {
  const { listener, until } = listenerOf(on("127.0.0.1:0"));
  listener.renew();
  await until(1091);
  const port = portOf(listener);
  const clients = Array.from({ length: CONNECTIONS_MAX + 4 }, () => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.on("error", () => {});
    return { socket, closed: new Promise<void>((resolve) => socket.once("close", () => resolve())) };
  });
  let turnedAway = 0;
  await new Promise<void>((resolve) => {
    for (const { closed } of clients) void closed.then(() => ++turnedAway === 4 && resolve());
  });
  expect(await fetchFrom("127.0.0.1", port)).toBe("nothing");
  for (const { socket } of clients) socket.end();
  await Promise.all(clients.map((it) => it.closed));
  expect(await fetchFrom("127.0.0.1", port)).toBe("x 1\n");
});

test("the setting takes an address and a port, and no host", () => {
  const { kind } = metricsSettings.metricsBinding;
  expect(kind.print(expectGood(kind.decode("[::1]:9464")))).toBe("[::1]:9464");
  for (const wrong of ["127.0.0.1", "127.0.0.1:80:host.example", "9464", 9464])
    expect(kind.decode(wrong).ok).toBeFalse();
  expect(kind.claims?.(expectGood(kind.decode("*:9464")))).toMatchObject([{ address: "*", port: 9464, host: "" }]);
});
