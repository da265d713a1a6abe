// HTTP/3 of the real program, as the runtime's own client meets it: no other one is on every machine.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createSocket, type Socket } from "node:dgram";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Http3Client } from "../../src/www/testing/http3-client.ts";
import { needing, runClient } from "./client.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { Ground } from "./ground.ts";

const { title, skip } = needing("HTTP/3", "curl", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let port: number;
  let stranger: Socket;
  let taken: number;
  beforeAll(async () => {
    [port, taken] = [await freePort(), await freePort()];
    stranger = createSocket("udp4");
    await new Promise<void>((resolve) => stranger.bind(taken, "127.0.0.1", resolve));
    const secure = (host: string, more = {}) => ({
      secureBindings: [`127.0.0.1:${port}:${host}`],
      http3: true,
      ...more,
    });
    const sites = {
      one: secure("one.example"),
      two: secure("two.example", { certificate: "two" }),
      off: secure("off.example", { http3: false }),
      asks: secure("asks.example", { clientCertificate: "ask" }),
      unlucky: { secureBindings: [`127.0.0.1:${taken}:one.example`], http3: true },
    };
    ground = await Ground.up({ services: ["www"], names: ["one.example", "off.example", "asks.example"] });
    ground.make("two", { names: ["DNS:two.example"] });
    await ground.addCertificate("two");
    for (const name of Object.keys(sites)) {
      const folder = join(ground.program.home, "content", name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "index.html"), `<${name}>`);
      writeFileSync(join(folder, "large.txt"), Buffer.alloc(3_000_000, name));
    }
    await ground.apply({ www: { sites } });
    await eventually("the port is open", async () => (await curl()).includes("Alt-Svc"));
  }, 60_000);
  afterAll(async () => {
    stranger.close();
    await ground[Symbol.asyncDispose]();
  });

  const curl = async (host = "one.example", at = port): Promise<string> => {
    const words = ["--resolve", `${host}:${at}:127.0.0.1`, `https://${host}:${at}/`];
    return (await runClient(["curl", "--silent", "--http1.1", "--insecure", "--include", "--max-time", "10", ...words]))
      .out;
  };

  const get = async (host: string): Promise<string> => {
    try {
      // One connection may ask several hosts, whichever it has named first.
      using client = await Http3Client.open(port, "one.example");
      const { status, body } = await client.ask({ ":authority": host, ":path": "/" });
      return `${status} ${body}`;
    } catch (error) {
      return String(error);
    }
  };

  const faultsOf = async (site: string): Promise<readonly string[]> =>
    (await ground.server.site("www", site)).faults.map((it) => `${it.attempted}: ${it.because}. ${it.remedy}`);

  test("sites on one port are told apart by the host, and one that is not served so is not reached", async () => {
    expect([await get("one.example"), await get("two.example")]).toEqual(["200 <one>", "200 <two>"]);
    expect(await get("off.example")).toStartWith("421 ");
    expect(await get("nobody.example")).toStartWith("421 ");
  });

  test("clients of HTTP/1 are told that they may come so, where they may", async () => {
    expect(await curl()).toContain(`Alt-Svc: h3=":${port}"; ma=86400\r\n`);
    expect(await curl("off.example")).not.toContain("Alt-Svc");
    expect(await curl("one.example", taken)).not.toContain("Alt-Svc");
  });

  test("a client is shown the certificate of the name that it asks for", async () => {
    for (const [host, subject] of [
      ["one.example", "CN=main"],
      ["two.example", "CN=two"],
      ["nobody.example", "CN=main"],
    ] as const) {
      using client = await Http3Client.open(port, host);
      expect(client.session.peerCertificate?.subject).toBe(subject);
    }
  });

  test("files are served whole, in part and not at all, as in HTTP/1", async () => {
    using client = await Http3Client.open(port, "one.example");
    const ask = (more: Readonly<Record<string, string>>) =>
      client.ask({ ":authority": "one.example", ":path": "/large.txt", ...more });
    const whole = await ask({});
    expect([whole.status, whole.body.length, whole.body.slice(0, 6)]).toEqual(["200", 3_000_000, "oneone"]);
    const part = await ask({ range: "bytes=3-8" });
    expect([part.status, part.body, part.fields["content-range"]]).toEqual(["206", "oneone", "bytes 3-8/3000000"]);
    const same = await ask({ "if-none-match": String(whole.fields.etag) });
    expect([same.status, same.body]).toEqual(["304", ""]);
    const head = await ask({ ":method": "HEAD" });
    expect([head.status, head.fields["content-length"], head.body]).toEqual(["200", "3000000", ""]);
    expect((await ask({ ":path": "/a/../../b" })).status).toBe("400");
    expect((await ask({ ":method": "POST" })).status).toBe("405");
  });

  test("a port that another program has, and a site that asks for certificates, are faults of those sites alone", async () => {
    const [unlucky, asks] = [await faultsOf("unlucky"), await faultsOf("asks")];
    expect(unlucky[0]).toStartWith(`Cannot serve HTTP/3 at UDP 127.0.0.1:${taken}: `);
    expect(unlucky[0]).toContain("holds the port");
    expect(asks[0]).toContain("www/sites/asks/http3");
    expect(await faultsOf("one")).toEqual([]);
    expect(await curl("one.example", taken)).toContain("<unlucky>");
    await new Promise<void>((resolve) => stranger.close(() => resolve()));
    stranger = createSocket("udp4");
    await eventually("it is taken when it is free", async () => (await faultsOf("unlucky")).length === 0);
    expect(await curl("one.example", taken)).toContain("Alt-Svc");
    await ground.set("www", { http3: false }, "asks");
    await eventually("nothing is wrong there", async () => (await faultsOf("asks")).length === 0);
  });

  test("a certificate is replaced, and a worker, and HTTP/3 goes on", async () => {
    ground.make("main", { subject: "/CN=anew", names: ["DNS:one.example"] });
    await ground.addCertificate("main");
    await eventually("the new one is shown", async () => {
      using client = await Http3Client.open(port, "one.example");
      return client.session.peerCertificate?.subject === "CN=anew";
    });
    await ground.program.must("restart", "www");
    await eventually("the new worker has the port", async () => (await get("one.example")) === "200 <one>", 20_000);
    expect(await faultsOf("one")).toEqual([]);
  }, 40_000);

  test("it is turned off without a restart, and nobody is told of it any more", async () => {
    await ground.set("www", { http3: false }, "one");
    await ground.set("www", { http3: false }, "two");
    expect(await curl()).not.toContain("Alt-Svc");
    await eventually("nobody answers", async () => !(await get("one.example")).startsWith("200"));
  });
});
