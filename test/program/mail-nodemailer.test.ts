// Nodemailer, by which most programs on Node send: many messages on kept connections, behind STARTTLS and a login.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createTransport } from "nodemailer";
import { MailQueue } from "../mail/mail-queue.ts";
import { needing } from "./client.ts";
import { Ground, PASSWORD } from "./ground.ts";

const { title, skip } = needing("mail from Nodemailer", "openssl");

describe.skipIf(skip)(title, () => {
  let ground: Ground;
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
            },
          },
        },
      },
    });
    queue = await MailQueue.open(ground.program.home);
  }, 60_000);
  afterAll(async () => {
    await queue[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  });

  const transport = async (maxConnections: number) =>
    createTransport({
      host: "127.0.0.1",
      port: await ground.port("smtp"),
      pool: true,
      maxConnections,
      requireTLS: true,
      tls: { ca: ground.openssl.read("main.pem"), servername: "mail.example" },
      auth: { user: "anna", pass: PASSWORD },
    });

  test("each of many messages comes once, on the two connections that it keeps", async () => {
    const client = await transport(2);
    const mail = { from: "anna@mail.example", to: "ada@many.far.example", text: "Hello" };
    const sent = Array.from({ length: 30 }, (_, n) => client.sendMail({ ...mail, subject: `number ${n}` }));
    for (const { response } of await Promise.all(sent)) expect(response).toStartWith("250 2.0.0 Queued as ");
    client.close();
    const messages = (await queue.at("many.far.example", 30)).map((it) => it.message);
    expect(new Set(messages.map((it) => it.facts.subject)).size).toBe(30);
    expect([messages.length, new Set(messages.map((it) => it.source.trace)).size]).toEqual([30, 2]);
    expect(new Set(messages.map((it) => it.source.account))).toEqual(new Set(["anna"]));
  });

  test("letters beyond ASCII, an attachment, and what the sender wishes to be told come as they were", async () => {
    const client = await transport(1);
    const content = Buffer.from(Array.from({ length: 300_000 }, (_, n) => (n * 7) & 0xff));
    await client.sendMail({
      from: "Änne <anna@mail.example>",
      to: "jürgen@one.far.example",
      subject: "Grüße aus Köln",
      text: "Schöne Grüße\n.\n..zwei",
      attachments: [{ filename: "scan.bin", content }],
      dsn: { id: "order 4711", return: "headers", notify: ["failure", "delay"], recipient: "anna@mail.example" },
    });
    client.close();
    const [got] = await queue.at("one.far.example", 1);
    expect(got).toMatchObject({
      address: "jürgen@one.far.example",
      message: {
        envelope: { sender: "anna@mail.example", smtpUtf8: true, ret: "headers", envid: "order+204711" },
        facts: { subject: "Grüße aus Köln" },
      },
    });
    const text = await queue.text(got?.message.id ?? "");
    expect(text).toContain("\r\nSubject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe_aus_K=C3=B6ln?=\r\n");
    expect(text.replaceAll("\r\n ", " ")).toMatch(/ by mail\.example \(TLSv1\.3 \w+\) with UTF8SMTPSA id /);
    expect(text.replaceAll("\r\n", "")).toContain(content.toString("base64"));
  });

  test("it tells its program who was refused, and goes on with the same connection", async () => {
    const client = await transport(1);
    const mail = { from: "anna@mail.example", subject: "a", text: "Hello" };
    const { accepted, rejected } = await client.sendMail({ ...mail, to: ["b@two.far.example", "c@elsewhere.example"] });
    expect([accepted, rejected]).toEqual([["b@two.far.example"], ["c@elsewhere.example"]]);
    await expect(client.sendMail({ ...mail, to: "c@elsewhere.example" })).rejects.toThrow("550 5.7.1 Unable to relay");
    await client.sendMail({ ...mail, to: "d@two.far.example" });
    client.close();
    const messages = (await queue.at("two.far.example", 2)).map((it) => it.message);
    expect([messages.length, new Set(messages.map((it) => it.source.trace)).size]).toEqual([2, 1]);
  });
});
