import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { readReport } from "./read-report.ts";
import { reportActions } from "./report.ts";
import { report, sent } from "./testing/sample-report.ts";

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

  const wanted = "Reporting-MTA: dns; a\n\nFinal-Recipient: rfc822; b@c\nAction: failed\nStatus: 5.1.1\n";

  test("a boundary counts at the beginning of a line, and nothing behind the last one", () => {
    expect(
      readReport(other(wanted.replace("5.1.1\n", "5.1.1\nX: --b1 x\nRemote-MTA: dns; d\n")))?.recipients[0]?.remoteHost,
    ).toBe("d");
    const behind = `Content-Type: multipart/report; boundary=b1\n\n--b1\n\nletter\n--b1--\nContent-Type: message/delivery-status\n\n${wanted}\n--b1--\n`;
    expect(readReport(Buffer.from(behind))).toBeUndefined();
  });

  test("no more recipients are read than anybody names in one notice", () => {
    const [message, recipient] = wanted.split("\n\n");
    expect(readReport(other([message, ...Array(1100).fill(recipient)].join("\n\n")))?.recipients).toHaveLength(1000);
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
