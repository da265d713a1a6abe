// Mail for hosts that know their clients by certificate: to another server of ours, and to Exim.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { exitCodes } from "../../src/cli/exit-code.ts";
import type { CertificateAnswer } from "../../src/supervisor/operations/certificate-answers.ts";
import { Exim, eximIsThere, eximTitle } from "../mail/exim.ts";
import { MailQueue } from "../mail/mail-queue.ts";
import { idIn, submit } from "../mail/submit.ts";
import { needing } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground } from "./ground.ts";

const { title, skip } = needing("mail that goes with a certificate", "openssl");
const AT = "smtp/sites/default/routes/partner/certificate";

describe.skipIf(skip)(title, () => {
  let ground: Ground;
  let partner: Ground;
  let queue: MailQueue;
  let partnerQueue: MailQueue;
  beforeAll(async () => {
    ground = await Ground.up({
      services: ["smtp"],
      document: { smtp: { sites: { default: { relay: ["relay 127.0.0.1 from *@house.example"] } } } },
    });
    ground.make("authority", { more: ["-addext", "basicConstraints=critical,CA:TRUE"] });
    for (const name of ["client", "renewed", "stranger"])
      ground.make(name, { ...(name === "stranger" ? {} : { issuer: "authority" }), names: [`DNS:${name}.example`] });
    partner = await Ground.up({
      services: ["smtp"],
      names: ["mail.partner.example"],
      document: {
        smtp: {
          sites: {
            default: {
              clientCertificate: "require",
              clientAuthorities: ground.openssl.read("authority.pem").toString(),
              relay: ["relay certificate client", "relay certificate renewed"],
              smartHost: "[127.0.0.1]:1",
            },
          },
        },
      },
    });
    await ground.addCertificate("ours", "client");
    const hosts = `[127.0.0.1]:${await partner.port("smtp")}`;
    // On a connection that is open the one before was shown.
    const route = {
      hosts,
      domains: ["partner.example"],
      tls: "required",
      certificate: "ours",
      messagesPerConnection: 1,
    };
    await ground.apply({ smtp: { sites: { default: { routes: { partner: route } } } } });
    queue = await MailQueue.open(ground.program.home);
    partnerQueue = await MailQueue.open(partner.program.home);
  }, 60_000);
  afterAll(async () => {
    await partnerQueue[Symbol.asyncDispose]();
    await queue[Symbol.asyncDispose]();
    await partner[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  });

  const send = async (to: string): Promise<string> =>
    submit(await ground.port("smtp"), { from: "erp@house.example", to: [to], text: "Subject: a\r\n\r\nHello\r\n" });
  /** Why the partner took it. */
  const because = async (id: string) => {
    const [only] = (await queue.tried(id)).recipients;
    expect(only?.status).toBe("delivered");
    return (await partnerQueue.story(idIn(only?.reply ?? ""), () => true)).message.facts.accepted;
  };

  test("another server of ours relays for it, and for the one that takes its place at once", async () => {
    expect(await because(await send("ada@partner.example"))).toBe("rule 1 is relay certificate client");
    const workers = await ground.server.workers();
    await ground.addCertificate("ours", "renewed");
    expect(await because(await send("ben@partner.example"))).toBe("rule 2 is relay certificate renewed");
    expect(await ground.server.workers()).toEqual(workers);
  });

  test("a certificate that a route names is told with it, and cannot be removed", async () => {
    expect(await ground.program.must("cert", "show", "ours")).toContain(AT);
    const { code, err } = await ground.program.run("cert", "remove", "ours");
    expect(code).toBe(exitCodes.refused);
    expect(err.replaceAll(/\s+/g, " ")).toContain(`Certificate ours stays, as it is named by ${AT}`);
  });

  test("while its files cannot be read mail waits, nobody is asked, and it goes when they can", async () => {
    const late = { renews: "by-file", chainFile: ground.file("late.pem") };
    await ground.apply({ certificate: { entries: { late } } });
    await ground.apply({ smtp: { sites: { default: { routes: { partner: { certificate: "late" } } } } } });
    const id = await send("cleo@partner.example");
    const [only] = (await queue.tried(id)).recipients;
    expect(only).toMatchObject({ status: "queued", reply: "there is no certificate late that could be shown" });
    expect((await ground.event(6059)).parameters).toMatchObject({
      setting: "smtp/sites/default/routes/partner",
      certificate: "late",
    });
    ground.openssl.write("late.pem", ground.openssl.read("client.pem", "client.key"));
    await eventually("it is there", async () => {
      const [found] = await ground.ask<readonly CertificateAnswer[]>("certificate.list", { name: "late" });
      return found?.facts !== null;
    });
    await ground.program.must("queue", "retry", id, "--yes");
    expect((await queue.tried(id, 2)).recipients[0]?.status).toBe("delivered");
  });

  test("who shows that of a stranger, or none, is not let in, and the mail waits", async () => {
    await ground.addCertificate("stranger");
    await ground.apply({ smtp: { sites: { default: { routes: { partner: { certificate: "stranger" } } } } } });
    const id = await send("dora@partner.example");
    expect((await queue.tried(id)).recipients[0]?.status).toBe("queued");
    await ground.unset("smtp/sites/default/routes/partner", "certificate");
    await ground.program.must("queue", "retry", id, "--yes");
    const [only] = (await queue.tried(id, 2)).recipients;
    expect(only?.status).toBe("queued");
    expect(only?.reply).toBe("The connection broke: the server asks for a certificate of ours");
  });

  test.skipIf(!eximIsThere)(
    `${eximTitle} that lets nobody in without one takes the mail, and names who it was`,
    async () => {
      await using exim = await Exim.open({ clientAuthority: ground.openssl.read("authority.pem").toString() });
      const hosts = `[127.0.0.1]:${exim.port}`;
      const route = { hosts, domains: ["exim.example"], tls: "required", certificate: "ours" };
      await ground.apply({ smtp: { sites: { default: { routes: { exim: route } } } } });
      const [only] = (await queue.tried(await send("ada@exim.example"))).recipients;
      expect(only?.status).toBe("delivered");
      expect(exim.log()).toMatch(/<= erp@house\.example .* CV=yes DN="CN=renewed"/);
    },
  );
});
