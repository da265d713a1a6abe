import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { printMailbox } from "../address.ts";
import { pathText } from "../path.ts";
import { readReport } from "./dsn/read-report.ts";
import { headerBytes } from "./header-editor.ts";
import { readHeader } from "./header-reader.ts";
import { LineMender } from "./line-mender.ts";
import { readPickup } from "./pickup-file.ts";
import { pickupFlawText } from "./pickup-flaw.ts";

const folder = join(import.meta.dir, "../../../../test/golden/mail");
const stamp = { id: "3vt1c0a8x", host: "mail.example.com", atMs: Date.UTC(2026, 10, 27, 12, 40, 9), offsetMinutes: 0 };

/** The files of one kind: what comes in, and what is expected of it. */
const samples = (kind: string) =>
  readdirSync(folder)
    .filter((name) => name.startsWith(kind))
    .map((name) => {
      const [given = "", expected = ""] = readFileSync(join(folder, name), "utf8").split("=== expected ===\n");
      return { name, given, expected };
    });

function pickup(text: string): string {
  const mender = new LineMender();
  const found = readHeader(Buffer.concat([mender.push(Buffer.from(text)), mender.finish()]));
  const mail = readPickup(found, { defaultDomain: "default.example", recipientsMax: 100 }, stamp);
  if (!mail.ok) return `${pickupFlawText(mail.error)}\n`;
  const { sender, recipients, header } = mail.value;
  const body = found.kind === "header" ? found.rest : Buffer.alloc(0);
  const message = Buffer.concat([headerBytes(header), body]).toString();
  return `${pathText(sender)} > ${recipients.map(printMailbox).join(" ")}\n${message}`;
}

function notice(text: string): string {
  const report = readReport(Buffer.from(text));
  if (report === undefined) return "no report\n";
  const lines = report.recipients.map(({ action, status, recipient, originalRecipient, remoteHost, words }) => {
    const original = originalRecipient && ` for ${originalRecipient.type};${originalRecipient.address}`;
    const remote = remoteHost && ` ${remoteHost}: ${words}`;
    return `${action} ${status} ${recipient.type};${recipient.address}${original ?? ""}${remote ?? ""}\n`;
  });
  return `host ${report.reportingHost}\n${lines.join("")}`;
}

describe("files as programs write them into the pickup folder", () => {
  for (const { name, given, expected } of samples("pickup-"))
    test(name, () => {
      expect(pickup(given).replaceAll("\r\n", "\n")).toBe(expected);
      expect(pickup(`\ufeff${given.replaceAll("\n", "\r\n")}`).replaceAll("\r\n", "\n")).toBe(expected);
    });
});

describe("notices as servers write them", () => {
  for (const { name, given, expected } of samples("notice-")) test(name, () => expect(notice(given)).toBe(expected));
});
