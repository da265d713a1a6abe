// HTTP/2 of the real program, as ordinary clients speak it and as hostile ones do.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ask, begin, block, frame, get, greeting, reset, settings } from "../../src/proto/http2/testing/frames.ts";
import { needing, runClient } from "./client.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";

const LARGE_BYTES = 100 * 1024 * 1024;

let ground: Ground;
let port: number;
let clearPort: number;

beforeAll(async () => {
  [port, clearPort] = [await freePort(), await freePort()];
  const site = (host: string) => ({ bindings: [], secureBindings: [`127.0.0.1:${port}:${host}`] });
  const sites = {
    one: site("one.example"),
    two: site("two.example"),
    leaving: { bindings: [], secureBindings: ["127.0.0.1:0"], path: "content/one" },
    clear: { bindings: [`127.0.0.1:${clearPort}`], http2Clear: true, path: "content/one", headerWaitTimeout: "1s" },
  };
  const names = ["one.example", "two.example", "localhost"];
  ground = await Ground.up({ services: ["www"], names, document: { www: { sites } } });
  for (const name of ["one", "two"]) {
    const folder = join(ground.program.home, "content", name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "index.html"), `<${name}>`);
    writeFileSync(join(folder, "page.html"), name.repeat(300));
  }
  const large = Buffer.alloc(LARGE_BYTES, "0123456789abcdefghijklmnopqrstuvwxyz-");
  writeFileSync(join(ground.program.home, "content", "one", "large.bin"), large);
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

interface Curled {
  readonly out: string;
  readonly told: string;
}

const TOLD = "%{stderr}%{http_code} %{http_version} %{size_download}";

async function curl(target: string, ...more: readonly string[]): Promise<Curled> {
  const ran = await runClient([
    ...["curl", "--silent", "--insecure", "--http2", "--max-time", "60", "--resolve", `*:${port}:127.0.0.1`],
    ...["--write-out", TOLD, ...more, `https://one.example:${port}${target}`],
  ]);
  return { out: ran.out, told: ran.code === 0 ? ran.err : `curl ended with ${ran.code}: ${ran.err}` };
}

const curlOnly = needing("curl speaks HTTP/2", "curl", "openssl");
describe.skipIf(curlOnly.skip)(curlOnly.title, () => {
  test("pages, heads and what there is not", async () => {
    expect(await curl("/")).toEqual({ out: "<one>", told: "200 2 5" });
    const head = await curl("/", "--head");
    expect(head.out).toStartWith("HTTP/2 200 \r\n");
    expect(head.out).toContain("\r\ncontent-length: 5\r\n");
    expect((await curl("/nothing")).told).toStartWith("404 2 ");
    expect((await curl("/", "--http1.1")).told).toBe("200 1.1 5");
  });

  test("conditions and ranges", async () => {
    const tag = /^etag: (.+)$/m.exec((await curl("/page.html", "--head")).out)?.[1]?.trim() ?? "";
    expect(await curl("/page.html", "--header", `If-None-Match: ${tag}`)).toEqual({ out: "", told: "304 2 0" });
    expect(await curl("/large.bin", "--range", "36-38")).toEqual({ out: "-01", told: "206 2 3" });
    expect((await curl("/large.bin", "--range", `${LARGE_BYTES}-`)).told).toStartWith("416 2 ");
  });

  test("a download of 100 MB is the same, byte for byte", async () => {
    const file = ground.file("large");
    expect((await curl("/large.bin", "--output", file)).told).toBe(`200 2 ${LARGE_BYTES}`);
    expect(readFileSync(file).equals(readFileSync(join(ground.program.home, "content/one/large.bin")))).toBe(true);
  });

  test("an upload that is refused is told why, whether the client asks first or not", async () => {
    const body = ground.file("body");
    writeFileSync(body, Buffer.alloc(3_000_000));
    expect((await curl("/", "--data-binary", `@${body}`)).told).toStartWith("405 2 ");
    expect((await curl("/", "--data-binary", `@${body}`, "--header", "Expect: 100-continue")).told).toStartWith(
      "405 2 ",
    );
  });

  test("a connection that was made for one site asks another, and none for a host that nobody has", async () => {
    expect((await curl("/", "--header", "Host: two.example")).out).toBe("<two>");
    expect((await curl("/", "--header", "Host: nobody.example")).told).toStartWith("421 2 ");
  });

  test("in clear where the site says so, with prior knowledge and without", async () => {
    const clear = (...more: readonly string[]) =>
      runClient(["curl", "--silent", "--write-out", " %{http_version}", ...more, `http://127.0.0.1:${clearPort}/`]);
    expect((await clear("--http2-prior-knowledge")).out).toBe("<one> 2");
    expect((await clear("--http1.1")).out).toBe("<one> 1.1");
    // The upgrade from HTTP/1.1, which RFC 9113 has given up, is passed by.
    expect((await clear("--http2")).out).toBe("<one> 1.1");
  });

  test("it is offered only while the site says so", async () => {
    await ground.set("www", { http2: false }, "one");
    expect((await curl("/")).told).toBe("200 1.1 5");
    await ground.unset("www/sites/one", "http2");
    expect((await curl("/")).told).toBe("200 2 5");
  });

  test("a site that is stopped finishes what is under way", async () => {
    const secure = await ground.securePort("www", "leaving");
    const file = ground.file("slow");
    const download = runClient([
      ...["curl", "--silent", "--insecure", "--http2", "--max-time", "60", "--limit-rate", "60M", "--output", file],
      ...["--write-out", "%{http_code} %{http_version} %{size_download}", `https://127.0.0.1:${secure}/large.bin`],
    ]);
    const sizeOf = () => statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    await eventually("the download has begun", () => sizeOf() > 0);
    await ground.ask("service.stop", { service: "www", site: "leaving", who: "the test" });
    expect((await download).out).toBe(`200 2 ${LARGE_BYTES}`);
  });

  test("a site that is paused says so to whoever asks", async () => {
    const target = { service: "www", site: "two", who: "the test" };
    await ground.ask("service.pause", target);
    const paused = await runClient([
      ...["curl", "--silent", "--insecure", "--http2", "--resolve", `*:${port}:127.0.0.1`],
      ...[
        "--write-out",
        "%{http_code} %{http_version}",
        "--output",
        ground.file("paused"),
        `https://two.example:${port}/`,
      ],
    ]);
    expect(paused.out).toBe("503 2");
    await ground.ask("service.continue", target);
  });

  test("each request has its line in the log", async () => {
    await curl("/", "--user-agent", "told-by-the-log");
    const logs = [...new Bun.Glob("logs/W3SVC-one/*.log").scanSync(ground.program.home)];
    const lines = () => logs.flatMap((it) => readFileSync(join(ground.program.home, it), "utf8").split("\n"));
    const line = await eventually("the line", () => lines().find((it) => it.includes("told-by-the-log")));
    expect(line).toMatch(/ GET \/ - /);
  });
});

const nghttp = needing("nghttp gets several files at once", "nghttp");
test.skipIf(nghttp.skip)(nghttp.title, async () => {
  const url = (path: string) => `https://localhost:${port}${path}`;
  const header = "--header=:authority: one.example";
  const ran = await runClient([
    "nghttp",
    "--stat",
    "--null-out",
    header,
    url("/"),
    url("/page.html"),
    url("/large.bin"),
  ]);
  expect(ran.out).toMatch(/ 200 +100M \/large\.bin/);
  expect(ran.out.match(/ 200 /g)).toHaveLength(3);
});

const h2load = needing("no request of many is lost while settings change", "h2load");
test.skipIf(h2load.skip)(
  h2load.title,
  async () => {
    const load = runClient([
      ...["h2load", "--requests=30000", "--clients=4", "--max-concurrent-streams=32"],
      ...["--header=:authority: one.example", `https://localhost:${port}/page.html`],
    ]);
    for (let change = 0; change < 5; change++) await ground.set("www", { idleTimeout: `${60 + change}s` }, "one");
    expect((await load).out).toContain("30000 succeeded, 0 failed, 0 errored, 0 timeout");
  },
  60_000,
);

const times = (count: number, make: (turn: number) => readonly Buffer[]) =>
  Array.from({ length: count }, (_, turn) => make(turn)).flat();
const odd = (turn: number) => 2 * turn + 1;

describe("who would have it work for nothing is told to be calm, and others are served on", () => {
  const attacks: Readonly<Record<string, readonly Buffer[]>> = {
    "rapid reset": times(2000, (turn) => [begin(odd(turn)), reset(odd(turn))]),
    "a flood of CONTINUATION": [
      frame("headers", 1, 1, block(get())),
      ...times(2000, () => [frame("continuation", 0, 1)]),
    ],
    "a flood of SETTINGS": times(20_000, () => [settings([4, 1000])]),
  };
  for (const [name, frames] of Object.entries(attacks))
    test(name, async () => {
      using peer = await Peer.open(clearPort);
      peer.socket.write(Buffer.concat([greeting, ...frames]));
      await peer.ended();
      const heard = Buffer.from(peer.heard, "latin1");
      const goAway = heard.lastIndexOf(frame("goAway", 0, 0, Buffer.alloc(8)).subarray(0, 9));
      expect(heard.readUInt32BE(goAway + 13)).toBe(11);
      await serves();
    });

  test("heads that become large when they are read", async () => {
    const field = Buffer.concat([Buffer.from("4001787fa11e", "hex"), Buffer.alloc(4000, "y")]);
    const bomb = Buffer.concat([block(get()), field, Buffer.alloc(9000, 0xbe)]);
    using peer = await Peer.open(clearPort);
    peer.socket.write(Buffer.concat([greeting, ...times(50, (turn) => [frame("headers", 5, odd(turn), bomb)])]));
    for (let turn = 0; turn < 50; turn++) await peer.hear("The headers are longer than the site takes");
    await serves();
  });
});

async function serves(): Promise<void> {
  using peer = await Peer.open(clearPort);
  peer.socket.write(Buffer.concat([greeting, ask(1)]));
  await peer.hear("<one>");
}
