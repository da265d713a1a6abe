import { expect, test } from "bun:test";
import type { Login } from "../../account/login.ts";
import { fakeLogin } from "../../account/testing/fake-login.ts";
import { underTls } from "../../net/testing/fake-connection.ts";
import { Rig } from "./testing/rig.ts";

const relayed = { settings: { relay: ["relay 192.0.2.0/24"] } };
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const secured = { secured: underTls, canSecure: false };

test("a message is queued when it is in the spool, under the name that the client hears", async () => {
  const rig = new Rig(relayed);
  const said = await rig
    .session()
    .say(
      "EHLO printer",
      "MAIL FROM:<scan@example.org>",
      "RCPT TO:<ada@example.net>",
      "DATA",
      "Subject: a",
      "",
      "b",
      ".",
    );
  const [found] = await rig.queued();
  expect(said).toEndWith(`250 2.0.0 Queued as ${found?.message.id}\r\n`);
  expect(found).toMatchObject({
    address: "ada@example.net",
    destination: "example.net",
    message: {
      envelope: { sender: "scan@example.org", bodyKind: "7bit" },
      source: { site: "smtp/sites/default", by: "smtp", client: "192.0.2.1", account: null, trace: "t1" },
      facts: { hello: "printer", accepted: "rule 1 is relay 192.0.2.0/24", subject: "a" },
    },
  });
});

test("the line that says from whom stands first, and a printer that wrote no date gets one", async () => {
  const rig = new Rig(relayed);
  await rig.session().say("EHLO p", "MAIL FROM:<>", "RCPT TO:<ada@example.net>", "DATA", "Subject: a", "", "b", ".");
  const id = (await rig.queued())[0]?.message.id ?? "";
  expect(await rig.text(id)).toBe(
    `Received: from p ([192.0.2.1]) by mail.example with ESMTP id ${id}\r\n for <ada@example.net>; Fri, 27 Nov 2026 12:40:09 +0000\r\n` +
      `Subject: a\r\nDate: Fri, 27 Nov 2026 12:40:09 +0000\r\nMessage-ID: <${id}@mail.example>\r\n\r\nb\r\n`,
  );
});

test("mail from the world gets the line on top, and nothing else is touched", async () => {
  const rig = new Rig();
  await rig
    .session()
    .say("EHLO p", "MAIL FROM:<a@b.example>", "RCPT TO:<ada@example.org>", "DATA", "x: 1", "", "b", ".");
  const [found] = await rig.queued();
  expect(found?.destination).toBe("local:example.org");
  expect((await rig.text(found?.message.id ?? "")).split("\r\n").slice(2)).toEqual(["x: 1", "", "b", ""]);
});

test("lines of other servers beyond hopsMax are a circle, and nothing is queued", async () => {
  const rig = new Rig({ settings: { hopsMax: 2 } });
  const hops = (count: number) =>
    Array.from({ length: count }, () => "Received: from a by b; Fri, 27 Nov 2026 12:40:09 +0000");
  const { say } = ((talk) => ({ say: talk.say.bind(talk) }))(rig.session());
  const mail = ["MAIL FROM:<a@b.example>", "RCPT TO:<ada@example.org>", "DATA"];
  expect(await say("EHLO p", ...mail, ...hops(3), "", ".")).toEndWith(
    "554 5.4.6 The message has passed 3 servers already: it runs in a circle\r\n",
  );
  expect(await say(...mail, ...hops(2), "", ".")).toContain("250 2.0.0 Queued");
  expect(await rig.queued()).toHaveLength(1);
  expect(rig.events).toEqual([6010]);
});

test("a disk that runs short is told at MAIL, and a spool that is not there too", async () => {
  const short = new Rig({ ...relayed, room: () => ({ accepting: false, because: "1 MB is free" }) });
  expect(await short.session().say("EHLO p", "MAIL FROM:<a@b>")).toContain("452 4.3.1 ");
  const gone = new Rig({ ...relayed, spool: null });
  expect(await gone.session().say("EHLO p", "MAIL FROM:<a@b>")).toContain("451 4.3.0 ");
});

test("without a rule nobody relays; who has logged in and has the right does", async () => {
  const rig = new Rig();
  const talk = rig.session(secured);
  const relaying = ["MAIL FROM:<a@example.org>", "RCPT TO:<c@d.example>"];
  expect(await talk.say("EHLO p", ...relaying)).toEndWith("550 5.7.1 Unable to relay for c@d.example\r\n");
  expect(await talk.say("RSET", `AUTH PLAIN ${base64("\0ada\0right")}`, ...relaying)).toContain("235 2.7.0 ");
  await talk.say("DATA", "", ".");
  const [found] = await rig.queued();
  expect(found?.message).toMatchObject({ source: { account: "ada" }, facts: { protocol: "ESMTPSA" } });
  expect(await rig.text(found?.message.id ?? "")).toContain("with ESMTPSA");
});

test("in clear TLS is offered and no password is taken; under TLS it is the other way round", async () => {
  const clear = new Rig().session();
  expect(await clear.say("EHLO me")).toContain("250 STARTTLS\r\n");
  expect(await clear.say(`AUTH PLAIN ${base64("\0ada\0right")}`)).toStartWith("538 ");
  expect(await clear.dialogue.answer({ kind: "line", text: "STARTTLS" })).toEqual({
    reply: "220 2.0.0 Begin TLS now\r\n",
    secure: true,
  });
  const secure = new Rig().session(secured);
  expect(await secure.say("EHLO me")).toContain("AUTH PLAIN LOGIN\r\n");
  expect(await secure.say("STARTTLS")).toStartWith("503 ");
});

test("without a certificate STARTTLS is neither offered nor begun", async () => {
  const talk = new Rig().session({ canSecure: false });
  expect(await talk.say("EHLO me")).not.toContain("STARTTLS");
  expect(await talk.say("STARTTLS")).toStartWith("454 4.7.0 ");
});

test("a login by each mechanism, in one step or in many; what is wrong keeps its own code", async () => {
  const begin = async () => {
    const talk = new Rig().session(secured);
    await talk.say("EHLO me");
    return talk;
  };
  expect(await (await begin()).say(`AUTH PLAIN ${base64("\0ada\0right")}`)).toStartWith("235 ");
  const talk = await begin();
  expect(await talk.say("auth login")).toBe(`334 ${base64("Username:")}\r\n`);
  expect(await talk.say(base64("ada"))).toBe(`334 ${base64("Password:")}\r\n`);
  expect(await talk.say(base64("wrong"))).toStartWith("535 5.7.8 ");
  expect(await talk.say("AUTH PLAIN")).toBe("334 \r\n");
  expect(await talk.say("*")).toStartWith("501 ");
  expect(await talk.say("AUTH NTLM")).toStartWith("504 ");
  expect(await talk.say("AUTH PLAIN !")).toStartWith("501 ");
  expect(await talk.say(`AUTH PLAIN ${base64("\0busy\0x")}`)).toStartWith("454 ");
  expect(await talk.say(`AUTH PLAIN ${base64("\0elsewhere\0x")}`)).toStartWith("535 ");
  expect(await talk.say(`AUTH PLAIN ${base64("\0ada\0right")}`)).toStartWith("235 ");
  expect(await talk.say("AUTH PLAIN")).toStartWith("503 ");
  expect(talk.dialogue.user?.account).toBe("ada");
  const blocked = await begin();
  expect(await blocked.say(`AUTH PLAIN ${base64("\0blocked\0x")}`)).toStartWith("454 4.7.0 ");
  expect(blocked.closed).toBe(true);
});

test("after the handshake nobody has logged in any more", async () => {
  const talk = new Rig().session(secured);
  await talk.say("EHLO me", `AUTH PLAIN ${base64("\0ada\0right")}`);
  talk.dialogue.secured();
  expect(talk.dialogue.user).toBeUndefined();
});

test("a message that breaks off leaves nothing", async () => {
  const rig = new Rig(relayed);
  const talk = rig.session();
  await talk.say("EHLO p", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "BDAT 5");
  await talk.send(Buffer.from("x: 1\n"));
  talk.dialogue.ended();
  expect(await rig.queued()).toEqual([]);
});

test("an old device that ends lines with LF is understood where its address is listed, and only there", async () => {
  const rig = new Rig({ settings: { relay: ["relay *"], bareLfFrom: ["192.0.2.9"] } });
  const text = "EHLO p\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\nSubject: a\n\nb\r\n.\r\n";
  const old = { peer: { address: "192.0.2.9", port: 1 } };
  expect(await rig.session(old).send(Buffer.from(text))).toContain("250 2.0.0 Queued");
  expect(await rig.session().send(Buffer.from(text))).not.toContain("250 ");
});

test("senders of local domains are shown as the domain of the house, in the envelope and on the first hop in From", async () => {
  const rig = new Rig({ settings: { relay: ["relay *"], masqueradeDomain: "house.example" } });
  const talk = rig.session();
  await talk.say(
    "EHLO p",
    "MAIL FROM:<scan@example.org>",
    "RCPT TO:<c@d>",
    "DATA",
    "From: Scan <scan@example.org>, root",
    "",
    ".",
  );
  const [found] = await rig.queued();
  expect(found?.message.envelope.sender).toBe("scan@house.example");
  expect(await rig.text(found?.message.id ?? "")).toContain("From: Scan <scan@house.example>, root@house.example\r\n");
  await talk.say("MAIL FROM:<partner@far.example>", "RCPT TO:<c@d>", "DATA", "From: partner@far.example", "", ".");
  const [, other] = await rig.queued();
  expect(other?.message.envelope.sender).toBe("partner@far.example");
  expect(await rig.text(other?.message.id ?? "")).toContain("From: partner@far.example\r\n");
});

test("the greeting has the name and the words of the site", () => {
  expect(new Rig().session().dialogue.greeting).toBe("220 mail.example ESMTP inetsrv\r\n");
  const quiet = new Rig({ settings: { banner: "ready" } });
  expect(quiet.session().dialogue.greeting).toBe("220 mail.example ESMTP ready\r\n");
});

test("a certificate that stands for an account logs it in, once; one that a rule names needs no account", async () => {
  const asked: (readonly string[])[] = [];
  const verify: Login["verify"] = async (claim) => {
    if (claim.by === "certificate") asked.push(claim.names);
    return { is: "welcome", account: "printer", groups: [], may: (right) => right === "relay" };
  };
  const login = { ...fakeLogin(), verify };
  const shown = { secured: { ...underTls, clientName: "printer-3", clientFingerprint: "AA:BB" } };
  const mail = ["MAIL FROM:<a@b>", "RCPT TO:<c@d>", "RSET"];
  const byAccount = new Rig({ login }).session(shown);
  expect(await byAccount.say("EHLO p", ...mail, ...mail)).toContain("250 2.1.5 Recipient accepted\r\n");
  expect([byAccount.dialogue.user?.account, asked]).toEqual(["printer", [["printer-3", "aabb"]]]);
  const byRule = new Rig({ login, settings: { relay: ["relay certificate AABB"] } }).session(shown);
  expect(await byRule.say("EHLO p", ...mail)).toContain("250 2.1.5 Recipient accepted\r\n");
  expect([byRule.dialogue.user, asked.length]).toEqual([undefined, 1]);
});

test("a certificate that stands for nobody is asked about once, and does not keep its bearer from sending", async () => {
  let asked = 0;
  const verify: Login["verify"] = async () => {
    asked++;
    return { is: "not-allowed", account: undefined, because: "the certificate stands for no account" };
  };
  const shown = { secured: { ...underTls, clientName: "stranger" } };
  const talk = new Rig({ login: { ...fakeLogin(), verify } }).session(shown);
  const mail = ["MAIL FROM:<a@b>", "RCPT TO:<ada@example.org>", "RSET"];
  expect(await talk.say("EHLO p", ...mail, ...mail)).toContain("250 2.1.5 Recipient accepted\r\n");
  expect(asked).toBe(1);
});

test("who has logged in submits, also to a local domain: what a message lacks is added", async () => {
  const rig = new Rig();
  const talk = rig.session(secured);
  const mail = ["MAIL FROM:<a@example.org>", "RCPT TO:<ada@example.org>", "DATA", "x: 1", "", "."];
  await talk.say("EHLO p", `AUTH PLAIN ${base64("\0ada\0right")}`, ...mail);
  expect(await rig.text((await rig.queued())[0]?.message.id ?? "")).toContain(
    "\r\nDate: Fri, 27 Nov 2026 12:40:09 +0000\r\n",
  );
});

test("when the service stops, whoever talks goes on to the end of a message, and 421 is said behind it", async () => {
  const rig = new Rig(relayed);
  const [begins, byData, byChunks, given] = [rig.session(), rig.session(), rig.session(), rig.session()];
  const mail = ["EHLO p", "MAIL FROM:<a@b>", "RCPT TO:<c@d.example>"];
  expect(begins.dialogue.finish()).toBe("soon");
  expect(await begins.say(...mail, "NOOP")).not.toContain("421");
  for (const it of [byData, byChunks, given]) {
    await it.say(...mail);
    expect(it.dialogue.finish()).toBe("soon");
  }
  expect(await byData.say("RCPT TO:<e@d.example>", "DATA", "", "b", ".")).toMatch(
    /354 .*\r\n250 2\.0\.0 Queued as \w+\r\n421 4\.3\.2 mail\.example the service stops\r\n$/s,
  );
  expect(await byChunks.say("BDAT 2", "", "BDAT 0 LAST")).toEndWith("the service stops\r\n");
  expect(await given.say("RSET")).toEndWith("the service stops\r\n");
  expect(await begins.say("RSET")).toEndWith("the service stops\r\n");
  expect([begins, byData, byChunks, given].map((it) => it.closed)).toEqual([true, true, true, true]);
  expect(await rig.queued()).toHaveLength(3);
});
