// The two files beside a message that could neither be delivered nor returned: `.BDR` tells a person why, `.BDP` tells a
// program who it was for, so that it can be sent again. Pure; the message itself is the `.BAD` file.
import { isObject } from "../../../base/json.ts";
import { mailDate } from "./date.ts";

/** The codes are those that IIS wrote: people and scripts search for them. */
export const badmailKinds = {
  "malformed-pickup": { code: 0xc00402ce, words: "An error occurred while processing a file in the pickup directory." },
  "undeliverable-report": { code: 0xc00402c7, words: "Unable to deliver this report to the sender of the message." },
  "nobody-to-tell": { code: 0xc00402c7, words: "The message could not be delivered, and it has no sender to tell." },
} as const;
export type BadmailKind = keyof typeof badmailKinds;

export interface Badmail {
  readonly id: string;
  readonly kind: BadmailKind;
  readonly atMs: number;
  /** Sentences for a person: what is so, in the remote's words where there are some, and what to do. */
  readonly reason: string;
  /** Addresses as they are printed; empty for the null sender, and where a file did not tell one. */
  readonly sender: string;
  readonly recipients: readonly string[];
}

export const badmailNames = (id: string) => ({ message: `${id}.BAD`, properties: `${id}.BDP`, reason: `${id}.BDR` });

/** The text of the `.BDR` file. */
export function badmailReason(it: Badmail): string {
  const { code, words } = badmailKinds[it.kind];
  const lines = [
    `Unable to deliver this message because the following error was encountered: "${words}"`,
    `The specific error code was 0x${code.toString(16).toUpperCase()}.`,
    "",
    oneLine(it.reason),
    "",
    `Message ${it.id}, ${mailDate(it.atMs)}`,
    `From ${it.sender === "" ? "<>" : oneLine(it.sender)}`,
    ...it.recipients.map((recipient) => `To ${oneLine(recipient)}`),
  ];
  return lines.map((line) => `${line}\r\n`).join("");
}

const oneLine = (text: string): string => text.replace(/[\0-\x1f\x7f]+/g, " ");

/** The text of the `.BDP` file, one JSON object. */
export const badmailProperties = (it: Badmail): string => `${JSON.stringify(it, null, 2)}\n`;

/** What such a file says, or undefined when it is none of ours: then only its message is left. */
export function readBadmailProperties(text: string): Badmail | undefined {
  const { id, kind, atMs, reason, sender, recipients } = membersOf(text);
  if (typeof id !== "string" || typeof reason !== "string" || typeof sender !== "string") return undefined;
  if (typeof atMs !== "number" || !Number.isSafeInteger(atMs) || !isKind(kind)) return undefined;
  if (!Array.isArray(recipients) || !recipients.every((it) => typeof it === "string")) return undefined;
  return { id, kind, atMs, reason, sender, recipients };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const isKind = (value: unknown): value is BadmailKind =>
  typeof value === "string" && Object.hasOwn(badmailKinds, value);
