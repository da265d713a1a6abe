import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { printMailbox } from "../address.ts";
import { pathText } from "../path.ts";
import { dropLines, dropName } from "./drop-file.ts";
import { headerBytes } from "./header-editor.ts";
import { readHeader } from "./header-reader.ts";
import { LineMender } from "./line-mender.ts";
import { readPickup } from "./pickup-file.ts";
import { type PickupFlaw, pickupFlawText } from "./pickup-flaw.ts";

const rules = { defaultDomain: "example.com", recipientsMax: 5 };
const stamp = { id: "3vt1c0a8x", host: "mail.example.com", atMs: Date.UTC(2026, 10, 27, 12, 40, 9), offsetMinutes: 60 };
const added = "Date: Fri, 27 Nov 2026 13:40:09 +0100\r\nMessage-ID: <3vt1c0a8x@mail.example.com>\r\n";

function readFile(file: string | Buffer) {
  const mender = new LineMender();
  const bytes = Buffer.concat([mender.push(typeof file === "string" ? Buffer.from(file) : file), mender.finish()]);
  const found = readHeader(bytes);
  return { mail: readPickup(found, rules, stamp), body: found.kind === "header" ? found.rest.toString() : "" };
}

/** "sender > recipients" and the message as it is sent, or the flaw. */
function read(text: string) {
  const { mail, body } = readFile(text);
  if (!mail.ok) return { flaw: mail.error.kind, told: pickupFlawText(mail.error) };
  const { sender, recipients, header } = mail.value;
  const envelope = `${pathText(sender)} > ${recipients.map(printMailbox).join(" ")}`;
  return { envelope, message: headerBytes(header).toString() + body };
}

describe("the envelope in the first lines", () => {
  test("is used as it is, taken out, and the header names nobody", () => {
    expect(
      read(
        "x-sender: app@example.com\r\nX-Receiver: <bob@example.net>\r\nx-receiver: ann\r\nFrom: x@y.example\r\nTo: z@y.example\r\n\r\nHi\r\n",
      ),
    ).toEqual({
      envelope: "app@example.com > bob@example.net ann@example.com",
      message: `From: x@y.example\r\nTo: z@y.example\r\n${added}\r\nHi\r\n`,
    });
  });

  test("may have the null sender, as reports do", () => {
    expect(read("x-sender: <>\r\nx-receiver: bob@example.net\r\nFrom: a@b.example\r\n\r\n").envelope).toBe(
      "<> > bob@example.net",
    );
  });

  test("leaves to the header what it does not say", () => {
    expect(read("x-receiver: bob@example.net\r\nFrom: a@b.example\r\nTo: z@y.example\r\n\r\n").envelope).toBe(
      "a@b.example > bob@example.net",
    );
    expect(read("x-sender: app\r\nFrom: a@b.example\r\nTo: z@y.example\r\n\r\n").envelope).toBe(
      "app@example.com > z@y.example",
    );
  });

  test("is none further down: there such fields are fields like any other", () => {
    const mail = read("From: a@b.example\r\nX-Sender: c@d.example\r\nTo: z@y.example\r\n\r\n");
    expect(mail.envelope).toBe("a@b.example > z@y.example");
    expect(mail.message).toContain("X-Sender: c@d.example\r\n");
  });
});

describe("the envelope from the header", () => {
  test("is Sender before From, and all of To, Cc and Bcc, each once; Bcc does not leave", () => {
    const mail = read(
      "From: Boss <boss@example.com>, b@example.com\r\nSender: desk@example.com\r\nBcc: secret@example.net\r\nTo: ann@example.net, bob\r\nCC: Ann <ann@EXAMPLE.net>,\r\n cid@example.net\r\n\r\nbcc: in the text\r\n",
    );
    expect(mail.envelope).toBe("desk@example.com > ann@example.net bob@example.com cid@example.net secret@example.net");
    expect(mail.message).toBe(
      `From: Boss <boss@example.com>, b@example.com\r\nSender: desk@example.com\r\nTo: ann@example.net, bob\r\nCC: Ann <ann@EXAMPLE.net>,\r\n cid@example.net\r\n${added}\r\nbcc: in the text\r\n`,
    );
  });

  test("does not leave by Resent-Bcc either, which names nobody", () => {
    expect(read("From: a@b.example\r\nTo: c@d.example\r\nResent-Bcc: secret@example.net\r\n\r\n")).toEqual({
      envelope: "a@b.example > c@d.example",
      message: `From: a@b.example\r\nTo: c@d.example\r\n${added}\r\n`,
    });
  });

  test("is the first author where the sender was forgotten", () => {
    expect(read("From: Boss <boss@example.com>, b@example.com\r\nTo: a@b.example\r\n\r\n").envelope).toStartWith(
      "boss@",
    );
    expect(read("Sender:\r\nFrom: scanner\r\nTo: a@b.example\r\n\r\n").envelope).toStartWith("scanner@example.com");
  });
});

describe("the message", () => {
  test("keeps its own Date and Message-ID, and all else byte for byte", () => {
    const text =
      "from : A <a@b.example>\r\nTo:\r\n c@d.example\r\ndate: today\r\nMESSAGE-ID: <x@y>\r\nX:\t ü \r\n\r\nbody\r\n";
    expect(read(text).message).toBe(text);
  });

  test("with LF alone gets proper line ends", () => {
    expect(read("From: a@b.example\nTo: c@d.example\n\none\ntwo").message).toBe(
      `From: a@b.example\r\nTo: c@d.example\r\n${added}\r\none\r\ntwo\r\n`,
    );
  });

  test("keeps lone and leading dots, which are stuffed where it is sent", () => {
    expect(
      read("From: a@b.example\r\nTo: c@d.example\r\n\r\n.\r\n.hidden\r\n..\r\nMAIL FROM:<x@y>\r\n").message,
    ).toEndWith("\r\n\r\n.\r\n.hidden\r\n..\r\nMAIL FROM:<x@y>\r\n");
  });

  test("without an empty line behind its header gets one", () => {
    expect(read("From: a@b.example\r\nTo: c@d.example\r\nHello Bob\r\n").message).toBe(
      `From: a@b.example\r\nTo: c@d.example\r\n${added}\r\nHello Bob\r\n`,
    );
  });
});

describe("a file that is not right is not sent, and it is told why", () => {
  const rows: readonly (readonly [flaw: PickupFlaw["kind"], told: string, text: string])[] = [
    ["no-header", "header lines", ""],
    ["no-header", "header lines", "Just some text\r\nTo: a@b.example\r\n"],
    ["no-sender", "From:", "To: a@b.example\r\n\r\nHi\r\n"],
    ["no-sender", "From:", "x-sender:\r\nx-receiver: a@b.example\r\nFrom: c@d.example\r\n\r\n"],
    ["no-sender", "From:", "From: nobody:;\r\nTo: a@b.example\r\n\r\n"],
    ["two-senders", "x-sender", "x-sender: a@b.example\r\nx-sender: c@d.example\r\nx-receiver: e@f.example\r\n\r\n"],
    ["two-senders", "x-sender", "x-sender: a@b.example, c@d.example\r\nx-receiver: e@f.example\r\n\r\n"],
    ["no-recipients", "To:", "From: a@b.example\r\nTo: undisclosed-recipients:;\r\n\r\n"],
    ["bad-address", '"our customers"', "From: a@b.example\r\nTo: c@d.example, our customers\r\n\r\n"],
    ["bad-address", "x-sender", "x-sender: a b@c\r\nx-receiver: e@f.example\r\n\r\n"],
    ["bad-address", "a@-b.example", "From: a@b.example\r\nTo: a@-b.example\r\n\r\n"],
    ["bad-address", "x".repeat(90), `From: a@b.example\r\nTo: ${"x".repeat(300)}@b.example\r\n\r\n`],
    ["too-many-recipients", "5 recipients", "From: a@b.example\r\nTo: a, b, c\r\nCc: d, e, f\r\n\r\n"],
    ["too-large", "empty line", `From: a@b.example\r\nTo: c@d.example\r\nX: ${"y".repeat(300_000)}`],
    ["too-many-fields", "empty line", `From: a@b.example\r\n${"X: y\r\n".repeat(2000)}`],
  ];
  for (const [flaw, told, text] of rows)
    test(`${flaw}: ${JSON.stringify(text.slice(0, 60))}`, () => {
      const mail = read(text);
      expect(mail.flaw).toBe(flaw);
      expect(mail.told).toContain(told);
    });
});

describe("a drop file", () => {
  test("has the envelope first, then the message; its name ends in .eml", () => {
    const [sender, bob] = [
      { local: "a", domain: "b.example" },
      { local: "bob jones", domain: "c.example" },
    ];
    expect(dropLines(sender, [bob, sender]).toString()).toBe(
      'x-sender: a@b.example\r\nx-receiver: "bob jones"@c.example\r\nx-receiver: a@b.example\r\n',
    );
    expect(dropLines(null, [sender]).toString()).toStartWith("x-sender: <>\r\n");
    expect(dropName("3vt1c0a8x")).toBe("3vt1c0a8x.eml");
  });

  test("put into a pickup folder goes to the same people", () => {
    const mailbox = fc.record({
      local: fc.stringMatching(/^[ -~ü]{1,40}$/),
      domain: fc.constantFrom("example.net", "[192.0.2.1]", "bücher.example"),
    });
    const recipients = fc.uniqueArray(mailbox, {
      minLength: 1,
      maxLength: 5,
      selector: (it) => `${it.local.toLowerCase()}@${it.domain}`,
    });
    fc.assert(
      fc.property(fc.option(mailbox), recipients, (sender, people) => {
        const { mail } = readFile(Buffer.concat([dropLines(sender, people), Buffer.from("From: x\r\n\r\n")]));
        expect(mail).toMatchObject({ ok: true, value: { sender, recipients: people } });
      }),
    );
  });
});

test("no file throws", () => {
  const part = fc.constantFrom(
    "x-sender: a\r\n",
    "x-receiver: b\r\n",
    "From: ",
    "To: ",
    "Bcc: ",
    "a@b.example",
    ",",
    "\r\n",
    "\n",
    "<",
    '"',
    "\0",
  );
  fc.assert(fc.property(fc.array(part), (parts) => ["boolean"].includes(typeof readFile(parts.join("")).mail.ok)));
});
