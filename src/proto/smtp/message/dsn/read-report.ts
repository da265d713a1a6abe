// Reads the delivery status notice of another server, as far as programs can: who, what became of it, and why
// (RFC 3464). Pure and bounded; what is no such notice is none, however much it looks like one to people.
import type { OriginalRecipient } from "../../parameters.ts";
import { decodeUtf8Address } from "../../xtext.ts";
import { readContentType } from "../content-type.ts";
import { firstValue } from "../header-editor.ts";
import { type Header, readHeader } from "../header-reader.ts";
import { fromQuotedPrintable } from "../quoted-printable.ts";
import { type ReportAction, reportActions } from "./report.ts";
import { isStatus } from "./status-of-reply.ts";

export interface ReadReport {
  readonly envelopeId?: string;
  readonly reportingHost?: string;
  readonly recipients: readonly ReadRecipient[];
}

export interface ReadRecipient {
  readonly recipient: OriginalRecipient;
  readonly originalRecipient?: OriginalRecipient;
  readonly action: ReportAction;
  readonly status: string;
  readonly remoteHost?: string;
  readonly words?: string;
}

const RECIPIENTS_MAX = 1000;

/** `message` is all of it, or as much of its beginning as one cares to look at. */
export function readReport(message: Buffer): ReadReport | undefined {
  const outer = readHeader(message);
  if (outer.kind !== "header") return undefined;
  const { type, parameters } = readContentType(firstValue(outer.header, "Content-Type"));
  const boundary = parameters.get("boundary") ?? "";
  if (type !== "multipart/report" || boundary === "") return undefined;
  for (const part of partsOf(outer.rest.toString("latin1"), boundary)) {
    const status = statusTextOf(part);
    if (status !== undefined) return reportOf(status);
  }
  return undefined;
}

/** RFC 2046 §5.1.1: the line end before a boundary belongs to it. */
function partsOf(text: string, boundary: string): readonly string[] {
  const delimiter = `--${boundary}`;
  const parts: string[] = [];
  let from: number | undefined;
  for (let at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && text[at - 1] !== "\n") continue;
    if (from !== undefined) parts.push(text.slice(from, at).replace(/\r?\n$/, ""));
    const lineEnd = text.indexOf("\n", at);
    if (lineEnd < 0 || text.startsWith("--", at + delimiter.length)) return parts;
    from = lineEnd + 1;
  }
  return from === undefined ? parts : [...parts, text.slice(from)]; // cut off, but what is there is there
}

function statusTextOf(part: string): string | undefined {
  const found = readHeader(Buffer.from(part, "latin1"));
  if (found.kind !== "header") return undefined;
  const { type } = readContentType(firstValue(found.header, "Content-Type"));
  if (type !== "message/delivery-status" && type !== "message/global-delivery-status") return undefined;
  const body = found.rest.toString("latin1");
  const encoding = firstValue(found.header, "Content-Transfer-Encoding")?.toLowerCase();
  if (encoding === "base64") return Buffer.from(body, "base64").toString("latin1");
  return encoding === "quoted-printable" ? fromQuotedPrintable(body).toString("latin1") : body;
}

function reportOf(text: string): ReadReport | undefined {
  const [message, ...groups] = text
    .split(/(?:\r?\n){2,}/)
    .filter((it) => it.trim() !== "")
    .slice(0, 1 + RECIPIENTS_MAX)
    .map((group) => readHeader(Buffer.from(group.trimStart(), "latin1")))
    .flatMap((found) => (found.kind === "header" ? [found.header] : []));
  if (message === undefined) return undefined;
  const envelopeId = firstValue(message, "Original-Envelope-Id");
  const reportingHost = typed(firstValue(message, "Reporting-MTA"))?.address;
  return {
    ...(envelopeId !== undefined && { envelopeId }),
    ...(reportingHost !== undefined && { reportingHost }),
    recipients: groups.flatMap(recipientOf),
  };
}

function recipientOf(group: Header): readonly ReadRecipient[] {
  const recipient = typed(firstValue(group, "Final-Recipient"));
  const action = reportActions.find((it) => it === firstValue(group, "Action")?.toLowerCase());
  if (recipient === undefined || action === undefined) return [];
  const [status = ""] = (firstValue(group, "Status") ?? "").split(/[\s(]/);
  const originalRecipient = typed(firstValue(group, "Original-Recipient"));
  const remoteHost = typed(firstValue(group, "Remote-MTA"))?.address;
  const words = typed(firstValue(group, "Diagnostic-Code"))?.address;
  return [
    {
      recipient,
      action,
      status: isStatus(status) ? status : action === "failed" ? "5.0.0" : action === "delayed" ? "4.0.0" : "2.0.0",
      ...(originalRecipient && { originalRecipient }),
      ...(remoteHost !== undefined && { remoteHost }),
      ...(words !== undefined && { words }),
    },
  ];
}

/** "rfc822; bob@example.net": a type and what is of it. Some servers leave the type out. */
function typed(text: string | undefined): OriginalRecipient | undefined {
  if (text === undefined || text === "") return undefined;
  const [, type = "", value = text] = /^\s*([A-Za-z0-9-]+)\s*;\s*(.*)$/s.exec(text) ?? [];
  const address = type.toLowerCase() === "utf-8" ? (decodeUtf8Address(value) ?? value) : value;
  return { type: type.toLowerCase() || "rfc822", address };
}
