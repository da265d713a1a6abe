import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readContentType } from "../content-type.ts";
import { firstValue } from "../header-editor.ts";
import { type Header, readHeader } from "../header-reader.ts";
import { fromQuotedPrintable } from "../quoted-printable.ts";
import { readReport } from "./read-report.ts";
import { type Report, type ReportedRecipient, reportActions } from "./report.ts";
import { writeReport } from "./write-report.ts";

function headerOf(bytes: Buffer | string): Header {
  const found = readHeader(Buffer.from(bytes as string));
  if (found.kind !== "header") throw new Error(found.kind);
  return found.header;
}

const random = () => 0.5;
const AT_MS = Date.UTC(2026, 10, 27, 12, 40, 9);
const bob: ReportedRecipient = {
  recipient: { local: "bob", domain: "example.net" },
  action: "failed",
  status: "5.1.1",
  remote: { host: "mx.example.net", words: "550 5.1.1 No such user" },
  lastAttemptMs: AT_MS,
};
const report: Report = {
  host: "mail.example.com",
  from: { local: "postmaster", domain: "mail.example.com" },
  to: { local: "ann", domain: "example.com" },
  utf8: false,
  id: "3vt1c0a9z",
  atMs: AT_MS,
  offsetMinutes: 0,
  message: {
    id: "3vt1c0a8x",
    arrivedMs: AT_MS - 60_000,
    header: headerOf("From: ann@example.com\r\nSubject: Invoice 4711\r\nMessage-ID: <1@example.com>\r\n\r\n"),
  },
  recipients: [bob],
};

/** As it goes out, when the original is this. */
function sent(it: Report, original = "ORIGINAL\r\n"): string {
  const { before, withOriginal, after } = writeReport(it, random);
  return Buffer.concat([before, Buffer.from(withOriginal ? original : ""), after]).toString("latin1");
}

/** The parts as types and bodies, by the rules of MIME. */
function partsOf(text: string): readonly (readonly [type: string, body: string])[] {
  const outer = headerOf(Buffer.from(text, "latin1"));
  const boundary = readContentType(firstValue(outer, "Content-Type")).parameters.get("boundary") ?? "";
  const [, ...parts] = text.split(`\r\n--${boundary}`);
  expect(parts.pop()).toBe("--\r\n");
  return parts.map((part) => {
    const found = readHeader(Buffer.from(part.replace(/^\r\n/, ""), "latin1"));
    if (found.kind !== "header") throw new Error(found.kind);
    return [readContentType(firstValue(found.header, "Content-Type")).type, found.rest.toString("latin1")] as const;
  });
}

const letterOf = (it: Report): string => partsOf(sent(it))[0]?.[1] ?? "";

describe("the notice as a message", () => {
  test("is addressed to the sender, answers the message, and asks nobody to answer it", () => {
    const header = headerOf(writeReport(report, random).before);
    expect(header.fields.map((it) => it.raw).join("")).toBe(
      [
        "From: Mail Delivery <postmaster@mail.example.com>",
        "To: ann@example.com",
        "Subject: Not delivered: Invoice 4711",
        "Date: Fri, 27 Nov 2026 12:40:09 +0000",
        "Message-ID: <3vt1c0a9z@mail.example.com>",
        "In-Reply-To: <1@example.com>",
        "References: <1@example.com>",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        ' boundary="=_3vt1c0a9z_i"',
        "",
      ].join("\r\n"),
    );
  });

  test("has a letter, the fields for programs, and the header of the message", () => {
    expect(partsOf(sent(report)).map(([type]) => type)).toEqual([
      "text/plain",
      "message/delivery-status",
      "text/rfc822-headers",
    ]);
    expect(partsOf(sent(report))[1]?.[1]).toBe(
      [
        "Reporting-MTA: dns; mail.example.com",
        "Arrival-Date: Fri, 27 Nov 2026 12:39:09 +0000",
        "",
        "Final-Recipient: rfc822; bob@example.net",
        "Action: failed",
        "Status: 5.1.1",
        "Remote-MTA: dns; mx.example.net",
        "Diagnostic-Code: smtp; 550 5.1.1 No such user",
        "Last-Attempt-Date: Fri, 27 Nov 2026 12:40:09 +0000",
        "Final-Log-ID: 3vt1c0a8x",
        "",
      ].join("\r\n"),
    );
    expect(partsOf(sent(report))[2]?.[1]).toBe(
      "From: ann@example.com\r\nSubject: Invoice 4711\r\nMessage-ID: <1@example.com>\r\n",
    );
  });

  test("gives the whole message back when a failure asks for it, and never what is binary", () => {
    const asked = (body: "7BIT" | "8BITMIME" | "BINARYMIME", action: "failed" | "delayed" = "failed") =>
      writeReport(
        { ...report, message: { ...report.message, whole: { body } }, recipients: [{ ...bob, action }] },
        random,
      );
    expect(asked("7BIT")).toMatchObject({ withOriginal: true, body: "7BIT" });
    expect(asked("8BITMIME")).toMatchObject({ withOriginal: true, body: "8BITMIME" });
    expect(asked("BINARYMIME").withOriginal).toBe(false);
    expect(asked("7BIT", "delayed").withOriginal).toBe(false);
    const whole = { ...report, message: { ...report.message, whole: { body: "7BIT" } as const } };
    expect(partsOf(sent(whole, "From: x\r\n\r\nHi"))[2]).toEqual(["message/rfc822", "From: x\r\n\r\nHi"]);
  });

  test("returns no more of a header than there is room for, in whole fields", () => {
    const header = headerOf(`${"X: yyyyyyyyyyyyyyyy\r\n".repeat(1900)}Subject: x\r\n\r\n`);
    const body = partsOf(sent({ ...report, message: { ...report.message, header } }))[2]?.[1] ?? "";
    expect(body.length).toBeLessThan(32 * 1024);
    expect(body).toEndWith("\r\nX: yyyyyyyyyyyyyyyy\r\n");
  });

  test("has eight bits where the header that is returned has them, and says so", () => {
    const header = headerOf("Subject: M\u00fcller\r\n\r\n");
    const written = writeReport({ ...report, message: { ...report.message, header } }, random);
    expect(written.body).toBe("8BITMIME");
    expect(firstValue(headerOf(written.before), "Content-Transfer-Encoding")).toBe("8bit");
  });
});

describe("the letter", () => {
  test("says what happened, why, and what to do, with the words of the other server", () => {
    const lines = letterOf(report).split("\r\n");
    expect(lines[0]).toBe('Your message "Invoice 4711" could not be delivered to bob@example.net.');
    expect(lines).toContain("  Why: There is no mailbox of that name.");
    expect(lines).toContain("  mx.example.net said: 550 5.1.1 No such user");
    expect(lines.at(-2)).toBe("When you ask for help, name this number: 3vt1c0a8x");
  });

  test("tells of a delay that nothing need be done, and until when it is tried", () => {
    const delayed = { ...bob, action: "delayed", status: "4.4.1", retryUntilMs: AT_MS + 3_600_000 } as const;
    const letter = letterOf({ ...report, recipients: [delayed] });
    expect(letter).toContain("has not reached the following yet");
    expect(letter).toContain(
      "Nothing. Please do not send it again. It is tried until Fri, 27 Nov 2026 13:40:09 +0000.",
    );
  });

  test("names each recipient with what became of it, and the subject tells the worst", () => {
    const delivered = {
      recipient: { local: "cid", domain: "example.org" },
      action: "delivered",
      status: "2.0.0",
    } as const;
    const letter = letterOf({ ...report, recipients: [delivered, bob, { ...bob, status: "5.2.2" }] });
    expect(letter).toContain(
      "could not be delivered to the following:\r\n\r\nbob@example.net\r\n  Why: There is no mailbox",
    );
    expect(letter).toContain("The mailbox is full.");
    expect(letter).toContain('Your message "Invoice 4711" was delivered to cid@example.org.');
    const subject = firstValue(headerOf(writeReport({ ...report, recipients: [delivered] }, random).before), "Subject");
    expect(subject).toBe("Delivered: Invoice 4711");
  });

  test("cannot be given lines or parts by the message, the recipient or the other server", () => {
    const evil = 'x\r\n--=_3vt1c0a9z_i\r\nContent-Type: text/html\r\n\r\n<b>"\u202e\u2028';
    fc.assert(
      fc.property(fc.oneof(fc.constant(evil), fc.string({ unit: "binary" })), fc.boolean(), (text, utf8) => {
        const it = sent({
          ...report,
          utf8,
          host: text,
          to: { local: text || "x", domain: "example.com" },
          message: {
            ...report.message,
            envelopeId: text,
            header: headerOf(`Subject: =?utf-8?B?${Buffer.from(text).toString("base64")}?=\r\n\r\n`),
          },
          recipients: [
            {
              ...bob,
              recipient: { local: text || "x", domain: text || "x" },
              originalRecipient: { type: "rfc822", address: text },
              remote: { host: text, words: text },
            },
          ],
        });
        expect(partsOf(it)).toHaveLength(3);
        expect(partsOf(it)[1]?.[1].split("\r\n\r\n")).toHaveLength(2);
      }),
    );
  });
});

describe("internationalized notices (RFC 6533)", () => {
  const recipients = [{ ...bob, recipient: { local: "jörg", domain: "bücher.example" } }];

  test("with SMTPUTF8 addresses stand as they are, in parts of their own types", () => {
    const written = writeReport({ ...report, utf8: true, recipients }, random);
    expect(written).toMatchObject({ body: "8BITMIME", smtpUtf8: true });
    expect(written.before.toString()).toContain("Final-Recipient: utf-8; jörg@bücher.example\r\n");
    expect(partsOf(sent({ ...report, utf8: true, recipients })).map(([type]) => type)).toEqual([
      "text/plain",
      "message/global-delivery-status",
      "message/global-headers",
    ]);
  });

  test("without it they are spelt in ASCII, and the letter in quoted-printable", () => {
    const written = writeReport({ ...report, recipients }, random);
    expect(written).toMatchObject({ body: "7BIT", smtpUtf8: false });
    expect(written.before.toString("latin1")).toMatch(/^[\r\n -~]*$/);
    expect(written.before.toString()).toContain("Final-Recipient: utf-8; j\\x{F6}rg@b\\x{FC}cher.example\r\n");
    const letter = letterOf({ ...report, recipients });
    expect(letter).toMatch(/^[\r\n -~]*$/);
    expect(fromQuotedPrintable(letter).toString()).toContain(" jörg@bücher.example.\r\n");
  });
});

describe("reading", () => {
  test("what is written reads the same", () => {
    const word = fc.stringMatching(/^[a-z0-9ü]{1,20}$/);
    const recipient = fc.record({
      recipient: fc.record({ local: word, domain: word }),
      originalRecipient: fc.record({
        type: fc.constantFrom("rfc822", "utf-8"),
        address: fc.stringMatching(/^[a-z@.]{1,40}$/),
      }),
      action: fc.constantFrom(...reportActions),
      status: fc.constantFrom("5.1.1", "4.4.7", "2.0.0", "5.7.509"),
      remote: fc.record({ host: fc.stringMatching(/^[a-z.]{1,20}$/), words: fc.stringMatching(/^5[!-~]{1,300}$/) }),
    });
    fc.assert(
      fc.property(fc.array(recipient, { minLength: 1, maxLength: 4 }), fc.boolean(), (recipients, utf8) => {
        const message = { ...report.message, envelopeId: "ENV 17" };
        const read = readReport(Buffer.from(sent({ ...report, message, recipients, utf8 }), "latin1"));
        expect(read).toEqual({
          envelopeId: "ENV 17",
          reportingHost: "mail.example.com",
          recipients: recipients.map(({ recipient: { local, domain }, originalRecipient, action, status, remote }) => {
            const address = `${local}@${domain}`;
            return {
              recipient: { type: /^[!-~]*$/.test(address) ? "rfc822" : "utf-8", address },
              originalRecipient,
              action,
              status,
              remoteHost: remote.host,
              words: remote.words,
            };
          }),
        });
      }),
    );
  });

  const other = (status: string, encoding = "7bit") =>
    Buffer.from(
      `Content-Type: Multipart/Report;\n boundary=b1; REPORT-TYPE="delivery-status" (x)\n\nprologue\n--b1\n\nletter\n--b1\nContent-Type: message/delivery-status\nContent-Transfer-Encoding: ${encoding}\n\n${status}\n--b1--\n`,
    );

  test("notices of others are read, with LF, in any case, encoded, or cut off", () => {
    const status =
      "reporting-mta: dns;mx.example\n\n\nfinal-recipient: bob@example.net\nACTION: Failed\nstatus: 5.2.2 (full)\n";
    const expected = {
      reportingHost: "mx.example",
      recipients: [
        { recipient: { type: "rfc822", address: "bob@example.net" }, action: "failed", status: "5.2.2" } as const,
      ],
    };
    expect(readReport(other(status))).toEqual(expected);
    expect(readReport(other(Buffer.from(status).toString("base64"), "base64"))).toEqual(expected);
    expect(readReport(other(status.replace("full", "=66ul=\nl"), "quoted-printable"))).toEqual(expected);
    expect(readReport(other(status).subarray(0, -10))).toEqual(expected);
    expect(readReport(other(status.replace("5.2.2 (full)", "unknown")))?.recipients[0]?.status).toBe("5.0.0");
  });

  test("what is no notice is none, and no input throws", () => {
    expect(readReport(Buffer.from("Subject: Undelivered Mail\r\n\r\nSorry!\r\n"))).toBeUndefined();
    expect(readReport(Buffer.from("Content-Type: multipart/report\r\n\r\n--\r\n"))).toBeUndefined();
    const part = fc.constantFrom(
      "--b",
      "--",
      "\r\n",
      "Content-Type: message/delivery-status\r\n",
      "Action: failed\r\n",
      "Final-Recipient: ",
      "x;y",
      "\r\n\r\n",
      "\0",
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        readReport(Buffer.from(`Content-Type: multipart/report; boundary=b\r\n\r\n${parts.join("")}`));
      }),
    );
  });
});
