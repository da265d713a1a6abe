import { expect, test } from "bun:test";
import { lenient, strict } from "../leniency.ts";
import { say } from "../reply.ts";
import type { SiteRules } from "./rules.ts";
import { FakeWorld, forgivingRules, someRules, Talker } from "./testing/fake-world.ts";

const hello = "EHLO me.example";
const mail = "MAIL FROM:<a@b>";
const to = "RCPT TO:<c@d>";

/** Each row is a conversation of its own: what RFC and section want it so, the lines, and the codes that answer them. */
const table: readonly (readonly [string, readonly string[], readonly number[], SiteRules?])[] = [
  ["RFC 5321 §4.1.1.1: EHLO and HELO are answered with 250", [hello, "HELO me.example"], [250, 250]],
  ["RFC 5321 §4.1.1.1: a client says its name", ["EHLO", "HELO", "EHLO a_b", "EHLO two words"], [501, 501, 501, 501]],
  ["RFC 5321 §4.1.1.1: or its address", ["EHLO [192.0.2.1]", "EHLO [IPv6:::1]"], [250, 250]],
  ["RFC 5321 §4.1.4: MAIL comes after EHLO", [mail], [503]],
  ["RFC 5321 §4.1.4: RCPT and DATA come after MAIL", [hello, to, "DATA"], [250, 503, 503]],
  ["RFC 5321 §4.1.4: one MAIL at a time", [hello, mail, mail], [250, 250, 503]],
  ["RFC 5321 §4.1.4: EHLO also resets", [hello, mail, to, hello, "DATA", mail], [250, 250, 250, 250, 503, 250]],
  ["RFC 5321 §4.1.1.5: RSET forgets the message", [hello, mail, to, "RSET", "DATA"], [250, 250, 250, 250, 503]],
  ["RFC 5321 §4.1.1.5: RSET may come at any time, alone", ["RSET", "RSET x"], [250, 501]],
  ["RFC 5321 §4.1.1.4: a whole message", [hello, mail, to, "DATA", "x", ".", "QUIT"], [250, 250, 250, 354, 250, 221]],
  ["RFC 5321 §3.3: two messages in a row", [hello, mail, to, "DATA", ".", mail], [250, 250, 250, 354, 250, 250]],
  ["RFC 5321 §3.3: no valid recipients", [hello, mail, "RCPT TO:<nobody@d>", "DATA"], [250, 250, 550, 554]],
  [
    "RFC 5321 §3.3: some are valid",
    [hello, mail, "RCPT TO:<nobody@d>", to, "DATA", "."],
    [250, 250, 550, 250, 354, 250],
  ],
  ["RFC 5321 §4.1.1.9: NOOP with any words", ["NOOP", "NOOP x y"], [250, 250]],
  ["RFC 5321 §4.1.1.10: QUIT at any time, and nothing after it", ["QUIT", "NOOP"], [221]],
  ["RFC 5321 §4.1.1.6: VRFY tells nothing", ["VRFY a", "VRFY"], [252, 501]],
  ["RFC 5321 §4.1.1.7: EXPN neither", ["EXPN list"], [502]],
  ["RFC 5321 §4.1.1.8: HELP", ["HELP", "HELP mail"], [214, 214]],
  [
    "RFC 5321 §4.2.4: 500 for what is not known",
    ["FOO", "TOSTRING", "", " NOOP", "NOOP\tx"],
    [500, 500, 500, 500, 250],
  ],
  ["RFC 5321 §2.4: verbs in any case", ["ehlo me", "mAiL from:<a@b>", "rcpt to:<c@d>"], [250, 250, 250]],
  ["RFC 5321 §4.1.1: spaces before the line end", ["RSET  ", "QUIT "], [250, 221]],
  ["RFC 5321 §4.1.1.2: the null sender", [hello, "MAIL FROM:<>", to], [250, 250, 250]],
  ["RFC 5321 §4.1.1.3: never a null recipient", [hello, mail, "RCPT TO:<>"], [250, 250, 501]],
  ["RFC 5321 §4.1.1.3: Postmaster", [hello, mail, "RCPT TO:<Postmaster>"], [250, 250, 250]],
  ["RFC 5321 §C: routes", [hello, "MAIL FROM:<@x:a@b>", "RCPT TO:<@x,@y:c@d>"], [250, 250, 250]],
  [
    "RFC 5321 §4.1.1.11: 555 for parameters that are not known",
    [hello, `${mail} X=1`, mail, `${to} X=1`],
    [250, 555, 250, 555],
  ],
  ["RFC 5321 §4.1.1.11: 501 for what they may not say", [hello, `${mail} SIZE=x`, `${mail} BODY=x`], [250, 501, 501]],
  [
    "RFC 5321 §4.5.3.1.10: 452 for too many recipients",
    [hello, mail, to, to, to, to, to, to, "DATA", "."],
    [250, ...Array(6).fill(250), 452, 354, 250],
  ],
  ["RFC 1870 §6.1: 552 at MAIL", [hello, `${mail} SIZE=1001`, `${mail} SIZE=1000`], [250, 552, 250]],
  ["RFC 1870 §6.3: 552 after DATA", [hello, mail, to, "DATA", "x".repeat(999), "."], [250, 250, 250, 354, 552]],
  ["RFC 1870 §6.3: at the limit", [hello, mail, to, "DATA", "x".repeat(998), "."], [250, 250, 250, 354, 250]],
  [
    "RFC 6531 §3.5: 553 without SMTPUTF8",
    [hello, utf8("MAIL FROM:<jörg@b>"), mail, utf8("RCPT TO:<jörg@d>")],
    [250, 553, 250, 553],
  ],
  [
    "RFC 6531 §3.4: and with it",
    [hello, utf8("MAIL FROM:<jörg@b> SMTPUTF8"), utf8("RCPT TO:<jörg@d>")],
    [250, 250, 250],
  ],
  ["RFC 6531 §3.3: UTF-8 only", [hello, "MAIL FROM:<j\xf6rg@b> SMTPUTF8"], [250, 500]],
  ["RFC 3461 §4: DSN", [hello, `${mail} RET=HDRS ENVID=x`, `${to} NOTIFY=NEVER ORCPT=rfc822;c@d`], [250, 250, 250]],
  ["RFC 3030 §2: chunks", [hello, mail, to, `BDAT 3\r\nabcBDAT 2 LAST\r\nde${mail}`], [250, 250, 250, 250, 250, 250]],
  [
    "RFC 3030 §2: an empty last chunk",
    [hello, mail, to, "BDAT 3\r\nabcBDAT 0 LAST", mail],
    [250, 250, 250, 250, 250, 250],
  ],
  [
    "RFC 3030 §2: no DATA, MAIL or RCPT between chunks",
    [hello, mail, to, "BDAT 1\r\naDATA", mail, to],
    [250, 250, 250, 250, 503, 503, 503],
  ],
  ["RFC 3030 §2: RSET between chunks", [hello, mail, to, "BDAT 1\r\naRSET", mail], [250, 250, 250, 250, 250, 250]],
  ["RFC 3030 §2: a refused chunk is no command", ["BDAT 6\r\nQUIT\r\nNOOP"], [503, 250]],
  [
    "RFC 3030 §2: nor are those after one that failed",
    [hello, mail, to, `BDAT 1001\r\n${"x".repeat(1001)}BDAT 6 LAST\r\nQUIT\r\nNOOP`],
    [250, 250, 250, 552, 503, 250],
  ],
  ["RFC 3030 §2: a chunk that cannot be measured ends it", [hello, "BDAT x", "NOOP"], [250, 501]],
  [
    "RFC 3030 §3: BINARYMIME comes in chunks",
    [hello, `${mail} BODY=BINARYMIME`, to, "DATA", "BDAT 3 LAST\r\na\n\0NOOP"],
    [250, 250, 250, 503, 250, 250],
  ],
  ["RFC 3207 §4: 501 with words", ["STARTTLS now"], [501]],
  ["RFC 3207 §4: not within a message", [hello, mail, "STARTTLS"], [250, 250, 503]],
  [
    "RFC 3207 §4: 530 before TLS",
    [hello, mail, "NOOP", "RSET", "AUTH PLAIN right", "QUIT"],
    [250, 530, 250, 530, 530, 221],
    someRules({ tlsRequired: true }),
  ],
  ["RFC 4954 §4: a login", [hello, "AUTH PLAIN right", "AUTH PLAIN right"], [250, 235, 503]],
  ["RFC 4954 §4: in two lines", [hello, "auth plain", "right"], [250, 334, 235]],
  ["RFC 4954 §4: given up", [hello, "AUTH PLAIN", "*", "NOOP"], [250, 334, 501, 250]],
  ["RFC 4954 §4: wrong", [hello, "AUTH PLAIN wrong", "AUTH PLAIN right"], [250, 535, 235]],
  ["RFC 4954 §4: not known", [hello, "AUTH X", "AUTH", "AUTH PLAIN a b"], [250, 504, 501, 501]],
  [
    "RFC 4954 §4: not before EHLO, nor within a message",
    ["AUTH PLAIN right", hello, mail, "AUTH PLAIN right"],
    [503, 250, 250, 503],
  ],
  ["RFC 4954 §4: too long", [hello, "AUTH PLAIN", "x".repeat(13_000), "NOOP"], [250, 334, 500, 250]],
  ["RFC 1985 §5: ETRN", [hello, "ETRN b", "ETRN @b", "ETRN #q", "ETRN", "ETRN a b"], [250, 250, 250, 250, 501, 501]],
  ["RFC 1985 §5: where it is not offered", ["ETRN b"], [502], someRules({ offers: new Set() })],
  ["RFC 5321 §F.1: TURN is refused", [hello, "TURN"], [250, 502]],
  ["RFC 2034 §4, RFC 5321 §2.3.8: control characters", ["NOOP \x07", "NOOP \x00", "NOOP a\rb"], [500, 500, 500]],
  [
    "no more is known than is offered",
    [hello, `${mail} RET=FULL`, `${mail} SMTPUTF8`, `${mail} BODY=BINARYMIME`, "BDAT 1\r\nxNOOP"],
    [250, 555, 555, 501, 500, 250],
    someRules({ offers: new Set() }),
  ],
  ["a browser is shown the door", ["GET / HTTP/1.1", "NOOP"], [554]],
  [
    "a space behind the colon, no brackets: refused",
    [hello, "MAIL FROM: <a@b>", "MAIL FROM:a@b", mail, "RCPT TO: <c@d>"],
    [250, 501, 501, 250, 501],
  ],
  [
    "a space behind the colon, no brackets: forgiven",
    [hello, "MAIL FROM: <a@b> SIZE=1", "RCPT TO:c@d", "RCPT TO: c@d NOTIFY=NEVER"],
    [250, 250, 250, 250],
    forgivingRules,
  ],
  [
    "HELO without a name, or an odd one: forgiven",
    ["HELO", "EHLO my_printer", "EHLO Floor 2"],
    [250, 250, 250],
    forgivingRules,
  ],
  ["no EHLO: forgiven", [mail, to, "DATA", "."], [250, 250, 354, 250], forgivingRules],
  ["no EHLO before a login: forgiven", ["AUTH PLAIN right", mail], [235, 250], forgivingRules],
  ["bare addresses: forgiven", [hello, "MAIL FROM:<root>", "RCPT TO:<fred>"], [250, 250, 250], forgivingRules],
  ["brackets in quotes", [hello, 'MAIL FROM:<"a> b"@c> SIZE=1', 'RCPT TO:<"<x>"@d>'], [250, 250, 250]],
];

function utf8(text: string): string {
  return Buffer.from(text).toString("latin1");
}

for (const [title, lines, codes, rules] of table)
  test(title, async () => {
    const talker = new Talker(rules);
    expect(await talker.codes(...lines)).toEqual(codes);
    talker.lose();
    expect(talker.world.open).toBe(0);
  });

test("the same conversations are answered the same in single bytes, and when every port takes its time", async () => {
  for (const [, lines, codes, rules] of table) {
    const world = new FakeWorld();
    world.late = true;
    const late = new Talker(rules, world);
    expect([lines, await late.codes(...lines)]).toEqual([lines, codes]);
    const dripping = new Talker(rules);
    let said = "";
    for (const byte of lines.map((it) => `${it}\r\n`).join("")) said += await dripping.send(byte);
    const whole = await new Talker(rules).send(lines.map((it) => `${it}\r\n`).join(""));
    expect(said).toBe(whole);
  }
});

test("EHLO lists what there is, and only what there is", async () => {
  const full = new Talker();
  expect(full.session.greeting).toEqual({ code: 220, lines: ["mail.example ESMTP inetsrv"] });
  const all =
    "250-mail.example\r\n250-SIZE 1000\r\n250-PIPELINING\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-ENHANCEDSTATUSCODES\r\n" +
    "250-DSN\r\n250-CHUNKING\r\n250-BINARYMIME\r\n250-ETRN\r\n250-LIMITS RCPTMAX=5\r\n250-STARTTLS\r\n250 AUTH PLAIN\r\n";
  expect(await full.send(`${hello}\r\n`)).toBe(all);
  const world = new FakeWorld();
  world.canSecure = false;
  world.mechanisms = [];
  const limits = { messageBytesMax: null, messagesMax: 3 };
  const bare = new Talker(someRules({ offers: new Set(["BINARYMIME", "LIMITS"]), limits }), world);
  expect(await bare.send(`${hello}\r\n`)).toBe(
    "250-mail.example\r\n250-SIZE 0\r\n250-8BITMIME\r\n250-ENHANCEDSTATUSCODES\r\n250 LIMITS RCPTMAX=5 MAILMAX=3\r\n",
  );
  expect(await bare.send("HELO me\r\n")).toBe("250 mail.example\r\n");
});

test("who has logged in is not offered to do so again, also where EHLO comes once more: RFC 4954 §4", async () => {
  const talker = new Talker();
  expect(await talker.codes(hello, "AUTH PLAIN right")).toEqual([250, 235]);
  expect(await talker.send(`${hello}\r\n`)).not.toContain("AUTH");
  expect(await talker.codes("AUTH PLAIN right")).toEqual([503]);
});

test("a message comes with its envelope, byte for byte", async () => {
  const talker = new Talker();
  await talker.codes(hello, "AUTH PLAIN right", `${mail} BODY=8BITMIME ENVID=x`, `${to} NOTIFY=DELAY`, "DATA");
  expect(await talker.send("..a\r\n\xe9\r\n.\r\n")).toBe("250 2.0.0 Queued as id1\r\n");
  expect(talker.world.queued).toEqual([
    {
      envelope: {
        hello: { name: "me.example", extended: true },
        account: "ada",
        sender: { local: "a", domain: "b" },
        parameters: { body: "8BITMIME", smtpUtf8: false, envelopeId: "x" },
        recipients: [{ mailbox: { local: "c", domain: "d" }, notify: ["DELAY"] }],
      },
      text: ".a\r\n\xe9\r\n",
      eightBit: true,
    },
  ]);
});

test("chunks make one message, whatever is in them", async () => {
  const talker = new Talker();
  await talker.codes(hello, `${mail} BODY=BINARYMIME`, to);
  expect(await talker.send("BDAT 4\r\na\n\0.BDAT 3 LAST\r\n\r\n\xff")).toBe(
    "250 2.0.0 4 bytes taken\r\n250 2.0.0 Queued as id1\r\n",
  );
  expect(talker.world.queued[0]).toMatchObject({ text: "a\n\0.\r\n\xff", eightBit: true });
});

test("no flawed text is kept, and none of it is a command: RFC 5321 §4.1.1.4", async () => {
  for (const flawed of ["a\nb", "a\n.\nMAIL FROM:<x@y>", "a\r.\r\n", "a\0b", "\n.\r\nQUIT"]) {
    const talker = new Talker();
    await talker.codes(hello, mail, to, "DATA");
    expect(await talker.send(`${flawed}\r\n.\r\nNOOP\r\n`)).toMatch(
      /^554 5\.5\.2 Nothing was taken: line \d.*\r\n250 /,
    );
    expect([talker.world.queued.length, talker.world.dropped]).toEqual([0, 1]);
    const chunks = new Talker();
    await chunks.codes(hello, mail, to);
    const [first, second] = [flawed.slice(0, 1), flawed.slice(1)];
    const sent = `BDAT ${first.length}\r\n${first}BDAT ${second.length} LAST\r\n${second}`;
    expect(await chunks.send(`${sent}NOOP\r\n`)).toMatch(/^(250|554) .*\r\n(554|503) .*\r\n250 2\.0\.0 Done\r\n$/);
    expect([chunks.world.queued.length, chunks.world.open]).toEqual([0, 0]);
  }
});

test("a site that forgives bare LF mends them in texts, and takes commands so", async () => {
  const talker = new Talker(forgivingRules);
  const said = await talker.send("HELO me\nMAIL FROM:<a@b>\nRCPT TO:<c@d>\nDATA\na\nb\n.\nc\r\n.\r\nQUIT\n");
  expect(said.match(/^\d{3}/gm)).toEqual(["250", "250", "250", "354", "250", "221"]);
  expect(talker.world.queued[0]?.text).toBe("a\r\nb\r\n\r\nc\r\n");
  const strictly = new Talker(someRules({ leniency: strict }));
  expect(await strictly.send("NOOP\n")).toStartWith("500 5.5.2 ");
});

test("after STARTTLS nothing counts that was said before it: RFC 3207 §4.2", async () => {
  const talker = new Talker();
  expect(await talker.codes(hello, "AUTH PLAIN right")).toEqual([250, 235]);
  expect(await talker.codes("STARTTLS", mail)).toEqual([220]);
  expect(await talker.codes(mail, "STARTTLS", hello, mail)).toEqual([503, 503, 250, 250]);
  expect(await talker.send("RSET\r\nEHLO me\r\n")).not.toContain("STARTTLS");
  await talker.codes(mail, to, "DATA", ".");
  expect(talker.world.queued[0]?.envelope.account).toBeUndefined();
});

test("without a certificate STARTTLS is not begun", async () => {
  const world = new FakeWorld();
  world.canSecure = false;
  expect(await new Talker(someRules(), world).codes("STARTTLS", "NOOP")).toEqual([454, 250]);
});

test("what ports refuse is said in their words, and the session goes on", async () => {
  const refusal = say(450, "4.1.1", "Not now");
  const cases = [
    ["sender", [hello, mail, to], [250, 450, 503]],
    ["recipient", [hello, mail, to, "DATA"], [250, 250, 450, 554]],
    ["begin", [hello, mail, to, "DATA", mail], [250, 250, 250, 450, 250]],
    ["begin", [hello, mail, to, "BDAT 6 LAST\r\nQUIT\r\nNOOP", mail], [250, 250, 250, 450, 250, 250]],
    ["commit", [hello, mail, to, "DATA", ".", mail], [250, 250, 250, 354, 450, 250]],
    ["commit", [hello, mail, to, "BDAT 1 LAST\r\nxNOOP", mail], [250, 250, 250, 450, 250, 250]],
  ] as const;
  for (const [port, lines, codes] of cases) {
    const world = new FakeWorld();
    world.refusals = { [port]: refusal };
    expect([port, await new Talker(someRules(), world).codes(...lines)]).toEqual([port, [...codes]]);
    expect([world.queued.length, world.open]).toEqual([0, 0]);
  }
});

test("whoever says 421 closes: RFC 5321 §3.8", async () => {
  const world = new FakeWorld();
  world.refusals = { sender: say(421, "4.3.2", "Going") };
  const talker = new Talker(someRules(), world);
  expect(await talker.codes(hello, mail, "NOOP")).toEqual([250, 421]);
  expect(talker.closed).toBeTrue();
});

test("a login that closes closes", async () => {
  const talker = new Talker();
  expect(await talker.codes(hello, "AUTH PLAIN blocked", "NOOP")).toEqual([250, 454]);
  expect(talker.closed).toBeTrue();
});

test("too many errors end the session, and refused recipients and logins are errors", async () => {
  const talker = new Talker(someRules({ limits: { errorsMax: 3 } }));
  expect(await talker.codes(hello, "FOO", mail, "RCPT TO:<nobody@x>", "AUTH PLAIN x", "NOOP")).toEqual([
    250, 500, 250, 550, 421,
  ]);
  expect(talker.closed).toBeTrue();
  const chunks = new Talker(someRules({ limits: { errorsMax: 1 } }));
  expect(await chunks.codes(hello, mail, to, "BDAT 1\r\nxFOO")).toEqual([250, 250, 250, 250, 421]);
  expect(chunks.world.open).toBe(0);
});

test("STARTTLS forgives no errors", async () => {
  const talker = new Talker(someRules({ limits: { errorsMax: 2 } }));
  expect(await talker.codes("FOO", "STARTTLS")).toEqual([500, 220]);
  expect(await talker.codes("FOO")).toEqual([421]);
});

test("a session takes so many messages, and so many bytes, then wants another connection", async () => {
  const message = [mail, to, "DATA", "x".repeat(98), "."];
  const few = new Talker(someRules({ limits: { messagesMax: 1 } }));
  expect(await few.codes(hello, ...message, mail)).toEqual([250, 250, 250, 354, 250, 421]);
  const short = new Talker(someRules({ limits: { sessionBytesMax: 150 } }));
  expect(await short.codes(hello, ...message, ...message)).toEqual([250, 250, 250, 354, 250, 250, 250, 354, 421]);
  const told = new Talker(someRules({ limits: { sessionBytesMax: 150 } }));
  expect(await told.codes(hello, ...message, `${mail} SIZE=100`)).toEqual([250, 250, 250, 354, 250, 421]);
  const first = new Talker(someRules({ limits: { sessionBytesMax: 10 } }));
  expect(await first.codes(hello, ...message)).toEqual([250, 250, 250, 354, 250]);
});

test("a chunk that nobody would read to its end closes the session", async () => {
  const talker = new Talker();
  expect(await talker.codes("BDAT 999999999999", "NOOP")).toEqual([503]);
  expect(talker.closed).toBeTrue();
});

test("when the connection breaks, what came of a message is dropped", async () => {
  for (const begun of ["DATA\r\nabc", "BDAT 5\r\nabc", "BDAT 3\r\nabc"]) {
    const talker = new Talker();
    await talker.codes(hello, mail, to);
    await talker.send(begun);
    expect([begun, talker.world.open]).toEqual([begun, 1]);
    talker.lose();
    expect([begun, talker.world.open, talker.world.dropped]).toEqual([begun, 0, 1]);
  }
});

test("a printer, a scanner and a script of old are served where the site forgives them", async () => {
  const talker = new Talker(someRules({ leniency: lenient }));
  const said = await talker.send(
    "HELO SCANNER_2\nMAIL FROM: scanner\nRCPT TO: <office@site.example>\nDATA\nSubject: scan\n\nx\n.\r\n",
  );
  // The last line end before the dot is LF alone, so that it is not the end of the text.
  expect(said.match(/^\d{3}/gm)).toEqual(["250", "250", "250", "354"]);
  expect(await talker.send("\r\n.\r\n")).toStartWith("250 2.0.0 Queued");
  expect(talker.world.queued[0]?.envelope.sender).toEqual({ local: "scanner", domain: "site.example" });
});
