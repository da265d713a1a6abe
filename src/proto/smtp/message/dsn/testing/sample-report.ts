// A notice as tests use it, and its parts taken apart by the rules of MIME. It checks nothing but that there are parts.
import { readContentType } from "../../content-type.ts";
import { firstValue } from "../../header-editor.ts";
import { type Header, readHeader } from "../../header-reader.ts";
import type { Report, ReportedRecipient } from "../report.ts";
import { writeReport } from "../write-report.ts";

export function headerOf(bytes: Buffer | string): Header {
  const found = readHeader(Buffer.from(bytes as string));
  if (found.kind !== "header") throw new Error(found.kind);
  return found.header;
}

export const random = () => 0.5;
export const AT_MS = Date.UTC(2026, 10, 27, 12, 40, 9);
export const bob: ReportedRecipient = {
  recipient: { local: "bob", domain: "example.net" },
  action: "failed",
  status: "5.1.1",
  remote: { host: "mx.example.net", words: "550 5.1.1 No such user" },
  lastAttemptMs: AT_MS,
};
export const report: Report = {
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
export function sent(it: Report, original = "ORIGINAL\r\n"): string {
  const { before, withOriginal, after } = writeReport(it, random);
  return Buffer.concat([before, Buffer.from(withOriginal ? original : ""), after]).toString("latin1");
}

/** The parts as types and bodies, by the rules of MIME. */
export function partsOf(text: string): readonly (readonly [type: string, body: string])[] {
  const outer = headerOf(Buffer.from(text, "latin1"));
  const boundary = readContentType(firstValue(outer, "Content-Type")).parameters.get("boundary") ?? "";
  const [, ...parts] = text.split(`\r\n--${boundary}`);
  if (parts.pop() !== "--\r\n") throw new Error("the last boundary is missing");
  return parts.map((part) => {
    const found = readHeader(Buffer.from(part.replace(/^\r\n/, ""), "latin1"));
    if (found.kind !== "header") throw new Error(found.kind);
    return [readContentType(firstValue(found.header, "Content-Type")).type, found.rest.toString("latin1")] as const;
  });
}

export const letterOf = (it: Report): string => partsOf(sent(it))[0]?.[1] ?? "";
