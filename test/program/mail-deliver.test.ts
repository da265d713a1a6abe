// Mail through the whole server: handed in by a real client, taken into the queue, and delivered to a real server, to one
// of ours that behaves badly, or back to its sender.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { type DnsServer, dnsServer } from "../../src/smtp/deliver/testing/dns-server.ts";
import { openSink, type Sink } from "../../src/smtp/deliver/testing/sink.ts";
import { Exim, eximIsThere, eximTitle } from "../mail/exim.ts";
import { MailQueue } from "../mail/mail-queue.ts";
import { idIn } from "../mail/submit.ts";
import { needing, runClient } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";

const { title, skip } = needing("mail that is delivered", "swaks");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let dns: DnsServer;
  /** Of the site `inside`, which sees the world otherwise. */
  let insideDns: DnsServer;
  let sink: Sink;
  let queue: MailQueue;
  /** The sink takes a text and says nothing more. */
  let isSilent = false;
  beforeAll(async () => {
    sink = await openSink({ behave: (line) => (line === "." && isSilent ? "hang" : undefined) });
    dns = await dnsServer({
      "house.example MX": { mx: [[10, "mx.house.example"]] },
      "mx.house.example A": { a: ["127.0.0.1"] },
      "far.example MX": {
        mx: [
          [20, "second.far.example"],
          [10, "first.far.example"],
        ],
      },
      "first.far.example A": { a: ["127.0.0.9"] },
      "second.far.example A": { a: ["127.0.0.1"] },
      "null.example MX": { mx: [[0, ""]] },
      "gone.example MX": "unknown",
      "gone.example A": "unknown",
      "gone.example AAAA": "unknown",
      "trouble.example MX": "trouble",
    });
    insideDns = await dnsServer({
      "far.example MX": { mx: [[10, "inside.far.example"]] },
      "inside.far.example A": { a: ["127.0.0.1"] },
    });
    const site = { relay: ["relay 127.0.0.1 from *@house.example"], remotePort: sink.port };
    const sites = {
      default: { ...site, fullyQualifiedName: "mail.house.example", nameServers: [`127.0.0.1:${dns.port}`] },
      inside: { ...site, bindings: ["127.0.0.1:0"], nameServers: [`127.0.0.1:${insideDns.port}`] },
    };
    ground = await Ground.up({ services: ["smtp"], document: { smtp: { sites } } });
    queue = await MailQueue.open(ground.program.home);
  }, 60_000);
  afterAll(async () => {
    await queue[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
    await dns[Symbol.asyncDispose]();
    await insideDns[Symbol.asyncDispose]();
    await sink[Symbol.asyncDispose]();
  });

  const send = (to: string, ...more: readonly string[]): Promise<string> => sendBy("default", to, ...more);
  const sendBy = async (site: string, to: string, ...more: readonly string[]): Promise<string> => {
    const port = await ground.port("smtp", site);
    const server = ["--server", "127.0.0.1", "--port", `${port}`, "--helo", "erp", "--suppress-data"];
    const { code, out } = await runClient(["swaks", ...server, "--from", "erp@house.example", "--to", to, ...more]);
    expect([code, out]).toEqual([0, expect.stringContaining("Queued as")]);
    return idIn(out);
  };
  const cameTo = async (address: string) =>
    eventually(`mail for ${address}`, () => sink.messages.findLast((it) => it.to.includes(address)));

  test("it finds its way by the exchangers of the domain, and its story names who took it", async () => {
    const id = await send("ada@far.example", "--header", "Subject: by DNS", "--body", "..\n.\nend");
    const { happenings } = await queue.left(id);
    expect(happenings.at(-1)).toMatchObject({
      what: "delivered",
      who: `second.far.example [127.0.0.1]:${sink.port}`,
      text: "250 2.0.0 Taken",
    });
    const got = sink.messages.find((it) => it.to.includes("ada@far.example"));
    expect(got?.text).toContain("\r\n\r\n..\r\n.\r\nend");
    expect(got?.text).toStartWith("Received: from erp ");
    expect(dns.asked).toContain("far.example MX udp");
  });

  test("each site asks its own name servers, and others as soon as they are set", async () => {
    const way = async () => (await queue.left(await sendBy("inside", "ada@far.example"))).happenings.at(-1)?.who;
    expect(await way()).toBe(`inside.far.example [127.0.0.1]:${sink.port}`);
    const workers = await ground.server.workers();
    await ground.set("smtp", { nameServers: [`127.0.0.1:${dns.port}`] }, "inside");
    expect(await way()).toBe(`second.far.example [127.0.0.1]:${sink.port}`);
    expect(await ground.server.workers()).toEqual(workers);
  });

  test("what no domain takes comes back to its sender as a notice, by the way of any mail", async () => {
    const id = await send("b@gone.example", "--header", "Subject: Invoice 4711");
    const { recipients } = await queue.left(id);
    expect(recipients[0]).toMatchObject({ status: "failed" });
    const notice = await cameTo("erp@house.example");
    expect(notice).toMatchObject({ from: "", to: ["erp@house.example"] });
    expect(notice?.text).toContain("Subject: Not delivered: Invoice 4711");
    expect(notice?.text).toContain("Action: failed");
    expect(notice?.text).toContain("Status: 5.1.2");
  });

  test("trouble with DNS leaves it in the queue, in words for people", async () => {
    const { recipients } = await queue.tried(await send("c@trouble.example"));
    expect(recipients[0]).toMatchObject({ status: "queued" });
    expect(recipients[0]?.reply).toContain("the name servers of the domain are in trouble");
  });

  test("when the process is killed over a message, the next one sends it again, and says that it may arrive twice", async () => {
    isSilent = true;
    const id = await send("killed@far.example");
    await eventually("the text is on its way", () => sink.lines.some((it) => it.includes("killed@far.example")));
    await eventually(
      "it is claimed",
      async () => (await queue.story(id, () => true)).recipients[0]?.status === "claimed",
    );
    for (const pid of await ground.server.workers()) process.kill(pid, "SIGKILL");
    isSilent = false;
    const { recipients, happenings } = await queue.left(id);
    expect(recipients[0]).toMatchObject({ status: "delivered", attempts: 1 });
    expect(happenings.map((it) => it.what)).toEqual(["interrupted", "delivered"]);
    expect(sink.messages.filter((it) => it.to.includes("killed@far.example"))).toHaveLength(1);
    expect((await ground.event(5210)).parameters).toMatchObject({ some: `${id} to killed@far.example` });
  }, 20_000);

  test("when the server is stopped over a text that is not answered, it is told to be uncertain and waits for the next start", async () => {
    isSilent = true;
    const id = await send("stopped@far.example");
    await eventually("the text is on its way", () => sink.lines.some((it) => it.includes("stopped@far.example")));
    await ground.program.must("config", "set", "smtp/drainTimeout", "2s");
    await ground.program.must("down");
    await ground.server.ended();
    isSilent = false;
    const { recipients } = await queue.story(id, () => true);
    expect(recipients[0]).toMatchObject({ status: "queued", uncertain: true, reply: "The service stops" });
    await ground.restart();
    await ground.program.must("queue", "retry", id, "--yes");
    expect((await queue.left(id)).recipients[0]?.status).toBe("delivered");
  }, 30_000);

  describe.skipIf(!eximIsThere)(eximTitle, () => {
    let exim: Exim;
    beforeAll(async () => {
      exim = await Exim.open();
      const hosts = `[127.0.0.1]:${exim.port}`;
      await ground.apply({ smtp: { sites: { default: { routes: { exim: { hosts, domains: ["exim.example"] } } } } } });
    }, 60_000);
    afterAll(() => exim[Symbol.asyncDispose]());

    test("takes what goes by a route, dots and all, behind TLS as it offers that", async () => {
      const id = await send("ada@exim.example", "--body", "one\n.\n..two\n.three");
      const { happenings } = await queue.left(id);
      expect(happenings.at(-1)?.text).toMatch(/^250 OK id=/);
      const got = exim.messages().find((it) => it.recipients.includes("ada@exim.example"));
      expect(got?.sender).toBe("erp@house.example");
      expect(got?.body.trimEnd()).toBe("one\n.\n..two\n.three");
      expect(exim.log()).toMatch(/<= erp@house\.example H=.*X=TLS1\.[23]/);
    });

    test("refuses one recipient, puts off another and takes the third", async () => {
      const id = await send("nobody-here@exim.example,later@exim.example,ben@exim.example");
      const { recipients } = await queue.tried(id);
      expect(recipients.map((it) => it.status)).toEqual(["failed", "queued", "delivered"]);
      expect(recipients.map((it) => it.reply.slice(0, 3))).toEqual(["550", "451", "250"]);
    });

    test("gets a body of many megabytes byte for byte", async () => {
      const lines = Array.from({ length: 200_000 }, (_, n) => `${n % 7 === 0 ? "." : ""}${n} ${"x".repeat(60)}`);
      ground.openssl.write("large", `${lines.join("\n")}\n`);
      await queue.left(await send("large@exim.example", "--body", `@${ground.file("large")}`));
      const got = exim.messages().find((it) => it.recipients.includes("large@exim.example"));
      const digest = (text: string) => createHash("sha256").update(text.trimEnd()).digest("hex");
      expect(digest(got?.body ?? "")).toBe(digest(lines.join("\n")));
    }, 30_000);

    test("gets messages that were handed in at once, each of them once", async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, (_, n) => send(`many${n}@exim.example`)));
      for (const id of ids) expect((await queue.left(id)).recipients[0]?.status).toBe("delivered");
      const got = exim.messages().flatMap((it) => it.recipients.filter((to) => to.startsWith("many")));
      expect(got.sort()).toEqual(Array.from({ length: 8 }, (_, n) => `many${n}@exim.example`));
    });
  });
});
