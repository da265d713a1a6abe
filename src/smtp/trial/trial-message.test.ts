import { expect, test } from "bun:test";
import { trialMessage } from "./trial-message.ts";

const facts = {
  host: "mail.example",
  site: "default",
  from: { local: "postmaster", domain: "example.org" },
  to: { local: "ada", domain: "example.net" },
  subject: undefined,
  id: "dc4qhmp99yn4rhpk",
  atMs: Date.UTC(2026, 10, 27, 12, 40, 9),
  offsetMinutes: 60,
};

test("it says who sent it and when, and that nobody need answer", () => {
  const text = trialMessage(facts).toString();
  const [header = "", body = ""] = text.split("\r\n\r\n");
  expect(header.split("\r\n")).toEqual([
    "Date: Fri, 27 Nov 2026 13:40:09 +0100",
    "From: postmaster@example.org",
    "To: ada@example.net",
    "Subject: Test message from mail.example",
    "Message-ID: <dc4qhmp99yn4rhpk@mail.example>",
    "Auto-Submitted: auto-generated",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=us-ascii",
  ]);
  for (const told of ["mail.example", "Fri, 27 Nov 2026 13:40:09 +0100", "default"]) expect(body).toContain(told);
  expect(text).toEndWith("\r\n");
  expect(text.replaceAll("\r\n", "")).not.toMatch(/[\r\n]/);
});

test("whatever is in the subject and in the name of the site, no header is added and all of it is ASCII", () => {
  const text = trialMessage({ ...facts, subject: "Grüße\r\nBcc: eve@x.example", site: "café\r\n\r\n." }).toString();
  expect(text).not.toMatch(/^Bcc:/m);
  expect(text).not.toMatch(/[^\r\n -~]/);
  expect(text).not.toMatch(/^\.$/m);
  expect(text).toContain("Subject: =?utf-8?");
});
