import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeWords } from "../encoded-word.ts";
import { firstValue } from "../header-editor.ts";
import { newField } from "../header-field.ts";
import { fromQuotedPrintable } from "../quoted-printable.ts";
import { hostileText } from "../testing/hostile-text.ts";
import { subjectOf } from "./letter-part.ts";
import { AT_MS, bob, headerOf, letterOf, partsOf, random, report, sent } from "./testing/sample-report.ts";
import { writeReport } from "./write-report.ts";

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
    expect(letter).toStartWith(
      'Your message "Invoice 4711" has not reached bob@example.net yet, and we go\r\non trying.',
    );
    expect(letter).toContain(
      "  What to do: Nothing. Please do not send it again. It is tried until Fri,\r\n    27 Nov 2026 13:40:09 +0000.\r\n",
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
    const worst = headerOf(writeReport({ ...report, recipients: [delivered, bob] }, random).before);
    expect(firstValue(worst, "Subject")).toBe("Not delivered: Invoice 4711");
  });

  test("of several says why for each, or lists them", () => {
    const cid = { recipient: { local: "cid", domain: "example.org" }, status: "2.0.0" } as const;
    const both = (action: "relayed" | "delayed") =>
      letterOf({ ...report, recipients: [bob, cid].map((it) => ({ ...it, action })) });
    expect(both("relayed")).toContain("for the following:\r\n\r\nbob@example.net\r\ncid@example.org\r\n\r\nYou handed");
    expect(both("delayed")).toContain("has not reached the following yet");
    expect(both("delayed")).toContain("\r\n\r\ncid@example.org\r\n  Why: ");
  });

  const letterAbout = (subject: string): string =>
    fromQuotedPrintable(
      letterOf({
        ...report,
        message: { ...report.message, header: headerOf(`${newField("Subject", encodeWords(subject)).raw}\r\n`) },
      }),
    ).toString();

  test("shows a subject within its sentence, without what would turn it around, and not for ever", () => {
    const [first] = letterAbout("a\u202eb\u2028c").split("\r\n");
    expect(first).toBe('Your message "a b c" could not be delivered to bob@example.net.');
    const long = letterAbout(`${"x".repeat(198)}\u{1f600}${"y".repeat(50)}`);
    expect(long).toContain(`"${"x".repeat(198)}…"`);
  });

  test("reads no more of a subject than it could show: what says nothing in encoded words may go on for long", () => {
    const about = (words: number) =>
      subjectOf(headerOf(`Subject: said${"\r\n =?utf-8?q?=E2=80=8B?=".repeat(words)}\r\n last\r\n\r\n`));
    expect(about(100)).toEndWith("last");
    expect(about(300)).not.toContain("last");
  });

  test("cannot be given lines or parts by the message, the recipient or the other server", () => {
    const evil = 'x\r\n--=_3vt1c0a9z_i\r\nContent-Type: text/html\r\n\r\n<b>"\u202e\u2028';
    fc.assert(
      fc.property(fc.oneof(fc.constant(evil), hostileText()), fc.boolean(), (text, utf8) => {
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
