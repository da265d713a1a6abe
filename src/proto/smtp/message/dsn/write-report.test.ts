import { describe, expect, test } from "bun:test";
import { firstValue } from "../header-editor.ts";
import { fromQuotedPrintable } from "../quoted-printable.ts";
import type { ReportedRecipient } from "./report.ts";
import { AT_MS, bob, headerOf, letterOf, partsOf, random, report, sent } from "./testing/sample-report.ts";
import { writeReport } from "./write-report.ts";

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

  test("returns a header with proper line ends, whatever it came with", () => {
    const header = headerOf("A: 1\nB: 2\r\n\n");
    expect(partsOf(sent({ ...report, message: { ...report.message, header } }))[2]?.[1]).toBe("A: 1\r\nB: 2\r\n");
  });

  test("has eight bits where the header that is returned has them, and says so", () => {
    const header = headerOf("Subject: M\u00fcller\r\n\r\n");
    const written = writeReport({ ...report, message: { ...report.message, header } }, random);
    expect(written.body).toBe("8BITMIME");
    expect(firstValue(headerOf(written.before), "Content-Transfer-Encoding")).toBe("8bit");
  });
});

describe("the fields for programs", () => {
  const fieldsOf = (it: Partial<ReportedRecipient>, utf8 = false): string =>
    partsOf(sent({ ...report, utf8, recipients: [{ ...bob, ...it }] }))[1]?.[1] ?? "";

  test("promise another try only where there will be one", () => {
    expect(fieldsOf({ retryUntilMs: AT_MS })).not.toContain("Will-Retry-Until");
    expect(fieldsOf({ retryUntilMs: AT_MS, action: "delayed" })).toContain(
      "\r\nWill-Retry-Until: Fri, 27 Nov 2026 12:40:09 +0000\r\n",
    );
  });

  test("carry the words of others in ASCII, and no more of them than is of use", () => {
    const remote = { host: "mx.example", words: `550 gr\u00fc\u00df ${"x".repeat(2000)}` };
    expect(fieldsOf({ remote })).toContain("smtp; 550 gr??");
    expect(fieldsOf({ remote }).length).toBeLessThan(1500);
  });

  test("name the original recipient as the sender wrote it (RFC 3461 §4.2)", () => {
    const originalRecipient = { type: "utf-8", address: "j\u00f6rg@example.net" };
    expect(fieldsOf({ originalRecipient })).toContain("Original-Recipient: utf-8; j\\x{F6}rg@example.net\r\n");
    expect(fieldsOf({ originalRecipient }, true)).toContain(
      "Original-Recipient: utf-8; j\u00c3\u00b6rg@example.net\r\n",
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
