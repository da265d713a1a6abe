// Who is let in to a web site by the real program, as curl meets it: by name and password, by certificate, by rule, by address.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import type { JsonObject } from "../../src/base/json.ts";
import { needing, runClient } from "./client.ts";
import { freePort } from "./free-port.ts";
import { Ground, PASSWORD } from "./ground.ts";
import { Peer } from "./peer.ts";

const { title, skip } = needing("logins at web sites", "curl", "openssl");

const basic = (account: string, password = PASSWORD) =>
  `Authorization: Basic ${Buffer.from(`${account}:${password}`).toString("base64")}\r\n`;
const asUser = (account: string, password = PASSWORD) => ["--user", `${account}:${password}`];

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let port: number;
  let securePort: number;
  beforeAll(async () => {
    ground = await Ground.up({
      services: ["www"],
      names: ["www.example"],
      users: ["anna", "bert"],
      document: { account: { delayFirst: "0s", blockAddressAfter: 4, groups: { staff: {} } } },
    });
    await ground.apply({
      account: { users: { anna: { groups: ["people", "staff"], certificateNames: ["anna-pc"] } } },
    });
    ground.make("root", { more: ["-addext", "basicConstraints=critical,CA:TRUE"] });
    ground.make("anna-pc", { issuer: "root" });
    ground.make("guest-pc", { issuer: "root" });
    ground.make("own-pc", {});
    // Its last day is before its first.
    ground.make("old-pc", {});
    const byRoot = ["-CA", "root.pem", "-CAkey", "root.key"];
    ground.openssl.run("x509", "-in", "old-pc.pem", ...byRoot, "-days", "-1", "-out", "old-pc.pem");
    const basicAuthentication = true;
    const directories = {
      staff: { authorization: ["allow group staff", "deny * verbs DELETE"], basicAuthentication },
      people: { anonymousAuthentication: false, basicAuthentication },
      device: { anonymousAuthentication: false, certificateAuthentication: true },
      own: { requireClientCertificate: true },
      secure: { requireTls: true },
      hidden: { addressAccess: ["deny 127.0.0.9"], addressDenyAction: "404" },
      rude: { addressAccess: ["deny 127.0.0.9"], addressDenyAction: "abort" },
    };
    const clientAuthorities = ground.openssl.read("root.pem").toString();
    port = await freePort();
    const bindings = [`127.0.0.1:${port}`];
    await ground.set("www", { bindings, clientCertificate: "ask", clientAuthorities, directories });
    for (const name of ["", ...Object.keys(directories)]) {
      const folder = join(ground.program.home, "content", "default", name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, "index.html"), `<${name}>`);
    }
    securePort = await ground.securePort("www");
  }, 60_000);
  afterAll(() => ground[Symbol.asyncDispose]());

  /** The status, or what curl itself ends with. */
  async function curl(url: string, ...more: readonly string[]): Promise<string> {
    const trust = ["--cacert", ground.file("main.pem"), "--resolve", `www.example:${securePort}:127.0.0.1`];
    const told = ["--silent", "--max-time", "10", "--output", ground.file("body"), "--write-out", "%{http_code}"];
    const ran = await runClient(["curl", ...told, ...trust, url, ...more]);
    return ran.code === 0 ? ran.out : `${ran.code}`;
  }
  const inClear = (path: string, ...more: readonly string[]) => curl(`http://127.0.0.1:${port}/${path}/`, ...more);
  const secure = (path: string, ...more: readonly string[]) =>
    curl(`https://www.example:${securePort}/${path}/`, ...more);
  const page = () => readFileSync(ground.file("body"), "utf8");

  test("a folder for a group: asked for a password, let in by it, and refused to others and to verbs", async () => {
    expect(await inClear("staff")).toBe("401");
    expect(await inClear("staff", ...asUser("anna"))).toBe("200");
    expect(page()).toBe("<staff>");
    expect(await inClear("staff", "--anyauth", ...asUser("ANNA"))).toBe("200");
    expect(await inClear("staff", ...asUser("bert"))).toBe("403");
    expect(await inClear("people", ...asUser("bert"))).toBe("200");
    expect(await inClear("staff", ...asUser("anna"), "--request", "DELETE")).toBe("403");
    expect(await inClear("staff", ...asUser("anna", "wrong"), "--interface", "127.0.0.4")).toBe("401");
    expect(await secure("staff", ...asUser("anna"))).toBe("200");
  });

  test("on one connection each request is whose credentials it brings", async () => {
    using peer = await Peer.open(port, { localAddress: "127.0.0.5" });
    const status = async (more: string) => {
      peer.say(`GET /staff/ HTTP/1.1\r\nHost: a\r\n${more}\r\n`);
      const head = await peer.hear("\r\n\r\n");
      await peer.hear(head.includes(" 200 ") ? "<staff>" : "</html>\n");
      return head.slice(9, 12);
    };
    for (const [more, wanted] of [
      [basic("anna"), "200"],
      ["", "401"],
      [basic("bert"), "403"],
      [basic("anna", "wrong"), "401"],
      [basic("anna"), "200"],
    ] as const)
      expect(await status(more)).toBe(wanted);
  });

  test("over a wire where others may listen no password is taken or asked for, and the page says what helps", async () => {
    await ground.set("www", { proxyProtocolFrom: ["127.0.0.8"] });
    for (const more of ["", basic("anna")]) {
      using peer = await Peer.open(port, { localAddress: "127.0.0.8" });
      peer.say(`PROXY TCP4 192.0.2.7 192.0.2.1 40000 80\r\nGET /people/ HTTP/1.1\r\nHost: a\r\n${more}\r\n`);
      const answer = await peer.hear("</html>\n");
      expect(answer).toStartWith("HTTP/1.1 403 ");
      expect(answer).not.toContain("WWW-Authenticate");
      expect(answer).toContain("with https in front");
    }
  });

  test("a certificate logs in whom it stands for, and is required where that is said", async () => {
    const shown = (name: string) => ["--cert", ground.file(`${name}.pem`), "--key", ground.file(`${name}.key`)];
    expect(await secure("device", ...shown("anna-pc"))).toBe("200");
    const refused = async (path: string, ...more: readonly string[]) => [
      await secure(path, ...more),
      codeOnPage(page()),
    ];
    expect(await refused("device", ...shown("guest-pc"))).toEqual(["403", "403.12"]);
    expect(await refused("device")).toEqual(["403", "403.7"]);
    expect(await refused("own")).toEqual(["403", "403.7"]);
    expect(await refused("own", ...shown("own-pc"))).toEqual(["403", "403.16"]);
    expect(await refused("own", ...shown("old-pc"))).toEqual(["403", "403.17"]);
    expect(await secure("own", ...shown("guest-pc"))).toBe("200");
    expect([await inClear("own"), codeOnPage(page())]).toEqual(["403", "403.4"]);
    expect([await inClear("secure"), await secure("secure")]).toEqual(["403", "200"]);
  });

  test("an address that may not see a directory finds none, or hears nothing", async () => {
    expect([await inClear("hidden"), await inClear("rude")]).toEqual(["200", "200"]);
    expect(await inClear("hidden", "--interface", "127.0.0.9")).toBe("404");
    // 52: nothing came; 56: it was reset.
    expect(await inClear("rude", "--interface", "127.0.0.9")).toMatch(/^5[26]$/);
  });

  test("whoever fails too often is told when to come again, and the event log names him", async () => {
    const from = ["--interface", "127.0.0.6"];
    for (let count = 1; count < 4; count++)
      expect(await inClear("staff", ...from, ...asUser("anna", `wrong ${count}`))).toBe("401");
    expect(await inClear("staff", ...from, ...asUser("anna", "wrong 4"))).toBe("429");
    expect(await inClear("staff", ...from, ...asUser("anna"), "--dump-header", ground.file("head"))).toBe("429");
    expect(readFileSync(ground.file("head"), "utf8")).toMatch(/\r\nRetry-After: \d+\r\n/);
    await ground.event(5100, ({ object }) => object.name === "127.0.0.6");
    expect(await inClear("staff", ...asUser("anna"))).toBe("200");
    await ground.program.must("user", "unblock", "127.0.0.6");
    expect(await inClear("staff", ...from, ...asUser("anna"))).toBe("200");
  });

  test("`www why` tells the same for somebody who has logged in", async () => {
    const why = async (given: JsonObject = {}) => {
      const question = { url: `http://127.0.0.1:${port}/staff/`, method: "GET", ip: "127.0.0.1", ...given };
      return (await ground.ask("www.why", question)).code;
    };
    expect(await why()).toBe("401.2");
    expect(await why({ user: "bert" })).toBe("403");
    expect(await why({ user: "anna" })).toBe("200");
    const stranger = { url: `http://127.0.0.1:${port}/`, method: "GET", ip: "127.0.0.1", user: "nobody" };
    expect(await ground.refusal("www.why", stranger)).toContain("There is no user nobody");
  });

  test("the access log names who had logged in, and no log has a password", async () => {
    await ground.program.must("down");
    await ground.server.ended();
    const { home } = ground.program;
    const texts = [...new Glob("logs/**/*.{log,jsonl}").scanSync(home)].map((it) =>
      readFileSync(join(home, it), "utf8"),
    );
    const all = texts.join("");
    expect(all).toMatch(/ GET \/staff\/ - \d+ anna 127\.0\.0\.1 .* 200 0 /);
    expect(all).toMatch(/ GET \/device\/ - \d+ anna 127\.0\.0\.1 .* 200 0 /);
    expect(all).toMatch(/ GET \/staff\/ - \d+ - 127\.0\.0\.4 .* 401 1 /);
    for (const secret of [PASSWORD, "correct", Buffer.from(`anna:${PASSWORD}`).toString("base64"), "wrong 2"])
      expect(all).not.toContain(secret);
  });
});

const codeOnPage = (text: string): string | undefined => /<h1>([\d.]+) /.exec(text)?.[1];
