import { expect, test } from "bun:test";
import { ticksOf } from "./descriptors.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";
import { findProgram } from "./machine.ts";
import { Peer } from "./peer.ts";
import { fromSources } from "./program.ts";

const DESCRIPTORS = 400;
/** More than a worker with so few descriptors can have at a time. */
const CLIENTS = 300;
const prlimit = findProgram("prlimit");

test.skipIf(prlimit === undefined)(
  "more clients than descriptors: those beyond wait in the system's queue, are served when others have gone, and the log says what to do",
  async () => {
    const command = [prlimit ?? "", `--nofile=${DESCRIPTORS}`, ...fromSources];
    await using ground = await Ground.up({ services: ["smtp"], spawned: { command } });
    const port = await ground.port("smtp");
    const [worker = 0] = await ground.server.workers("smtp");
    const peers = await Promise.all(Array.from({ length: CLIENTS }, () => Peer.open(port)));
    const greeted = () => peers.filter((it) => it.heard.includes("220 "));
    const { object, parameters } = await ground.event(4023);
    expect(object.name).toBe(`127.0.0.1:${port}`);
    const limit = Number(parameters.limit);
    expect(limit).toBeLessThan(DESCRIPTORS);
    await eventually("there is no room", () => greeted().length >= limit);

    // Whoever accepts without a descriptor for it fails and tries again, without end: all the time would be gone.
    const [ticks, startedAtMs] = [ticksOf(worker), performance.now()];
    const told = (await ground.program.must("events", "--number", "4023")).replaceAll(/\s+/g, " ");
    expect(told).toContain(`process ${worker} has ${parameters.open} open`);
    expect(told).toContain("Raise LimitNOFILE in the systemd unit or `ulimit -n`");
    const waitedTicks = (performance.now() - startedAtMs) / 10;
    expect(ticksOf(worker) - ticks).toBeLessThan(waitedTicks / 4);

    const waiting = peers.filter((it) => !it.heard.includes("220 "));
    expect(greeted().length + waiting.length).toBe(CLIENTS);
    expect(waiting.length).toBeGreaterThan(0);
    expect(peers.filter((it) => it.ending !== undefined)).toEqual([]);
    const served = greeted();
    const talk = async (it: Peer) => {
      await it.line();
      expect(await it.ask("NOOP")).toBe("250 2.0.0 Done");
      it[Symbol.dispose]();
    };
    for (const it of [...served, ...waiting]) await talk(it);
    await ground.event(4024);
    expect(await ground.server.workers("smtp")).toEqual([worker]);
    // The supervisor lives under the same limit, and nothing of it is lost.
    await ground.program.must("restart", "smtp");
    using after = await Peer.open(port);
    expect(await after.line()).toStartWith("220 ");
  },
  30_000,
);
