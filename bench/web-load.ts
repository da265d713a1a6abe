// Load on a web server by wrk, in a process of its own with one thread, and by h2load for HTTP/2.

import { writeFileSync } from "node:fs";

export interface WebOrder {
  readonly url: string;
  readonly connections: number;
  readonly seconds: number;
  readonly fields?: readonly string[];
  /** A file of Lua that makes the requests. */
  readonly script?: string;
}

export interface WebLoad {
  readonly requests: number;
  /** Of which 99 in 100 were answered within so much. */
  readonly p99Ms: number;
}

export const wrkIsThere = Bun.which("wrk") !== null;
export const h2loadIsThere = Bun.which("h2load") !== null;

/** All that is asked must be answered, and with no error. */
export async function webLoad({ url, connections, seconds, fields = [], script }: WebOrder): Promise<WebLoad> {
  const said = await outputOf(
    "wrk",
    ...["-t1", `-c${connections}`, `-d${seconds}s`, "--latency"],
    ...fields.flatMap((it) => ["-H", it]),
    ...(script === undefined ? [] : ["-s", script]),
    url,
  );
  const errors = /Non-2xx or 3xx responses: \d+|Socket errors:.*/.exec(said)?.[0];
  // A server that says so ends the connection of "Connection: close", which wrk counts as an error of reading.
  if (errors !== undefined && !/connect 0, read \d+, write 0, timeout 0/.test(errors))
    throw new Error(`${url}: ${errors}`);
  const [, p99 = "", unit = ""] = /^\s+99%\s+([\d.]+)(us|ms|s)\s*$/m.exec(said) ?? [];
  return {
    requests: Number(/^\s*(\d+) requests in /m.exec(said)?.[1]),
    p99Ms: Number(p99) * (millisecondsIn[unit] ?? Number.NaN),
  };
}

const millisecondsIn: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** Asks for one of so many by chance; `request` is what Lua makes for an `index`. The file is for an order. */
export function randomly(path: string, count: number, request: string): string {
  const text = `local requests = {}
    init = function()
      for index = 0, ${count - 1} do requests[index] = ${request} end
    end
    request = function() return requests[math.random(0, ${count - 1})] end`;
  writeFileSync(path, text);
  return path;
}

export interface StreamsOrder extends Omit<WebOrder, "script" | "fields"> {
  /** Asked at a time on each connection. */
  readonly streams: number;
}

/** Requests that were answered. */
export async function streamsLoad({ url, connections, seconds, streams }: StreamsOrder): Promise<number> {
  const said = await outputOf("h2load", `-D${seconds}`, `-c${connections}`, `-m${streams}`, "-t1", url);
  const [, done = "", failed = ""] = /requests: .* (\d+) succeeded, (\d+) failed/.exec(said) ?? [];
  if (failed !== "0") throw new Error(`${url}: ${said}`);
  return Number(done);
}

async function outputOf(...words: readonly string[]): Promise<string> {
  const child = Bun.spawn([...words], { stdio: ["ignore", "pipe", "inherit"] });
  const said = await child.stdout.text();
  if ((await child.exited) !== 0) throw new Error(`${words.join(" ")} failed: ${said}`);
  return said;
}
