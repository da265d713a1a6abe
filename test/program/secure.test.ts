import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createServer } from "node:net";
import type { JsonObject } from "../../src/base/json.ts";
import { needing, runClient } from "./client.ts";
import { eventually } from "./eventually.ts";
import { freePort } from "./free-port.ts";
import { Ground, lineServices } from "./ground.ts";
import { Peer } from "./peer.ts";
import { starttls } from "./protocols.ts";
import { pick, pickSite } from "./server.ts";

const { title, skip } = needing("TLS, as ordinary clients meet it", "curl", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let web: number;
  beforeAll(async () => {
    ground = await Ground.up({ names: ["www.example", "mail.example"] });
    web = await freePort();
    for (const name of ["second", "third"]) ground.make(name, { names: [`DNS:${name}.example`] });
    await ground.addCertificate("second");
    ground.openssl.write("all.pem", ground.openssl.read("main.pem", "second.pem", "third.pem"));
    ground.openssl.make("root", { more: ["-addext", "basicConstraints=critical,CA:TRUE"] });
    ground.make("anna", { issuer: "root", names: ["email:anna@example.org"] });
    ground.make("stranger", {});
    const clientAuthorities = ground.openssl.read("root.pem").toString();
    const secureBindings = ["127.0.0.1:0"];
    await ground.apply({
      www: {
        sites: {
          default: { secureBindings: [`127.0.0.1:${web}:www.example`] },
          second: { secureBindings: [`127.0.0.1:${web}:second.example`], certificate: "second" },
          asks: { secureBindings, clientCertificate: "ask", clientAuthorities },
          requires: { secureBindings, clientCertificate: "require", clientAuthorities },
          newest: { secureBindings, tlsMinimum: "1.3" },
        },
      },
    });
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  /** The status that curl was answered with, or its own code and words. */
  async function curl(host: string, port: number, ...more: readonly string[]): Promise<string> {
    const resolve = ["--resolve", `${host}:${port}:127.0.0.1`, "--cacert", ground.file("all.pem")];
    const asked = [`https://${host}:${port}/`, ...resolve, "--silent", "--show-error", "--max-time", "10"];
    const ran = await runClient([
      "curl",
      ...asked,
      "--output",
      ground.file("body"),
      "--write-out",
      "%{http_code}",
      ...more,
    ]);
    return ran.code === 0 ? ran.out : `${ran.code}: ${ran.err.trim()}`;
  }

  const openssl = (input: string, ...words: readonly string[]) =>
    runClient(["openssl", "s_client", "-CAfile", ground.file("main.pem"), "-verify_return_error", ...words], { input });

  // Only the first site has a page; whoever asks another one hears that there is none.
  test("several web sites share one port, each with its own certificate, which curl accepts", async () => {
    expect(await curl("www.example", web)).toBe("200");
    expect(await curl("second.example", web)).toBe("404");
    // Of no site here: the certificate is the fallback, and not made for the name.
    expect(await curl("third.example", web)).toStartWith("60: ");
    expect(await curl("third.example", web, "--insecure")).toBe("421");
  });

  test("a request for another site on a connection that was made for this one is 421 where that asks for more", async () => {
    expect(await curl("www.example", web, "--header", "Host: second.example")).toBe("404");
    expect(await curl("www.example", web, "--header", "Host: nobody.example")).toBe("421");
    await ground.set("www", { tlsMinimum: "1.3" }, "second");
    expect(await curl("www.example", web, "--header", "Host: second.example")).toBe("421");
    expect(await curl("second.example", web)).toBe("404");
    await ground.set("www", { tlsMinimum: "1.2" }, "second");
  });

  test("a client certificate is asked for or required, and one of a stranger is not believed", async () => {
    const [asks, requires] = await Promise.all([
      ground.securePort("www", "asks"),
      ground.securePort("www", "requires"),
    ]);
    const shown = (name: string) => ["--cert", ground.file(`${name}.pem`), "--key", ground.file(`${name}.key`)];
    for (const port of [asks, requires]) expect(await curl("www.example", port, ...shown("anna"))).toBe("404");
    expect(await curl("www.example", asks)).toBe("404");
    expect(await curl("www.example", asks, ...shown("stranger"))).toBe("404");
    expect(await curl("www.example", requires)).toMatch(/^(35|52|55|56): /);
    expect(await curl("www.example", requires, "--tls-max", "1.2", ...shown("stranger"))).toMatch(/^(35|52|55|56): /);
    const told = await ground.event(4083);
    expect(told.object.name).toBe("www/sites/requires");
    expect(told.parameters).toMatchObject({ address: "127.0.0.1", because: "it sent no certificate" });
  });

  test("a client that has no TLS 1.2 is refused, and the log names it and the way out", async () => {
    const old = ["--tlsv1.0", "--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"];
    expect(await curl("www.example", web, ...old)).toMatch(/^35: .*protocol version/);
    const { object, parameters } = await ground.event(4080);
    expect(object.name).toBe("www/sites/default");
    expect(parameters).toMatchObject({ address: "127.0.0.1", version: "TLS 1.1", minimum: "1.2" });
    const told = (await ground.program.must("events", "--number", "4080")).replaceAll(/\s+/g, " ");
    expect(told).toContain("make a site with a binding in clear, on a port of its own");
    const newest = await ground.securePort("www", "newest");
    expect(await curl("www.example", newest, "--tls-max", "1.2")).toMatch(/^35: .*protocol version/);
    expect(await curl("www.example", newest)).toBe("404");
  });

  for (const service of lineServices)
    test(`openssl goes over to TLS in ${service}, believes the certificate, and talks on`, async () => {
      const { openssl: way, nothing, nothingDone } = starttls[service];
      const port = await ground.port(service);
      for (const version of ["-tls1_2", "-tls1_3"]) {
        const at = ["-connect", `127.0.0.1:${port}`, "-starttls", way, "-servername", "mail.example", "-crlf", version];
        const { code, out } = await openssl(
          `${nothing}\nQUIT\n`,
          ...at,
          "-ign_eof",
          "-verify_hostname",
          "mail.example",
        );
        expect(out).toContain(`Protocol  : TLSv1.${version.at(-1)}`);
        expect(out).toContain(`\n${nothingDone}`);
        expect([code, out.match(/Verify return code: (\d+)/)?.[1]]).toEqual([0, "0"]);
      }
    });

  test("a session is taken up again on ports that begin with TLS and behind STARTTLS, with TLS 1.2 and 1.3", async () => {
    const ways = [
      ["-connect", `127.0.0.1:${await ground.securePort("ftp")}`],
      ["-connect", `127.0.0.1:${await ground.port("ftp")}`, "-starttls", "ftp"],
    ];
    const before = await ground.metric("ftp", "inetsrv_tls_handshakes_resumed_total");
    for (const way of ways)
      for (const version of ["-tls1_2", "-tls1_3"]) {
        const kept = ground.file(`session${version}`);
        const at = [...way, "-servername", "mail.example", version, "-crlf", "-ign_eof"];
        expect((await openssl("QUIT\n", ...at, "-sess_out", kept)).out).toContain("\nNew, ");
        expect((await openssl("QUIT\n", ...at, "-sess_in", kept)).out).toContain("\nReused, ");
      }
    await eventually("four are counted", async () => {
      const now = await ground.metric("ftp", "inetsrv_tls_handshakes_resumed_total");
      return now === before + ways.length * 2;
    });
  });

  test("without a fallback an unknown name is told so by the alert for it, and the log names who asked", async () => {
    const port = await ground.securePort("nntp");
    const at = ["-connect", `127.0.0.1:${port}`, "-servername"];
    const shown = await openssl("QUIT\n", ...at, "unknown.example", "-crlf", "-ign_eof");
    expect(shown.out).toContain("subject=CN = main");
    await ground.unset("certificate", "fallback");
    const refused = await openssl("", ...at, "unknown.example");
    expect(refused.code).not.toBe(0);
    expect(refused.err).toContain("unrecognized name");
    const named = await openssl("QUIT\n", ...at, "mail.example", "-crlf", "-ign_eof");
    expect(named.code).toBe(0);
    const { object, parameters } = await ground.event(4081);
    expect([object.name, parameters.address, parameters.host]).toEqual([
      "nntp/sites/default",
      "127.0.0.1",
      "unknown.example",
    ]);
    using peer = await Peer.open(await ground.port("smtp"));
    await peer.hear("220 ");
    peer.say("EHLO a\r\n");
    expect(await peer.hear("250 ")).not.toContain("STARTTLS");
    await ground.apply({ certificate: { fallback: "main" } });
  });
});

test("a port that is taken stops the binding with TLS alone, and a conflict is refused naming the other site", async () => {
  await using ground = await Ground.up({ services: ["smtp", "nntp"], names: ["mail.example"] });
  const holder = createServer().listen(0, "127.0.0.1");
  await eventually("the port is taken", () => holder.listening);
  const { port: taken } = holder.address() as { readonly port: number };
  await ground.set("smtp", { secureBindings: [`127.0.0.1:${taken}`, "[::1]:0"] });
  const status = await ground.server.until("the fault", (it) => pickSite(pick(it, "smtp")).faults.length === 1);
  expect(pickSite(pick(status, "smtp")).faults[0]?.attempted).toContain(`127.0.0.1:${taken}`);
  expect(pickSite(pick(status, "smtp")).faults[0]?.because).toContain(`process ${process.pid}`);
  expect((await ground.event(4000)).parameters.setting).toBe("smtp/sites/default/secureBindings");
  using plain = await Peer.open(await ground.port("smtp"));
  using secure = await Peer.openSecure(await ground.securePort("smtp"), {}, { host: "::1" });
  expect([await plain.line(), await secure.line()].map((it) => it.slice(0, 4))).toEqual(["220 ", "220 "]);
  holder.close();

  const port = await freePort();
  await ground.set("nntp", { bindings: [`127.0.0.1:${port}`] });
  const change = (bindings: JsonObject) => ({
    document: { smtp: { sites: { default: bindings } } },
    mode: "merge",
    who: "the test",
  });
  for (const bindings of [{ bindings: [`*:${port}`] }, { secureBindings: [`127.0.0.1:${port}:mail.example`] }])
    expect(await ground.refusal("config.apply", change(bindings))).toContain("nntp/sites/default/bindings");
  // With TLS the name in the handshake tells two sites of one service apart, and in clear nothing does.
  const shared = await freePort();
  const named = (name: string) => `127.0.0.1:${shared}:${name}`;
  await ground.set("smtp", { secureBindings: [named("mail.example")] });
  await ground.set("smtp", { bindings: ["127.0.0.1:0"], secureBindings: [named("post.example")] }, "second");
  await ground.set("smtp", { fullyQualifiedName: "post.example" }, "second");
  for (const [servername, greeting] of [
    ["post.example", "220 post.example "],
    ["mail.example", "220 "],
  ] as const) {
    using peer = await Peer.openSecure(shared, { servername });
    expect(await peer.line()).toStartWith(greeting);
  }
  const same = change({ secureBindings: [named("post.example")] });
  expect(await ground.refusal("config.apply", same)).toContain("smtp/sites/second/secureBindings");
}, 30_000);
