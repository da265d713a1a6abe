import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Story } from "../../src/spool/spool.ts";
import { MailQueue } from "../mail/mail-queue.ts";
import { filesIn, siteFolder } from "../mail/site-folder.ts";
import { idIn } from "../mail/submit.ts";
import { needing, runClient } from "./client.ts";
import { eventually } from "./eventually.ts";
import { Ground, PASSWORD } from "./ground.ts";
import { Peer } from "./peer.ts";

/** Where nobody takes mail, so that it stays in the queue to be looked at. */
const NOWHERE = "[127.0.0.1]:1";

let ground: Ground;
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
            smartHost: NOWHERE,
            relay: ["relay account anna", "relay 127.0.0.1 from *@house.example"],
          },
        },
      },
    },
  });
}, 60_000);
afterAll(() => ground[Symbol.asyncDispose]());

interface Kept extends Story {
  /** As it lies in the spool, with the lines of its header unfolded. */
  readonly text: string;
}

/** What the spool of the home has under an id. */
async function kept(id: string): Promise<Kept> {
  await using queue = await MailQueue.open(ground.program.home);
  const story = await queue.story(id, () => true);
  return { ...story, text: (await queue.text(id)).replaceAll("\r\n ", " ") };
}

const mailClients = needing("mail from real clients", "swaks", "python3");
describe.skipIf(mailClients.skip)(mailClients.title, () => {
  const swaks = async (...more: readonly string[]) => {
    const server = ["--server", "127.0.0.1", "--port", `${await ground.port("smtp")}`, "--helo", "printer"];
    const mail = ["--from", "scan@house.example", "--to", "ada@far.example"];
    return runClient(["swaks", ...server, ...mail, ...more]);
  };
  const login = ["--auth", "PLAIN", "--auth-user", "anna", "--auth-password", PASSWORD];

  test("swaks hands over a message in clear, and finds it under the id that it heard", async () => {
    const { code, out } = await swaks("--pipeline", "--header", "Subject: a scan", "--body", "line\n.\n..x");
    expect(code).toBe(0);
    const { message, recipients, text } = await kept(idIn(out));
    expect(message).toMatchObject({
      envelope: { sender: "scan@house.example" },
      source: { client: "127.0.0.1", by: "smtp", account: null, site: "smtp/sites/default" },
      facts: { hello: "printer", subject: "a scan", accepted: "rule 2 is relay 127.0.0.1 from *@house.example" },
    });
    expect(recipients).toMatchObject([{ address: "ada@far.example", destination: "smarthost:default" }]);
    expect(text).toStartWith("Received: from printer ([127.0.0.1]) by mail.example with ESMTP id ");
    expect(text).toContain("line\r\n.\r\n..x\r\n");
  });

  test("swaks behind STARTTLS and after a login is told from others in the line of ours", async () => {
    const tls = ["--tls", "--tls-verify", "--tls-ca-path", ground.file("main.pem"), "--tls-sni", "mail.example"];
    const { code, out } = await swaks(...tls, ...login, "--from", "anna@else.example");
    expect(code).toBe(0);
    const { message, text } = await kept(idIn(out));
    expect(message.source.account).toBe("anna");
    expect(text).toContain("with ESMTPSA");
    expect(text).toContain("TLSv1.3 TLS_AES_256_GCM_SHA384");
  });

  test("a stranger's sender is refused, and what it would have said is never heard", async () => {
    const { code, out } = await swaks("--from", "stranger@else.example");
    expect([code, out]).toEqual([24, expect.stringContaining("550 5.7.1 Unable to relay for ada@far.example")]);
  });

  test("a body of some megabytes lies beside the database, whole", async () => {
    ground.openssl.write("large", `${"x".repeat(997)}\n`.repeat(3000));
    const { code, out } = await swaks("--body", `@${ground.file("large")}`, "--suppress-data");
    expect(code).toBe(0);
    const { text, message } = await kept(idIn(out));
    expect(text.match(/x{997}\r\n/g)).toHaveLength(3000);
    expect(message.sizeBytes).toBeGreaterThan(3000 * 999);
  });

  const python = async (script: readonly string[]) => {
    const begin = [
      "import smtplib, sys",
      "from email.message import EmailMessage",
      `port = ${await ground.port("smtp")}`,
    ];
    return runClient(["python3", "-c", [...begin, ...script].join("\n")]);
  };

  test("smtplib sends letters beyond ASCII in addresses, header and body, to several at once", async () => {
    const { code, out, err } = await python([
      "m = EmailMessage()",
      "m['From'], m['To'], m['Subject'] = 'scan@house.example', 'jürgen@far.example, ada@far.example', 'Grüße'",
      "m.set_content('Schöne Grüße\\n')",
      "s = smtplib.SMTP('127.0.0.1', port)",
      "s.ehlo('printer')",
      "s.mail('scan@house.example', ['SMTPUTF8', 'BODY=8BITMIME'])",
      "s.command_encoding = 'utf-8'",
      "for it in ('jürgen@far.example', 'ada@far.example', 'ada@far.example'): s.rcpt(it)",
      "print(s.data(m.as_bytes(policy=m.policy.clone(utf8=True, linesep='\\r\\n'))))",
      "s.quit()",
    ]);
    expect([code, err]).toEqual([0, ""]);
    const { message, recipients, text } = await kept(idIn(out));
    expect(message.envelope).toMatchObject({ smtpUtf8: true, bodyKind: "8bitmime" });
    expect(recipients.map((it) => it.address)).toEqual(["jürgen@far.example", "ada@far.example"]);
    expect(text).toContain("with UTF8SMTP");
    expect(text).toContain("Subject: Grüße");
  });

  test("smtplib hears what became of each recipient", async () => {
    const { code, out } = await python([
      "s = smtplib.SMTP('127.0.0.1', port)",
      "print(s.sendmail('else@else.example', ['info@mail.example', 'x@far.example'], 'Subject: a\\n\\nb\\n'))",
      "print(s.docmd('NOOP'))",
    ]);
    expect([code, out]).toEqual([0, expect.stringContaining("{'x@far.example': (550, ")]);
  });
});

describe("what hostile clients try", () => {
  const begin = ["EHLO x", "MAIL FROM:<scan@house.example>", "RCPT TO:<ada@far.example>", "DATA"];
  /** Says it all at once; what the server has said when it is quiet or gone. */
  async function talk(text: string): Promise<string> {
    using peer = await Peer.open(await ground.port("smtp"));
    peer.say(`${text}QUIT\r\n`);
    return (await peer.ended()).heard;
  }
  const codes = (heard: string) =>
    heard
      .split("\r\n")
      .filter((it) => /^\d{3} /.test(it))
      .map((it) => it.slice(0, 3));

  test.each([
    ["LF . LF", "\n.\n"],
    ["LF . CRLF", "\n.\r\n"],
    ["CRLF . LF", "\r\n.\n"],
    ["CR . CR", "\r.\r"],
    ["CR . CRLF", "\r.\r\n"],
    ["CRLF . CR", "\r\n.\r"],
    ["NUL", "\r\n.\0\r\n"],
  ])("%s ends no message, and the second one in it is nobody's", async (_, end) => {
    const smuggled = "MAIL FROM:<evil@house.example>\r\nRCPT TO:<victim@far.example>\r\nDATA\r\nevil\r\n.\r\n";
    const heard = await talk(`${begin.join("\r\n")}\r\nSubject: a\r\n\r\nfirst${end}${smuggled}`);
    expect(codes(heard)).toEqual(["220", "250", "250", "250", "354", "554", "221"]);
    expect(heard).not.toContain("Queued");
  });

  test("a line end within an address, a name or a parameter begins no command and no line of the header", async () => {
    const heard = await talk(
      [
        "EHLO x\rRCPT TO:<a@b>",
        "EHLO x",
        "MAIL FROM:<scan@house.example\n>",
        'MAIL FROM:<"a\rb"@house.example>',
        "MAIL FROM:<scan@house.example> ENVID=a\0b",
        "MAIL FROM:<scan@house.example> RET=FULL\x0bRET=HDRS",
        "",
      ].join("\r\n"),
    );
    expect(codes(heard).slice(1, -1)).toEqual(["500", "250", "500", "500", "500", "500", "500"]);
  });

  test("a name that passes for what we found out is not believed", async () => {
    const name = "x (mail.bank.example [192.0.2.1]) by mail.example with ESMTPSA id 1; from y";
    const heard = await talk(`EHLO ${name}\r\n${begin.slice(1).join("\r\n")}\r\nSubject: a\r\n\r\n.\r\n`);
    const { text } = await kept(idIn(heard));
    expect(text).toStartWith("Received: from unknown ([127.0.0.1]) by mail.example with ESMTP id ");
  });

  test("who guesses at addresses is shown the door after so many", async () => {
    const guesses = Array.from({ length: 30 }, (_, it) => `RCPT TO:<a${it}@far.example>`);
    const heard = await talk(`${["EHLO x", "MAIL FROM:<a@else.example>", ...guesses].join("\r\n")}\r\n`);
    expect(codes(heard).filter((it) => it === "550")).toHaveLength(19);
    expect(codes(heard).at(-1)).toBe("421");
  });

  test("more than a message may have is told before it comes, and counted while it comes", async () => {
    await ground.set("smtp", { messageBytesMax: "64KiB" });
    const told = await talk("EHLO x\r\nMAIL FROM:<scan@house.example> SIZE=65537\r\n");
    expect(codes(told)).toEqual(["220", "250", "552", "221"]);
    const counted = await talk(`${begin.join("\r\n")}\r\n${`${"x".repeat(98)}\r\n`.repeat(700)}.\r\n`);
    expect(codes(counted)).toEqual(["220", "250", "250", "250", "354", "552", "221"]);
    await ground.unset("smtp/sites/default", "messageBytesMax");
  });
});

test("why a recipient would be taken is told row by row, while the server runs and by its settings", async () => {
  const refused = await ground.program.run("smtp", "why", "--from", "a@b.example", "--to", "c@d.example");
  expect([refused.code, refused.out]).toEqual([
    4,
    expect.stringContaining("550 5.7.1 Unable to relay for c@d.example"),
  ]);
  expect(refused.out).toContain("relay 127.0.0.1 from *@house.example: a@b.example is not *@house.example");
  const taken = await ground.program.run("smtp", "why", "--to", "c@d.example", "--user", "anna");
  expect([taken.code, taken.out]).toEqual([0, expect.stringContaining("rule 1 is relay account anna")]);
  const nobody = await ground.program.run("smtp", "why", "--to", "c@d.example", "--user", "bob");
  expect([nobody.code, nobody.err]).toEqual([4, expect.stringContaining("There is no user bob")]);
});

test("an open relay on an address of the world does not open, and what was open stays as it was", async () => {
  await ground.apply({ smtp: { sites: { open: { bindings: ["*:0"], relay: ["relay *"] } } } });
  await ground.event(6001, ({ object }) => object.name === "smtp/sites/open");
  const { faults } = await ground.server.site("smtp", "open");
  expect(faults.map((it) => it.because)).toEqual([
    "it would be an open relay: rule 1 is relay *, and it listens on all addresses of the machine",
  ]);
  await ground.apply({ smtp: { sites: { open: { openRelay: "yes, for everybody" } } } });
  await ground.event(6002);
  await ground.apply({ smtp: { sites: { open: null } } });
});

test("two workers take mail into one queue, and one of them puts all of it into the folders of its domains", async () => {
  const drop = siteFolder(ground.program.home, "Drop");
  const maildir = join(ground.program.home, "spool", "box");
  await ground.apply({
    smtp: {
      workers: 2,
      sites: {
        default: {
          domains: {
            "alias.example": { type: "alias" },
            "box.example": { dropFolder: "spool/box", dropFormat: "maildir" },
          },
        },
      },
    },
  });
  await ground.server.until("both workers serve", ({ services }) =>
    services.some(
      ({ name, workers }) => name === "smtp" && workers.filter((it) => it.state === "serving").length === 2,
    ),
  );
  const ids = new Set<string>();
  const port = await ground.port("smtp");
  for (let nth = 0; nth < 10; nth++) {
    using peer = await Peer.open(port);
    const people = ["fred", "info@alias.example", "ann@box.example"].map((it) => `RCPT TO:<${it}>`);
    peer.say(`${["EHLO x", "MAIL FROM:<>", ...people, "DATA", `Subject: ${nth}`, "", "."].join("\r\n")}\r\n`);
    ids.add(idIn((await peer.hear("Queued as ")) + (await peer.line())));
  }
  const idOf = (file: string) => [...ids].find((id) => file.includes(id));
  const arrived = (folder: string) => filesIn(folder).filter((it) => idOf(it) !== undefined);
  const boxes = [drop, join(maildir, "new")];
  await eventually("10 files in each", () => boxes.every((it) => arrived(it).length >= 10));
  for (const box of boxes) expect(arrived(box).map(idOf).toSorted()).toEqual([...ids].toSorted());
  const dropped = readFileSync(join(drop, arrived(drop)[0] ?? ""), "utf8");
  expect(dropped).toStartWith(
    "x-sender: <>\r\nx-receiver: fred@mail.example\r\nx-receiver: info@alias.example\r\nReceived: ",
  );
});

test("what was acknowledged is there after the server was killed at once", async () => {
  using peer = await Peer.open(await ground.port("smtp"));
  for (const line of ["EHLO x", "MAIL FROM:<scan@house.example>", "RCPT TO:<ada@far.example>", "DATA"])
    peer.say(`${line}\r\n`);
  await peer.hear("354 ");
  peer.say("Subject: last words\r\n\r\nb\r\n.\r\n");
  const id = idIn((await peer.hear("\r\n250 2.0.0 Queued as ")) + (await peer.line()));
  for (const pid of await ground.server.workers("smtp")) process.kill(pid, "SIGKILL");
  expect((await kept(id)).message.facts).toMatchObject({ subject: "last words" });
});
