// Postfix on the other side: as the server that gets our mail, and as the server whose relay we are.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MailQueue } from "../mail/mail-queue.ts";
import { Postfix, postfixIsThere } from "../mail/postfix.ts";
import { filesIn, siteFolder } from "../mail/site-folder.ts";
import { type Letter, submit } from "../mail/submit.ts";
import { eventually } from "./eventually.ts";
import { Ground, PASSWORD } from "./ground.ts";
import { findProgram } from "./machine.ts";

const why = "(skipped: no Postfix on this machine, or not root)";
const isMissing = !postfixIsThere || findProgram("openssl") === undefined;
const titled = (title: string): string => (isMissing ? `${title} ${why}` : title);

const textOf = (subject: string, body = "Hello\r\n"): string =>
  `From: erp@house.example\r\nSubject: ${subject}\r\n\r\n${body}`;
const numbered = (count: number, domain: string): readonly string[] =>
  Array.from({ length: count }, (_, n) => `person${n}@${domain}`);

describe.skipIf(isMissing)(titled("mail to Postfix"), () => {
  let ground: Ground;
  let postfix: Postfix;
  let queue: MailQueue;
  beforeAll(async () => {
    ground = await Ground.up({
      services: ["smtp"],
      names: ["mail.house.example"],
      document: {
        smtp: {
          sites: {
            default: {
              fullyQualifiedName: "mail.house.example",
              relay: ["relay 127.0.0.1"],
              recipientsMax: 2000,
              glitchRetries: 0,
              retryIntervals: ["1s"],
            },
          },
        },
      },
    });
    postfix = await Postfix.up({
      smtpd_tls_security_level: "may",
      smtpd_tls_cert_file: ground.file("main.pem"),
      smtpd_tls_key_file: ground.file("main.key"),
      smtpd_tls_received_header: "yes",
      message_size_limit: 100_000,
      smtpd_recipient_limit: 70,
      smtpd_client_connection_count_limit: 3,
      smtpd_client_event_limit_exceptions: "",
    });
    await postfix.answer({
      "no@postfix.example": "550 5.1.1 Unknown",
      "later@postfix.example": "450 4.2.1 Come again",
    });
    // A server of Postfix keeps to what it knew when its connection was made.
    const way = { hosts: `[127.0.0.1]:${postfix.port}`, domains: ["postfix.example"], messagesPerConnection: 5 };
    await ground.apply({ smtp: { sites: { default: { routes: { postfix: way } } } } });
    queue = await MailQueue.open(ground.program.home);
  }, 60_000);
  afterAll(async () => {
    await queue[Symbol.asyncDispose]();
    await postfix[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  });

  const send = async (letter: Partial<Letter>): Promise<string> =>
    submit(await ground.port("smtp"), { from: "erp@house.example", to: [], text: textOf("letter"), ...letter });
  const gotBy = (recipient: string) => postfix.messages().filter((it) => it.recipient === recipient);
  const got = (recipient: string, ...more: readonly string[]) =>
    eventually(`mail for ${recipient}`, () =>
      gotBy(recipient).find(({ text }) => more.every((it) => text.includes(it))),
    );

  test("it takes a text byte for byte, dots and eight bits, behind TLS as it offers that", async () => {
    const body = "one\r\n.\r\n..two\r\nGrüße\r\n";
    const id = await send({ to: ["ada@postfix.example"], text: textOf("dots", body), mailWords: " BODY=8BITMIME" });
    expect((await queue.left(id)).happenings.at(-1)?.text).toMatch(/^250 2\.0\.0 Ok: queued as /);
    const { sender, text } = await got("ada@postfix.example");
    expect(sender).toBe("erp@house.example");
    expect(text).toEndWith("\n\none\n.\n..two\nGrüße\n");
    expect(text).toContain("(using TLSv1.3 with cipher ");
    expect(text).toContain("Postfix) with ESMTPS id ");
  });

  test("addresses and headers beyond ASCII arrive as they were", async () => {
    const letter = { to: ["jürgen@postfix.example"], text: textOf("Grüße aus Köln") };
    const id = await send({ ...letter, mailWords: " SMTPUTF8 BODY=8BITMIME" });
    expect((await queue.left(id)).recipients[0]).toMatchObject({ status: "delivered" });
    const { text } = await got("jürgen@postfix.example");
    expect(text).toContain("\nSubject: Grüße aus Köln\n");
    expect(text).toContain("(Postfix) with UTF8SMTPS id ");
  });

  test("what the sender wishes to be told goes along, and Postfix tells it", async () => {
    await send({
      from: "boss@postfix.example",
      to: ["told@postfix.example"],
      mailWords: " RET=HDRS ENVID=order+2B4711",
      rcptWords: " NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;first+2Bname@old.example",
    });
    const { text } = await got("boss@postfix.example", "Action: delivered");
    expect(text).toContain("Original-Envelope-Id: order+4711");
    expect(text).toContain("Original-Recipient: rfc822;first+name@old.example");
    expect(text).toContain("Content-Type: text/rfc822-headers");
  });

  test("what is larger than it says that it takes is not sent at all", async () => {
    const id = await send({
      to: ["large@postfix.example"],
      text: textOf("large", "x".repeat(98).concat("\r\n").repeat(1100)),
    });
    const { recipients } = await queue.left(id);
    expect(recipients[0]).toMatchObject({ status: "failed" });
    expect(recipients[0]?.reply).toContain("the server takes 100000");
    expect(postfix.log()).not.toContain("Message size exceeds");
  });

  test("of three recipients one is refused, one is taken, and one is put off and taken when it is time", async () => {
    const to = ["no@postfix.example", "yes@postfix.example", "later@postfix.example"];
    const id = await send({ from: "boss@postfix.example", to });
    const { recipients } = await queue.tried(id);
    expect(recipients.slice(0, 2).map((it) => it.status)).toEqual(["failed", "delivered"]);
    expect(recipients.map((it) => it.reply.slice(0, 9))).toEqual(["550 5.1.1", "250 2.0.0", "450 4.2.1"]);
    await postfix.answer({});
    expect((await queue.left(id)).recipients[2]).toMatchObject({ status: "delivered" });
    await got("later@postfix.example");
    expect([gotBy("yes@postfix.example").length, gotBy("no@postfix.example").length]).toEqual([1, 0]);
    await got("boss@postfix.example", "Action: failed", "no@postfix.example");
  });

  test("1,000 recipients, of which it takes 70 in one message, get it once each", async () => {
    const to = numbered(1000, "postfix.example");
    const id = await send({ to, text: textOf("to many") });
    const { recipients } = await queue.left(id, 60_000);
    expect(recipients.filter((it) => it.status !== "delivered")).toEqual([]);
    const many = () => postfix.messages().filter(({ text }) => text.includes("Subject: to many\n"));
    await eventually(
      () => `all of them, not ${many().length}`,
      () => many().length >= to.length,
      60_000,
    );
    expect(
      many()
        .map((it) => it.recipient)
        .sort(),
    ).toEqual(to.toSorted());
    expect(postfix.log()).toContain("nrcpt=70 (queue active)");
  }, 120_000);

  test("it is given no more connections than it likes, and each of many messages once", async () => {
    const to = numbered(60, "postfix.example");
    const text = textOf("at once");
    const ids = await Promise.all(to.map((it) => send({ to: [it], text })));
    for (const id of ids) expect((await queue.left(id, 60_000)).recipients[0]?.status).toBe("delivered");
    const all = () => postfix.messages().filter((it) => it.text.includes("Subject: at once\n"));
    await eventually("all of them", () => all().length >= to.length);
    expect(
      all()
        .map((it) => it.recipient)
        .sort(),
    ).toEqual(to.toSorted());
    expect(postfix.log()).toContain("Connection concurrency limit exceeded");
  }, 120_000);
});

describe.skipIf(isMissing)(titled("mail from Postfix"), () => {
  let ground: Ground;
  let postfix: Postfix;
  let queue: MailQueue;
  beforeAll(async () => {
    ground = await Ground.up({
      services: ["smtp"],
      names: ["mail.example"],
      users: ["anna"],
      document: {
        smtp: {
          sites: {
            default: {
              fullyQualifiedName: "mail.example",
              // Where nobody takes mail, so that it stays in the queue to be looked at.
              smartHost: "[127.0.0.1]:1",
              relay: ["relay account anna to *.far.example"],
              recipientsMax: 10,
            },
          },
        },
      },
    });
    const relayhost = `[127.0.0.1]:${await ground.port("smtp")}`;
    postfix = await Postfix.up({
      relayhost,
      default_transport: "smtp",
      smtp_tls_security_level: "secure",
      smtp_tls_secure_cert_match: "mail.example",
      smtp_tls_CAfile: ground.file("main.pem"),
      smtp_sasl_auth_enable: "yes",
      smtp_sasl_password_maps: `inline:{ { ${relayhost} = anna:${PASSWORD} } }`,
      // What is put off for now comes again soon.
      ...{ queue_run_delay: "2s", minimal_backoff_time: "2s", maximal_backoff_time: "2s" },
    });
    queue = await MailQueue.open(ground.program.home);
  }, 60_000);
  afterAll(async () => {
    await queue[Symbol.asyncDispose]();
    await postfix[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  });

  const letter: Letter = { from: "scan@mail.example", to: [], text: textOf("letter") };
  const send = (some: Partial<Letter>): Promise<string> => submit(postfix.port, { ...letter, ...some });
  const foundAt = (domain: string, count: number) => queue.at(domain, count, () => postfix.log());

  test("it goes over to TLS, believes our certificate, logs in, and its text comes byte for byte", async () => {
    const text = textOf("Grüße", "one\r\n.\r\n..two\r\nGrüße\r\n");
    await send({ to: ["jürgen@one.far.example"], text, mailWords: " SMTPUTF8 BODY=8BITMIME" });
    const [found] = await foundAt("one.far.example", 1);
    expect(found?.message).toMatchObject({
      envelope: { sender: "scan@mail.example", smtpUtf8: true, bodyKind: "8bitmime" },
      source: { account: "anna", by: "smtp" },
      facts: { subject: "Grüße", hello: "mx.postfix.example" },
    });
    const kept = await queue.text(found?.message.id ?? "");
    expect(kept).toContain("\r\nSubject: Grüße\r\n");
    expect(kept).toEndWith("\r\n\r\none\r\n.\r\n..two\r\nGrüße\r\n");
    expect(kept.replaceAll("\r\n ", " ")).toMatch(/ by mail\.example \(TLSv1\.3 \w+\) with UTF8SMTPSA id /);
  });

  test("it says sender, recipients and DATA at once, as we let it", async () => {
    const relayhost = `[127.0.0.1]:${await ground.port("smtp")}`;
    // Its log then has the conversation.
    const debug = { debug_peer_list: "127.0.0.1", debug_peer_level: 1 };
    await using talkative = await Postfix.up({ relayhost, default_transport: "smtp", ...debug });
    await submit(talkative.port, { ...letter, to: ["a@mail.example", "b@mail.example"] });
    await eventually("both are sent", () => talkative.log().match(/status=sent/g)?.length === 2);
    const talk = [...talkative.log().matchAll(/ postfix\/smtp\[\d+\]: ([<>]) \S+ (\w+)/g)].map(
      ([, who, word]) => `${who} ${word}`,
    );
    const begin = talk.indexOf("> MAIL");
    expect(talk.slice(begin, begin + 5)).toEqual(["> MAIL", "> RCPT", "> RCPT", "> DATA", "< 250"]);
  }, 30_000);

  test("each of many messages comes once to each of its recipients", async () => {
    const to = ["a@three.far.example", "b@three.far.example", "c@three.far.example"];
    await Promise.all(Array.from({ length: 12 }, (_, n) => send({ to, text: textOf(`many ${n}`) })));
    const found = await foundAt("three.far.example", 36);
    const pairs = found.map((it) => `${it.message.facts.subject} ${it.address}`);
    expect([pairs.length, new Set(pairs).size]).toEqual([36, 36]);
  });

  test("recipients that are too many for one message come in several", async () => {
    const to = numbered(25, "four.far.example");
    await send({ to });
    const found = await foundAt("four.far.example", to.length);
    expect(found.map((it) => it.address).sort()).toEqual(to.toSorted());
    expect(new Set(found.map((it) => it.message.id)).size).toBe(3);
  });

  test("what its sender wishes to be told is known to us", async () => {
    const words = { mailWords: " RET=HDRS ENVID=order+2B4711", rcptWords: " NOTIFY=DELAY ORCPT=rfc822;x@old.example" };
    await send({ to: ["told@five.far.example"], ...words });
    const [found] = await foundAt("five.far.example", 1);
    expect(found?.message.envelope).toMatchObject({ ret: "headers", envid: "order+2B4711" });
    const { recipients } = await queue.story(found?.message.id ?? "", () => true);
    expect(recipients[0]).toMatchObject({ notify: "DELAY", orcpt: "rfc822;x@old.example" });
  });

  test("what we refuse comes back by its notice, in our words", async () => {
    await send({ to: ["x@elsewhere.example"], text: textOf("refused by the relay") });
    const drop = siteFolder(ground.program.home, "Drop");
    const notice = await eventually("the notice", () =>
      filesIn(drop)
        .map((it) => readFileSync(join(drop, it), "utf8"))
        .find((it) => it.includes("refused by the relay")),
    );
    expect(notice).toStartWith("x-sender: <>\r\nx-receiver: scan@mail.example\r\n");
    expect(notice).toContain("550 5.7.1 Unable to relay for x@elsewhere.example");
  });
});
