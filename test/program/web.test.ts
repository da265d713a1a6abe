// The web service of the real program, as ordinary clients and those who count bytes meet it.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { needing, runClient } from "./client.ts";
import { freePort } from "./free-port.ts";
import { Ground } from "./ground.ts";
import { Peer } from "./peer.ts";
import { pick, pickSite } from "./server.ts";

const { title, skip } = needing("web sites", "curl", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    const binding = (host: string) => ({ bindings: [`127.0.0.1:${port}:${host}`] });
    const shop = { path: "content/store", directories: { images: { path: "content/pictures" } } };
    const sites = {
      one: { ...binding("one.example"), applications: { shop } },
      two: { ...binding("two.example"), headerWaitTimeout: "1s" },
      hasty: { bindings: ["127.0.0.1:0"], headerWaitTimeout: "1s" },
    };
    ground = await Ground.up({ services: ["www"], document: { www: { sites } } });
    for (const name of ["one", "two", "store", "pictures", "hasty"]) {
      const folder = join(ground.program.home, "content", name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "index.html"), `<${name}>`);
    }
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  async function curl(target: string, ...more: readonly string[]): Promise<string> {
    const ran = await runClient([
      ...["curl", "--silent", "--show-error", "--max-time", "10", "--resolve", `*:${port}:127.0.0.1`],
      ...[
        "--write-out",
        " %{http_code} %{http_version} %{num_connects}",
        `http://one.example:${port}${target}`,
        ...more,
      ],
    ]);
    return ran.code === 0 ? ran.out : `${ran.code}: ${ran.err}`;
  }

  const get = (host: string, target = "/") => `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n\r\n`;

  test("curl gets pages with HTTP/1.1 and 1.0, and the head of one", async () => {
    expect(await curl("/")).toBe("<one> 200 1.1 1");
    expect(await curl("/", "--http1.0")).toBe("<one> 200 1.1 1");
    const head = await curl("/", "--head");
    expect(head).toContain("Content-Length: 5\r\n");
    expect(head).toEndWith("\r\n\r\n 200 1.1 1");
    expect(await curl("/nothing")).toEndWith(" 404 1.1 1");
    expect(await curl("/shop/")).toBe("<store> 200 1.1 1");
    expect(await curl("/shop/images/")).toBe("<pictures> 200 1.1 1");
  });

  test("curl keeps its connection, and may ask another site on it", async () => {
    const again = (host: string) => [
      "--next",
      "--silent",
      "--write-out",
      " %{num_connects}",
      "--resolve",
      `*:${port}:127.0.0.1`,
      `http://${host}:${port}/`,
    ];
    expect(await curl("/", ...again("one.example"))).toBe("<one> 200 1.1 1<one> 0");
    using peer = await Peer.open(port);
    peer.say(get("one.example") + get("two.example") + get("ONE.example"));
    await peer.hear("<one>");
    await peer.hear("<two>");
    await peer.hear("<one>");
  });

  test("a body that nobody takes is not sent by a client that asks first", async () => {
    const body = join(ground.openssl.folder, "body");
    writeFileSync(body, "x".repeat(2_000_000));
    const answered = await curl("/", "--data-binary", `@${body}`, "--header", "Expect: 100-continue", "--verbose");
    expect(answered).toContain(" 405 ");
    using peer = await Peer.open(port);
    peer.say("POST / HTTP/1.1\r\nHost: one.example\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n");
    expect(await peer.hear("\r\n\r\n")).toStartWith("HTTP/1.1 405 ");
  });

  test("a head that drips in is cut off while others are served, and a malformed one is told so", async () => {
    using slow = await Peer.open(await ground.port("www", "hasty"));
    slow.say("GET / HTTP/1.1\r\nX: ");
    expect(await curl("/")).toBe("<one> 200 1.1 1");
    expect((await slow.ended()).heard).toStartWith("HTTP/1.1 408 ");
    using broken = await Peer.open(port);
    broken.say("GET / HTTP/1.1\r\nHost: one.example\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n");
    expect((await broken.ended()).heard).toStartWith("HTTP/1.1 400 ");
  });

  test("a request of HTTP/1.0 without a host is for the first of the socket, or for the site that takes such", async () => {
    const asked = async () => {
      using peer = await Peer.open(port);
      peer.say("GET / HTTP/1.0\r\n\r\n");
      return (await peer.ended()).heard.split("\r\n\r\n")[1];
    };
    expect(await asked()).toBe("<one>");
    // It is opened anew by that, behind the other.
    await ground.apply({ www: { sites: { one: { title: "first" } } } });
    expect(await asked()).toBe("<one>");
    await ground.apply({ www: { defaultSite: "two" } });
    expect(await asked()).toBe("<two>");
    await ground.unset("www", "defaultSite");
    expect(await asked()).toBe("<one>");
  });

  test("a host of no site is refused, until there is a site for such", async () => {
    const asked = async () => {
      using peer = await Peer.open(port);
      peer.say(get("nobody.example"));
      return await peer.hear("\r\n");
    };
    expect(await asked()).toStartWith("HTTP/1.1 400 ");
    await ground.apply({ www: { defaultSite: "two" } });
    using peer = await Peer.open(port);
    peer.say(get("nobody.example"));
    await peer.hear("<two>");
    await ground.unset("www", "defaultSite");
    expect(await asked()).toStartWith("HTTP/1.1 400 ");
  });

  test("a site that is stopped answers also those who are connected and whom no worker has taken yet", async () => {
    const fixed = await freePort();
    const at = { service: "www", site: "hasty", who: "the test" };
    const serves = () =>
      ground.server.until("it serves there", (it) => {
        const { state, addresses } = pickSite(pick(it, "www"), "hasty");
        return state === "running" && addresses.includes(`127.0.0.1:${fixed}`);
      });
    await ground.set("www", { bindings: [`127.0.0.1:${fixed}`] }, "hasty");
    await serves();
    const [worker = 0] = await ground.server.workers("www");
    process.kill(worker, "SIGSTOP");
    const waiting = await Promise.all([Peer.open(fixed), Peer.open(fixed)]);
    for (const peer of waiting) peer.say(get("a"));
    await ground.ask("service.stop", at);
    process.kill(worker, "SIGCONT");
    for (using peer of waiting) {
      expect(await peer.hear("<hasty>")).toStartWith("HTTP/1.1 200 ");
      expect((await peer.ended()).ending).toBe("closed");
    }
    await ground.ask("service.start", at);
    expect(pickSite(pick(await serves(), "www"), "hasty").faults).toEqual([]);
  });

  test("a site that is stopped answers what is on its way as the last, and its neighbour serves on", async () => {
    using fresh = await Peer.open(await ground.port("www", "hasty"));
    using kept = await Peer.open(await ground.port("www", "hasty"));
    kept.say(get("a"));
    await kept.hear("<hasty>");
    const stopping = ground.ask("service.stop", { service: "www", site: "hasty", who: "the test" });
    expect(await kept.ended()).toMatchObject({ ending: "closed", heard: "" });
    fresh.say(get("a"));
    expect(await fresh.hear("<hasty>")).toContain("\r\nConnection: close\r\n");
    expect((await fresh.ended()).ending).toBe("closed");
    await stopping;
    expect(await curl("/")).toBe("<one> 200 1.1 1");
  });
});
