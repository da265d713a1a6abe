import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { needing, runClient } from "./client.ts";
import { freePort } from "./free-port.ts";
import { Ground, PASSWORD } from "./ground.ts";
import { Peer } from "./peer.ts";

/** Of the block that is for examples: whom a proxy names. */
const AFAR = "192.0.2.7";
const fromAfar = `PROXY TCP4 ${AFAR} 192.0.2.1 40000 25\r\n`;
const { title, skip } = needing("logins by real clients", "swaks", "lftp", "msmtp", "openssl");

let ground: Ground;
beforeAll(async () => {
  ground = await Ground.up({
    services: ["smtp", "nntp", "ftp"],
    names: ["mail.example", "localhost"],
    users: ["anna"],
    // Each test fails from an address of its own; what is told of it has to come at once.
    document: { account: { delayFirst: "0s", blockAddressAfter: 5 } },
  });
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

describe.skipIf(skip)(title, () => {
  const swaks = (port: number, ...more: readonly string[]) => {
    const trust = ["--tls-verify", "--tls-ca-path", ground.file("main.pem"), "--tls-sni", "mail.example"];
    return runClient([
      "swaks",
      "--server",
      "127.0.0.1",
      "--port",
      `${port}`,
      "--quit-after",
      "AUTH",
      ...trust,
      ...more,
    ]);
  };
  const as = (name: string, password = PASSWORD) => ["--auth-user", name, "--auth-password", password];

  test("swaks logs in by PLAIN and LOGIN, behind STARTTLS and on the port that begins with TLS", async () => {
    const [inClear, secure] = [await ground.port("smtp"), await ground.securePort("smtp")];
    for (const [port, tls] of [
      [inClear, "--tls"],
      [secure, "--tls-on-connect"],
    ] as const)
      for (const mechanism of ["PLAIN", "LOGIN"]) {
        const { code, out } = await swaks(port, tls, "--auth", mechanism, ...as("anna"));
        expect([code, out]).toEqual([0, expect.stringContaining("<~  235 2.7.0 ")]);
        expect(out).toContain("=== TLS started with cipher TLSv1.3:");
      }
    // Exit 28: no way to log in was accepted.
    const wrong = await swaks(
      inClear,
      "--tls",
      "--auth",
      "PLAIN",
      "--local-interface",
      "127.0.0.3",
      ...as("anna", "x"),
    );
    expect([wrong.code, wrong.out]).toEqual([28, expect.stringContaining("<~* 535 5.7.8 ")]);
    const nobody = await swaks(inClear, "--tls", "--auth", "LOGIN", "--local-interface", "127.0.0.3", ...as("nobody"));
    expect([nobody.code, nobody.out]).toEqual([28, expect.stringContaining("<~* 535 5.7.8 ")]);
  });

  test("msmtp logs in by SCRAM-SHA-256, where no password crosses the wire, and a wrong one is refused", async () => {
    const send = async (password: string, ...more: readonly string[]) => {
      const server = [
        "--host=127.0.0.1",
        `--port=${await ground.port("smtp")}`,
        `--tls-trust-file=${ground.file("main.pem")}`,
      ];
      const tls = ["--tls=on", "--tls-starttls=on", "--tls-host-override=mail.example"];
      const login = ["--auth=scram-sha-256", "--user=anna", `--passwordeval=cat ${ground.file(password)}`];
      const words = ["msmtp", "--debug", ...server, ...tls, ...login, "--from=a@b.example", "c@d.example", ...more];
      return runClient(words, { input: "Subject: a\n\nb\n", environment: { HOME: ground.openssl.folder } });
    };
    ground.openssl.write("right", PASSWORD);
    ground.openssl.write("wrong", "no such password");
    const right = await send("right");
    expect(right.out).toContain("<-- 235 2.7.0 ");
    // It was let in, and hears that nobody has allowed it to relay.
    expect(right.out).toContain("<-- 550 5.7.1 ");
    const wrong = await send("wrong", "--source-ip=127.0.0.4");
    expect(wrong.out).toContain("<-- 535 5.7.8 ");
    expect(wrong.out).not.toContain("MAIL FROM");
    expect(right.out + wrong.out).not.toContain(PASSWORD);
  });

  const lftp = (password: string, place: string, ...more: readonly string[]) => {
    const quick = ["net:max-retries 1", "net:timeout 10", "net:reconnect-interval-base 1"];
    const trust = ["ssl:verify-certificate yes", "ssl:check-hostname yes", `ssl:ca-file ${ground.file("main.pem")}`];
    const settings = [...quick, ...trust, ...more].map((it) => `set ${it}`);
    const script = [...settings, `open -u anna,'${password}' ${place}`, "quote NOOP", "quit"].join("; ");
    return runClient(["lftp", "-d", "-e", script], { environment: { HOME: ground.openssl.folder } });
  };

  test("lftp goes over to TLS by itself, insists on it, or begins with it, and tells right from wrong", async () => {
    const [inClear, secure] = [await ground.port("ftp"), await ground.securePort("ftp")];
    const forced = ["ftp:ssl-force yes"];
    const ways = [
      [`ftp://localhost:${inClear}`, []],
      [`ftp://localhost:${inClear}`, forced],
      [`ftps://localhost:${secure}`, []],
    ] as const;
    for (const [place, more] of ways) {
      const { code, out, err } = await lftp(PASSWORD, place, "dns:order inet", ...more);
      expect([code, out]).toEqual([0, expect.stringContaining("200 ")]);
      expect(err).toContain("<--- 230 Welcome, anna");
      if (place.startsWith("ftp:")) expect(err).toContain("<--- 234 ");
    }
    const from = 'net:socket-bind-ipv4 "127.0.0.5"';
    const wrong = await lftp("wrong", `ftp://localhost:${inClear}`, "dns:order inet", from, ...forced);
    expect([wrong.code, wrong.err]).toEqual([1, expect.stringContaining("<--- 530 ")]);
  });

  test("a news reader logs in on the port that begins with TLS", async () => {
    const at = ["-connect", `127.0.0.1:${await ground.securePort("nntp")}`, "-servername", "mail.example"];
    const trust = ["-CAfile", ground.file("main.pem"), "-verify_return_error", "-quiet", "-crlf"];
    const input = `AUTHINFO USER anna\nAUTHINFO PASS x\nAUTHINFO USER anna\nAUTHINFO PASS ${PASSWORD}\nQUIT\n`;
    const { out } = await runClient(["openssl", "s_client", ...at, ...trust], { input });
    expect(out.split("\r\n").map((it) => it.slice(0, 3))).toEqual(["201", "381", "481", "381", "281", "205", ""]);
  });
});

/** The answer to each line, the greeting first. */
async function talk(peer: Peer, ...lines: readonly string[]): Promise<readonly string[]> {
  const answers = [await peer.line()];
  for (const line of lines) answers.push(await peer.ask(line));
  return answers.map((it) => it.slice(0, 3));
}

test("over a wire where others may listen no password is taken, in no protocol, and none is offered", async () => {
  const proxyProtocolFrom = ["127.0.0.8"];
  for (const service of ["smtp", "nntp", "ftp"] as const) await ground.set(service, { proxyProtocolFrom });
  const open = async (service: "smtp" | "nntp" | "ftp") => {
    const peer = await Peer.open(await ground.port(service), { localAddress: "127.0.0.8" });
    peer.say(fromAfar);
    return peer;
  };
  const plain = Buffer.from(`\0anna\0${PASSWORD}`).toString("base64");
  using smtp = await open("smtp");
  expect(await talk(smtp, `AUTH PLAIN ${plain}`, "AUTH LOGIN")).toEqual(["220", "538", "538"]);
  smtp.say("EHLO a\r\n");
  expect(await smtp.hear("250 AUTH ")).toContain("250-STARTTLS\r\n");
  expect(await smtp.line()).toBe("SCRAM-SHA-256");
  using nntp = await open("nntp");
  expect(await talk(nntp, "AUTHINFO USER anna", `AUTHINFO SASL PLAIN ${plain}`)).toEqual(["201", "483", "483"]);
  using ftp = await open("ftp");
  expect(await talk(ftp, "USER anna", `PASS ${PASSWORD}`)).toEqual(["220", "530", "503"]);
  await ftp.ask("AUTH TLS");
  await ftp.secure({ servername: "mail.example" });
  expect(await ftp.ask("USER anna")).toStartWith("331 ");
  expect(await ftp.ask(`PASS ${PASSWORD}`)).toStartWith("230 ");
});

test("failures are counted over all services, end in a block that is listed with its end, and can be lifted", async () => {
  const localAddress = "127.0.0.6";
  const open = async (service: "smtp" | "nntp" | "ftp") => Peer.open(await ground.port(service), { localAddress });
  const wrong = Buffer.from("\0anna\0no such password").toString("base64");
  using smtp = await open("smtp");
  expect(await talk(smtp, `AUTH PLAIN ${wrong}`, `AUTH PLAIN ${wrong}`)).toEqual(["220", "535", "535"]);
  using nntp = await open("nntp");
  const guess = ["AUTHINFO USER anna", "AUTHINFO PASS no"];
  expect(await talk(nntp, ...guess, ...guess)).toEqual(["201", "381", "481", "381", "481"]);
  using ftp = await open("ftp");
  expect(await talk(ftp, "USER anna")).toEqual(["220", "331"]);
  expect(await ftp.ask("PASS no")).toMatch(/^421 .* try again after \d/);
  expect((await ftp.ended()).ending).toBe("closed");
  // The right one does not help now: nothing may be learnt by trying on.
  using eager = await open("nntp");
  expect(await talk(eager, "AUTHINFO USER anna", `AUTHINFO PASS ${PASSWORD}`)).toEqual(["201", "381", "400"]);
  const blocks = await ground.program.must("user", "blocks");
  expect(blocks).toContain("127.0.0.6");
  expect((await ground.event(5100, ({ object }) => object.name === localAddress)).parameters.failures).toBe(5);
  using elsewhere = await Peer.open(await ground.port("ftp"));
  expect(await talk(elsewhere, "USER anna", `PASS ${PASSWORD}`)).toEqual(["220", "331", "230"]);
  await ground.program.must("user", "unblock", localAddress);
  using again = await open("ftp");
  expect(await talk(again, "USER anna", `PASS ${PASSWORD}`)).toEqual(["220", "331", "230"]);
});

test("HOST finds the FTP site on a port that several share, and a login belongs to that site", async () => {
  const port = await freePort();
  const site = (host: string) => ({ bindings: [`127.0.0.1:${port}:${host}`], greeting: `This is ${host}` });
  await ground.apply({
    account: { users: { bert: { grants: ["log-in ftp/second"] } } },
    ftp: { sites: { first: site("first.example"), second: site("second.example") } },
  });
  await ground.ask("user.password", { name: "bert", password: PASSWORD, who: "the test" });
  using peer = await Peer.open(port);
  expect(await peer.line()).toStartWith("220 This is first.example");
  expect(await peer.ask("HOST nobody.example")).toStartWith("504 ");
  expect(await peer.ask("HOST second.example")).toStartWith("220 This is second.example");
  expect([await peer.ask("USER bert"), await peer.ask(`PASS ${PASSWORD}`)].map((it) => it.slice(0, 3))).toEqual([
    "331",
    "230",
  ]);
  expect(await peer.ask("HOST first.example")).toStartWith("503 ");
  using other = await Peer.open(port);
  expect(await talk(other, "HOST first.example", "USER bert", `PASS ${PASSWORD}`)).toEqual([
    "220",
    "220",
    "331",
    "530",
  ]);
});

test("no password, right or wrong, is in any log", async () => {
  await ground.program.must("down");
  await ground.server.ended();
  const texts = [...new Glob("logs/**/*.{log,jsonl}").scanSync(ground.program.home)].map((it) =>
    readFileSync(join(ground.program.home, it), "utf8"),
  );
  const all = texts.join("");
  expect(all).toContain("AUTHINFO");
  for (const secret of [PASSWORD, PASSWORD.split(" ")[0] ?? "", Buffer.from(PASSWORD).toString("base64"), "no such"])
    expect(all).not.toContain(secret);
});
