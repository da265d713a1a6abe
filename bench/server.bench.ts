// The real program with many sites: how long from `up` to serving, and how long from a change of one site until a
// client of that site sees it. The sites share one socket by host name, so what grows is the configuration alone.

import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findHome } from "../src/base/home.ts";
import type { JsonObject } from "../src/base/json.ts";
import { expectGood } from "../src/base/result.ts";
import type { ServerStatus } from "../src/supervisor/answers.ts";
import { ControlClient } from "../src/supervisor/control-client.ts";
import { controlSocketPath } from "../src/supervisor/supervisor.ts";
import { freePort } from "./free-port.ts";
import type { Bench } from "./main.ts";
import type { Row } from "./table.ts";

const CHANGES = 50;

export const benches: readonly Bench[] = [
  {
    name: "server",
    measures:
      "A server with so many FTP sites: from the command to all of them open; one change, from the order until a new " +
      "connection is greeted with it (median and worst of 50; a connection alone is `greeting ms`); memory by process.",
    run: async () => {
      const rows: Row[] = [];
      for (const sites of [1, 1000, 10_000]) rows.push(await measure(sites));
      return rows;
    },
  },
];

async function measure(count: number): Promise<Row> {
  const folder = mkdtempSync(join(tmpdir(), "bench-server-"));
  try {
    return await measureIn(join(folder, "home"), count);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measureIn(home: string, count: number): Promise<Row> {
  await command(home, "", "init");
  const sites: Record<string, JsonObject> = { default: { bindings: ["127.0.0.1:0"] } };
  const port = freePort();
  for (let index = 1; index < count; index++)
    sites[`s${index}`] = { bindings: [`127.0.0.1:${port}:s${index}.example`] };
  const others = ["www", "smtp", "nntp"].map((it) => [it, { enabled: false }]);
  await command(home, JSON.stringify({ ftp: { sites }, ...Object.fromEntries(others) }), "config", "apply", "-");

  const begun = performance.now();
  const server = Bun.spawn([...program, "--home", home, "up"], { stdio: ["ignore", "ignore", "pipe"] });
  const said = server.stderr.getReader();
  const decoder = new TextDecoder();
  for (let text = ""; !text.includes(" is up: "); text += decoder.decode((await said.read()).value));
  const upMs = performance.now() - begun;

  const client = new ControlClient(controlSocketPath(findHome(home, undefined, "")));
  const ask = async () => expectGood(await client.call("status.show", {})) as unknown as ServerStatus;
  const [statusMs, status] = await timedValue(ask);
  const site = status.services.flatMap((it) => it.sites).find((it) => it.path === "ftp/sites/default");
  const own = Number(site?.addresses[0]?.split(":").at(-1));
  const alone = await timed(async () => void (await greeting(own)));
  const effective: number[] = [];
  for (let round = 0; round < CHANGES; round++) {
    const words = `round ${round}`;
    const edits = [{ at: "ftp/sites/default", set: { greeting: words } }];
    effective.push(
      await timed(async () => {
        expectGood(await client.call("config.change", { who: "bench", edits }));
        while (!(await greeting(own)).includes(words));
      }),
    );
  }
  effective.sort((left, right) => left - right);
  const after = await ask();
  const worker = after.services.find((it) => it.name === "ftp")?.workers[0];
  server.kill("SIGTERM");
  await server.exited;
  return {
    sites: count,
    "up ms": upMs,
    "change to effect ms": effective[CHANGES / 2] ?? Number.NaN,
    "worst ms": effective.at(-1) ?? Number.NaN,
    "greeting ms": alone,
    "status ms": statusMs,
    "supervisor MiB": (after.usage?.memoryBytes ?? 0) / 2 ** 20,
    "worker MiB": (worker?.memoryBytes ?? 0) / 2 ** 20,
  };
}

const program = [process.execPath, join(import.meta.dir, "..", "src", "main.ts")];

async function command(home: string, input: string, ...words: readonly string[]): Promise<void> {
  const child = Bun.spawn([...program, "--home", home, ...words], { stdin: Buffer.from(input), stdout: "ignore" });
  if ((await child.exited) !== 0) throw new Error(`${words.join(" ")} failed`);
}

/** What a new connection hears first. */
const greeting = (port: number): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1" });
    socket.once("error", reject);
    socket.once("data", (chunk) => {
      resolve(chunk.toString());
      socket.destroy();
    });
  });

async function timed(run: () => Promise<void>): Promise<number> {
  return (await timedValue(run))[0];
}

async function timedValue<T>(run: () => Promise<T>): Promise<readonly [number, T]> {
  const begun = performance.now();
  const value = await run();
  return [performance.now() - begun, value];
}
