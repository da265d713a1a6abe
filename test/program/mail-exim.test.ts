// Exim as the server whose relay we are. How it gets our mail is in mail-deliver.test.ts.
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { Exim, eximIsThere } from "../mail/exim.ts";
import { MailQueue } from "../mail/mail-queue.ts";
import { type Letter, submit } from "../mail/submit.ts";
import { eventually } from "./eventually.ts";
import { Ground, PASSWORD } from "./ground.ts";
import { findProgram } from "./machine.ts";

const isMissing = !eximIsThere || findProgram("openssl") === undefined;
const title = isMissing
  ? "mail from Exim (skipped: no exim4 or openssl on this machine, or not root)"
  : "mail from Exim";
const textOf = (subject: string, body: string): string =>
  `From: erp@house.example\r\nSubject: ${subject}\r\n\r\n${body}`;

describe.skipIf(isMissing)(title, () => {
  let ground: Ground;
  let exim: Exim;
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
              relay: ["relay account anna"],
            },
          },
        },
      },
    });
    // Its own user has to read it.
    const certificate = join(ground.program.folder, "main.pem");
    copyFileSync(ground.file("main.pem"), certificate);
    const login = { certificate, account: "anna", password: PASSWORD };
    exim = await Exim.open({ relay: { port: await ground.port("smtp"), login } });
    queue = await MailQueue.open(ground.program.home);
  }, 60_000);
  afterAll(async () => {
    await queue[Symbol.asyncDispose]();
    await exim[Symbol.asyncDispose]();
    await ground[Symbol.asyncDispose]();
  });

  const send = (letter: Pick<Letter, "to" | "text"> & Partial<Letter>): Promise<string> =>
    submit(exim.port, { from: "scan@mail.example", ...letter });
  const foundAt = (domain: string, count: number) => queue.at(domain, count, () => exim.log());

  test("it goes over to TLS, logs in, and hands over in chunks what comes byte for byte", async () => {
    const body = `one\r\n.\r\n..two\r\nGrüße\r\n${`${"x".repeat(97)}\r\n`.repeat(3000)}`;
    await send({ to: ["jürgen@one.example"], text: textOf("Grüße", body), mailWords: " SMTPUTF8 BODY=8BITMIME" });
    const [found] = await foundAt("one.example", 1);
    expect(found?.message).toMatchObject({ envelope: { sender: "scan@mail.example" }, source: { account: "anna" } });
    const kept = await queue.text(found?.message.id ?? "");
    expect(kept.slice(kept.indexOf("\r\n\r\n") + 4) === body).toBeTrue();
    expect(kept.replaceAll("\r\n ", " ")).toMatch(/ by mail\.example \(TLSv1\.3 \w+\) with UTF8SMTPSA id /);
    // It writes that down once it has heard our answer. L and K: commands at once, and chunks.
    await eventually(
      () => exim.log(),
      () => exim.log().includes("=> j"),
    );
    expect(exim.log()).toMatch(/=> j\S+@one\.example .* CV=yes DN="CN=main" A=plain L K C="250 2\.0\.0 Queued as /);
  }, 30_000);

  test("each of many messages comes once to each of its recipients", async () => {
    const to = ["a@two.example", "b@two.example", "c@two.example"];
    await Promise.all(Array.from({ length: 15 }, (_, n) => send({ to, text: textOf(`many ${n}`, "Hello\r\n") })));
    const found = await foundAt("two.example", 45);
    const pairs = found.map((it) => `${it.message.facts.subject} ${it.address}`);
    expect([pairs.length, new Set(pairs).size]).toEqual([45, 45]);
  }, 30_000);
});
