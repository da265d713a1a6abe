import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { needing, runClient } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground, type ServiceName } from "./ground.ts";
import { Peer } from "./peer.ts";

/** Of the block that is for examples: whom a proxy names. */
const CLIENT = "192.0.2.77";
const SITE = "smtp/sites/default";

let ground: Ground;
beforeAll(async () => {
  ground = await Ground.up({ names: ["mail.example"], users: ["anna"], document: { account: { delayFirst: "0s" } } });
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

/** What a client from this address hears first; "" when it is shut out without a word. */
async function firstLine(port: number, localAddress: string, first = ""): Promise<string> {
  using peer = await Peer.open(port, { localAddress });
  if (first !== "") peer.say(first);
  await eventually("a word or the end", () => peer.heard.includes("\r\n") || peer.ending !== undefined);
  return peer.heard.split("\r\n")[0] ?? "";
}

const refused = (service: ServiceName, reason: string) =>
  ground.metric(service, "inetsrv_connections_refused_total", reason);

/** The lines of the access logs of a service, with the fields' line before them. */
function accessLog(stem: string): string {
  const files = [...new Glob(`logs/${stem}-default/*.log`).scanSync(ground.program.home)];
  return files.map((it) => readFileSync(join(ground.program.home, it), "utf8")).join("");
}

describe("who may connect, and how much", () => {
  test("a rule decides by address, on ports in clear and with TLS; the refusal is told once, and counted", async () => {
    await ground.set("smtp", { access: ["allow 127.0.0.21", "deny 127.0.0.16/28"] });
    const [port, secure] = [await ground.port("smtp"), await ground.securePort("smtp")];
    const before = await refused("smtp", "address");
    expect(await firstLine(port, "127.0.0.21")).toStartWith("220 ");
    expect(await firstLine(port, "127.0.0.1")).toStartWith("220 ");
    for (let n = 0; n < 20; n++) expect(await firstLine(port, "127.0.0.22")).not.toStartWith("220 ");
    const handshake = Peer.openSecure(secure, {}, { localAddress: "127.0.0.23" });
    expect(await handshake.then(() => "secured", String)).toMatch(/ACCESS_DENIED/);
    await eventually("all are counted", async () => (await refused("smtp", "address")) === before + 21);
    const told = await ground.event(4050);
    expect(told.object.name).toBe(SITE);
    expect(told.parameters).toMatchObject({ address: "127.0.0.22", because: "rule 2 is deny 127.0.0.16/28" });
    expect(await ground.events(4050)).toHaveLength(1);
    const labels = 'service="smtp",site="default",reason="address"';
    const shown = await ground.program.must("metrics", "--prometheus");
    expect(shown).toContain(`\ninetsrv_connections_refused_total{${labels}} ${before + 21}\n`);
    await ground.unset(SITE, "access");
  });

  test("one address has so many connections, and its place is free again when one has gone", async () => {
    await ground.set("smtp", { exempt: [], connectionsPerAddress: 3 });
    const port = await ground.port("smtp");
    const open = async () => {
      const peer = await Peer.open(port, { localAddress: "127.0.0.31" });
      await peer.line();
      return peer;
    };
    const peers = [await open(), await open(), await open()];
    expect(await firstLine(port, "127.0.0.31")).not.toStartWith("220 ");
    expect(await firstLine(port, "127.0.0.32")).toStartWith("220 ");
    expect((await ground.event(4051)).parameters.setting).toBe(`${SITE}/connectionsPerAddress`);
    for (const it of peers) it[Symbol.dispose]();
    await eventually("there is room", async () => (await firstLine(port, "127.0.0.31")).startsWith("220 "));
    await ground.unset(SITE, "connectionsPerAddress");
  });

  test("who connects, asks or fails too often is turned away, and others are not", async () => {
    await ground.set("smtp", { exempt: [], connectionRate: "5 per 1h" });
    const port = await ground.port("smtp");
    for (let n = 0; n < 5; n++) expect(await firstLine(port, "127.0.0.41")).toStartWith("220 ");
    expect(await firstLine(port, "127.0.0.41")).not.toStartWith("220 ");
    expect(await firstLine(port, "127.0.0.42")).toStartWith("220 ");
    await ground.event(4053);
    await ground.unset(SITE, "connectionRate");

    await ground.set("smtp", { requestRate: "10 per 1h", restrictFor: "1h" });
    using eager = await Peer.open(port, { localAddress: "127.0.0.43" });
    await eager.line();
    eager.say("NOOP\r\n".repeat(20));
    const { heard } = await eager.ended();
    expect(heard.match(/^250 /gm)).toHaveLength(10);
    expect(heard.trimEnd().split("\r\n").at(-1)).toStartWith("421 ");
    expect(await firstLine(port, "127.0.0.43")).not.toStartWith("220 ");
    await ground.event(4054);
    await ground.unset(SITE, "requestRate");

    await ground.set("smtp", { failureRate: "3 per 1h" });
    const wrong = Buffer.from("\0anna\0no such password").toString("base64");
    using guesser = await Peer.open(port, { localAddress: "127.0.0.44" });
    await guesser.line();
    for (let n = 0; n < 3; n++) expect(await guesser.ask(`AUTH PLAIN ${wrong}`)).toStartWith("535 ");
    guesser.say(`AUTH PLAIN ${wrong}\r\n`);
    await guesser.ended();
    expect(await firstLine(port, "127.0.0.44")).not.toStartWith("220 ");
    expect(await firstLine(port, "127.0.0.45")).toStartWith("220 ");
    const told = await ground.event(4055);
    expect(told.parameters).toMatchObject({ address: "127.0.0.44", setting: `${SITE}/failureRate` });
    expect(told.parameters.because).toMatch(/at last with a login that was refused.* until /);
    await eventually("it is counted", async () => (await refused("smtp", "blocked")) >= 1);
    await ground.apply({ smtp: { sites: { default: { exempt: ["127.0.0.0/8"] } } } });
    expect(await firstLine(port, "127.0.0.44")).toStartWith("220 ");
    await ground.unset(SITE, "failureRate");
  });
});

const { title, skip } = needing("behind a proxy", "curl", "openssl");
describe.skipIf(skip)(title, () => {
  const text = `PROXY TCP4 ${CLIENT} 192.0.2.1 40000 25\r\n`;
  const binary = (command: number) =>
    `\r\n\r\n\0\r\nQUIT\n${String.fromCharCode(0x20 | command, 0x11, 0, 12, 192, 0, 2, 77, 192, 0, 2, 1, 0x9c, 0x40, 0, 25)}`;
  beforeAll(async () => {
    for (const service of ["smtp", "www"] as const) await ground.set(service, { proxyProtocolFrom: ["127.0.0.51"] });
  });

  test("the header names the client, in text and in bytes, whole or one byte at a time, before TLS too", async () => {
    const [port, secure] = [await ground.port("smtp"), await ground.securePort("smtp")];
    await ground.set("smtp", { access: [`deny ${CLIENT}`] });
    for (const header of [text, binary(1)]) expect(await firstLine(port, "127.0.0.51", header)).not.toStartWith("220 ");
    await ground.unset(SITE, "access");
    for (const header of [text, binary(1)]) {
      expect(await firstLine(port, "127.0.0.51", header)).toStartWith("220 ");
      using peer = await Peer.open(secure, { localAddress: "127.0.0.51" });
      for (const byte of header) peer.say(byte);
      await peer.secure({ servername: "mail.example" });
      expect(await peer.line()).toStartWith("220 ");
      expect(await peer.ask(`AUTH PLAIN ${Buffer.from("\0anna\0no such password").toString("base64")}`)).toStartWith(
        "535 ",
      );
    }
    // LOCAL: the proxy itself, which looks whether we are there.
    expect(await firstLine(port, "127.0.0.51", binary(0))).toStartWith("220 ");
    await eventually("the access log names the client", () => accessLog("SMTPSVC").includes(` ${CLIENT} `));
    expect((await ground.event(5110, ({ object }) => object.name === CLIENT)).parameters.place).toBe("smtp/default");
  });

  test("without a header, or with one that is none, a proxy gets nothing, and nobody else is believed", async () => {
    const port = await ground.port("smtp");
    const before = await refused("smtp", "proxy");
    expect(await firstLine(port, "127.0.0.51", "EHLO a\r\n")).toBe("");
    expect(await firstLine(port, "127.0.0.51", text.replace("192.0.2.77", "192.0.2.777"))).toBe("");
    await eventually("both are counted", async () => (await refused("smtp", "proxy")) === before + 2);
    expect((await ground.event(4057)).parameters).toMatchObject({ address: "127.0.0.51" });
    using liar = await Peer.open(port, { localAddress: "127.0.0.52" });
    expect(await liar.line()).toStartWith("220 ");
    expect(await liar.ask(text.trimEnd())).toStartWith("500 ");
  });

  test("curl sends the header as a proxy does, in clear and before TLS", async () => {
    const proxied = ["--haproxy-protocol", "--interface", "127.0.0.51", "--silent", "--show-error", "--max-time", "10"];
    const shown = ["--output", ground.file("body"), "--write-out", "%{http_code}"];
    const trust = ["--cacert", ground.file("main.pem")];
    const [port, secure] = [await ground.port("www"), await ground.securePort("www")];
    const resolve = ["--resolve", `mail.example:${secure}:127.0.0.1`];
    const plain = await runClient(["curl", ...proxied, ...shown, `http://127.0.0.1:${port}/`]);
    expect([plain.out, plain.err]).toEqual(["200", ""]);
    const tls = await runClient([
      "curl",
      ...proxied,
      ...shown,
      ...trust,
      ...resolve,
      `https://mail.example:${secure}/`,
    ]);
    expect([tls.out, tls.err]).toEqual(["200", ""]);
    const without = await runClient(["curl", ...proxied.slice(1), ...shown, `http://127.0.0.1:${port}/`]);
    expect(without.code).toBeGreaterThan(0);
  });
});
