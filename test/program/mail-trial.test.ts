// `inetsrv smtp test` with the real program: a site hands a test message to another site of ours, to Exim, or to a server
// that hangs; while the server runs and while it does not.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmodSync, cpSync, readFileSync, realpathSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { type DnsServer, dnsServer } from "../../src/smtp/deliver/testing/dns-server.ts";
import { openSink, type Sink } from "../../src/smtp/deliver/testing/sink.ts";
import { root } from "../../tools/source.ts";
import { Exim, eximIsThere, eximTitle } from "../mail/exim.ts";
import { needing } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground, PASSWORD } from "./ground.ts";
import { nobody } from "./machine.ts";
import { usersOf } from "./processes.ts";
import { Program, type Ran } from "./program.ts";

const SITE = "smtp/sites/default";
const WRONG = "wrong horse and no battery";
const passwords = [PASSWORD, WRONG].flatMap((it) => [it, ...["", "\0anna\0"].map((before) => btoa(before + it))]);
const secrets = [...passwords, "PRIVATE KEY"];

let ground: Ground;
let dns: DnsServer;
let sink: Sink;
/** Everything that any command has printed. */
let printed = "";

beforeAll(async () => {
  sink = await openSink({ behave: (line) => (line.startsWith("MAIL") ? "hang" : undefined) });
  dns = await dnsServer({ "gone.example A": "unknown", "gone.example AAAA": "unknown" });
  ground = await Ground.up({
    services: ["smtp"],
    names: ["relay.example"],
    users: ["anna"],
    document: {
      smtp: {
        sites: {
          default: {
            fullyQualifiedName: "mail.house.example",
            nameServers: [`127.0.0.1:${dns.port}`],
            smartHostUser: "anna",
            smartHostTls: "required",
            routes: { slow: { hosts: `[127.0.0.1]:${sink.port}` } },
          },
          relay: {
            fullyQualifiedName: "relay.example",
            defaultDomain: "far.example",
            bindings: ["127.0.0.1:0"],
            requireLogin: true,
          },
        },
      },
    },
  });
  await ground.set("smtp", { smartHost: `[127.0.0.1]:${await ground.port("smtp", "relay")}` });
  await password(PASSWORD);
}, 60_000);
afterAll(async () => {
  await ground[Symbol.asyncDispose]();
  await dns[Symbol.asyncDispose]();
  await sink[Symbol.asyncDispose]();
});

const password = async (clear: string): Promise<void> => {
  const { code } = await ground.program.runWith({ input: clear }, "config", "set", `${SITE}/smartHostPassword`);
  expect(code).toBe(0);
};
const tryOut = (...words: readonly string[]) => tryTo("ada@far.example", ...words);
async function tryTo(to: string, ...words: readonly string[]): Promise<Ran & { readonly last: string }> {
  const ran = await ground.program.run("smtp", "test", "--to", to, ...words);
  printed += ran.out + ran.err;
  return { ...ran, last: ran.out.trimEnd().split("\n").at(-1) ?? "" };
}
/** A test that hangs, and the process that shows it. */
async function hanging() {
  const before = sink.lines.length;
  const { command, home } = ground.program;
  const words = [...command, "--home", home, "smtp", "test", "--to", "ada@far.example", "--route", "slow"];
  const child = Bun.spawn(words, { env: { ...process.env, NO_COLOR: "1" }, stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  const reading = (async () => {
    for await (const chunk of child.stdout) out += Buffer.from(chunk).toString();
  })();
  await eventually("the other server hears of it", () => sink.lines.slice(before).some((it) => it.startsWith("MAIL")));
  await eventually("it is shown while the answer is waited for", () => out.includes("> MAIL FROM:"));
  return {
    child,
    async ended() {
      const code = await child.exited;
      await reading;
      return { code, out, err: await child.stderr.text() };
    },
  };
}
test("a message that is taken: each step, and the name that it got", async () => {
  const { code, out, last } = await tryOut("--subject", "First light");
  expect(code).toBe(0);
  const steps = [
    "Message ",
    "Way      smart host",
    "Connect  [127.0.0.1]:",
    "< 220 relay.example",
    "> STARTTLS",
    "TLS      TLSv1.3",
    "> AUTH SCRAM-SHA-256 ***",
    "< 235 ",
    "> MAIL FROM:<postmaster@mail.house.example>",
    "> RCPT TO:<ada@far.example>",
    "< 250 2.0.0 Queued as ",
    "> QUIT",
  ];
  const places = steps.map((it) => out.indexOf(it));
  expect(places).not.toContain(-1);
  expect(places).toEqual(places.toSorted((one, other) => one - other));
  const [, id = ""] = /^Taken by \[127\.0\.0\.1\]:\d+ as (\w+)\.$/.exec(last) ?? [];
  expect(await ground.program.must("mail", "find", id)).toContain("First light");
});

test("who only asks sends nothing", async () => {
  const { code, last, out } = await tryOut("--no-send", "--json");
  expect(code).toBe(0);
  expect(JSON.parse(last)).toMatchObject({ step: "end", outcome: "would-be-taken", queueId: null });
  expect(out).not.toContain('"line":"DATA"');
});

test("a recipient that is refused", async () => {
  const { code, last } = await tryTo("ada@nowhere.example");
  expect(code).toBe(4);
  expect(last).toMatch(
    /^Not taken: \[127.0.0.1\]:\d+ refuses the recipient: 550 5\.7\.1 .* Look at the address in --to/,
  );
});

test("a certificate that proves nothing, where one is wanted", async () => {
  await ground.set("smtp", { smartHostTls: "verified" });
  const { code, last, out } = await tryOut();
  await ground.set("smtp", { smartHostTls: "required" });
  expect(code).toBe(1);
  expect(last).toContain("its certificate is signed by itself");
  expect(last).toContain(`inetsrv config set ${SITE}/smartHostTls required`);
  expect(out).not.toContain("> AUTH");
});

test("a name that is not found", async () => {
  const { code, out, last } = await tryOut("--host", "gone.example");
  expect(code).toBe(1);
  expect(out).toContain("DNS      gone.example addresses: DNS knows no gone.example");
  expect(last).toContain("no host was found. DNS knows no gone.example");
});

test("a wrong password", async () => {
  await password(WRONG);
  const { code, last } = await tryOut();
  await password(PASSWORD);
  expect(code).toBe(4);
  expect(last).toMatch(/^Not taken: no login at \[127\.0\.0\.1\]:\d+: 535 /);
  expect(last).toContain(`inetsrv config set ${SITE}/smartHostPassword`);
});

test("each step is shown while the next is waited for, and who gives up ends the conversation", async () => {
  const { child, ended } = await hanging();
  child.kill("SIGINT");
  await ended();
  await eventually("the connection is closed", () => sink.openConnections() === 0);
});

test("when the process that speaks is killed it is told, and the next test finds another", async () => {
  const { ended } = await hanging();
  for (const pid of await ground.server.workers()) process.kill(pid, "SIGKILL");
  const { code, err } = await ended();
  expect([code, err]).toEqual([1, expect.stringContaining("The process that did it has ended")]);
  await ground.server.until("it serves again", ({ services }) =>
    services.some((it) => it.name === "smtp" && it.state === "running"),
  );
  expect((await tryOut("--no-send")).code).toBe(0);
});

test("a site and a service that do not serve", async () => {
  const unknown = await tryOut("--site", "nowhere");
  expect([unknown.code, unknown.err]).toEqual([4, expect.stringContaining("There is no site smtp/nowhere")]);
  await ground.program.must("stop", "smtp/default");
  expect((await tryOut("--no-send")).code).toBe(0);
  await ground.program.must("stop", "smtp");
  const stopped = await tryOut();
  expect([stopped.code, stopped.err]).toEqual([1, expect.stringContaining("inetsrv start smtp")]);
  await ground.program.must("start", "smtp");
  await ground.program.must("start", "smtp/default");
});

describe.skipIf(!eximIsThere)(eximTitle, () => {
  let exim: Exim;
  beforeAll(async () => {
    exim = await Exim.open();
    const route = { hosts: `[127.0.0.1]:${exim.port}`, domains: ["exim.example"], sender: "alerts@exim.example" };
    await ground.set("smtp", { routes: { exim: route } });
  }, 60_000);
  afterAll(() => exim[Symbol.asyncDispose]());

  test("takes a test message by its route, from the sender that this sets", async () => {
    const { code, out, last } = await tryTo("ben@exim.example");
    expect(code).toBe(0);
    expect(out).toContain(`as ${SITE}/routes/exim is for mail to exim.example`);
    const [, id = ""] = /^Taken by .* as ([\w-]+)\.$/.exec(last) ?? [];
    expect(exim.log()).toContain(`${id} <= alerts@exim.example`);
    const got = exim.messages().find((it) => it.recipients.includes("ben@exim.example"));
    expect(got?.body).toContain("This is a test message.");
  });

  test("puts one off and does not know the other", async () => {
    const later = await tryTo("later@exim.example");
    expect([later.code, later.last]).toEqual([4, expect.stringContaining("451 Come again")]);
    const nobody = await tryTo("nobody-here@exim.example", "--no-send");
    expect([nobody.code, nobody.last]).toEqual([4, expect.stringContaining("550 No such user")]);
  });
});

const certified = needing("a host that knows its clients by certificate", "openssl");
describe.skipIf(certified.skip)(certified.title, () => {
  let partner: Sink;
  let fingerprint = "";
  beforeAll(async () => {
    ground.make("authority", { more: ["-addext", "basicConstraints=critical,CA:TRUE"] });
    ground.make("client", { issuer: "authority", names: ["DNS:client.example"] });
    ground.make("partner", {});
    const read = (file: string) => ground.openssl.read(file).toString();
    partner = await openSink({
      certificate: { chain: read("partner.pem"), key: read("partner.key") },
      clientAuthority: read("authority.pem"),
    });
    fingerprint = await ground.addCertificate("ours", "client");
    const entries = { late: { renews: "by-file", chainFile: ground.file("late.pem") } };
    const route = { hosts: `[127.0.0.1]:${partner.port}`, tls: "required" };
    const routes = { partner: { ...route, certificate: "ours" }, late: { ...route, certificate: "late" } };
    await ground.apply({ certificate: { entries }, smtp: { sites: { default: { routes } } } });
  });
  afterAll(() => partner[Symbol.asyncDispose]());

  const shown = async (): Promise<void> => {
    const before = partner.messages.length;
    const { code, out, last } = await tryOut("--route", "partner");
    expect([code, last]).toEqual([0, expect.stringContaining("Taken by ")]);
    expect(out).toContain("Shows    certificate ours for client.example, until ");
    expect(out).toContain(`SHA-256 ${fingerprint}`);
    expect(partner.messages.slice(before).map((it) => it.clientName)).toEqual(["client"]);
    const late = await tryOut("--route", "late");
    expect(late.code).toBe(1);
    expect(late.last).toStartWith("Not taken: nobody was asked, as there is no certificate late that could be shown.");
    expect(late.last).toContain("inetsrv cert show late");
  };

  test("is shown the one that the route names, and why there is none to show", shown);

  test("is shown it without a server too", async () => {
    await ground.program.must("down");
    await ground.server.ended();
    await shown();
    await ground.restart();
  });
});

test("without a server the command speaks itself: as the user of services, and with nothing of the home in its hands", async () => {
  await ground.program.must("down");
  await ground.server.ended();
  const { child, ended } = await hanging();
  expect(usersOf(child.pid)).not.toContain(0);
  // Another command has the home meanwhile.
  expect(await ground.program.must("config", "get", `${SITE}/smartHostUser`)).toContain("anna");
  child.kill("SIGINT");
  await ended();
  await eventually("the connection is closed", () => sink.openConnections() === 0);
  const away = await tryOut();
  expect([away.code, away.last]).toEqual([1, expect.stringContaining("it refuses connections")]);
  const wrong = await tryOut("--host", "gone.example", "--json");
  expect(JSON.parse(wrong.last)).toMatchObject({ step: "end", outcome: "unreached", stage: "lookup" });
  await ground.restart();
}, 20_000);

test.skipIf(nobody === undefined)("the program may be closed to the user of the services", async () => {
  await using program = new Program();
  await program.init("smtp");
  const clone = join(program.folder, "closed");
  for (const it of ["src", "package.json"]) cpSync(join(root, it), join(clone, it), { recursive: true });
  symlinkSync(realpathSync(join(root, "node_modules")), join(clone, "node_modules"));
  chmodSync(clone, 0o700);
  const command = [process.execPath, join(clone, "src", "main.ts")];
  const words = ["smtp", "test", "--to", "bob@far.example", "--host", "127.0.0.1:1"];
  expect((await program.runWith({ command }, ...words)).out).toContain("it refuses connections");
});

test("no secret was ever printed, nor written into the event log or the access log", async () => {
  const logs = new Bun.Glob("logs/**/*").scanSync({ cwd: ground.program.home, onlyFiles: true });
  const written = [...logs].map((it) => readFileSync(`${ground.program.home}/${it}`, "utf8")).join("");
  expect(written).toContain("AUTH SCRAM-SHA-256");
  for (const secret of secrets) expect([printed, written].some((it) => it.includes(secret))).toBe(false);
});
