// What MAIL and RCPT may say behind the path: a row for each parameter, with the extension that brings it. Pure. What
// nobody offered is not known, and what is known is read strictly, as DSNs are made of it.
// RFC 8689 refused: nobody here can promise TLS for the whole way yet.
import { bad, good, type Result } from "../../base/result.ts";
import { type Mailbox, printMailbox } from "./address.ts";
import { lenient } from "./leniency.ts";
import { parseReversePath, type ReversePath } from "./path.ts";
import { decodeUtf8Address, decodeXtext, encodeUtf8Address, encodeXtext } from "./xtext.ts";

export type Body = "7BIT" | "8BITMIME" | "BINARYMIME";
export type NotifyOn = "SUCCESS" | "FAILURE" | "DELAY";

export interface MailParameters {
  /** As the client declares it. */
  readonly size?: number;
  readonly body: Body;
  readonly smtpUtf8: boolean;
  /** Who handed the message in, as the client has it from elsewhere; null for nobody who is known. */
  readonly auth?: ReversePath;
  readonly ret?: "FULL" | "HDRS";
  readonly envelopeId?: string;
}

export interface OriginalRecipient {
  /** "rfc822" or "utf-8", as a rule. */
  readonly type: string;
  readonly address: string;
}

export interface RecipientParameters {
  /** Empty for NEVER; without it the usual: of failures, and maybe of delays. */
  readonly notify?: readonly NotifyOn[];
  readonly originalRecipient?: OriginalRecipient;
}

export const plainMail: MailParameters = { body: "7BIT", smtpUtf8: false };

/** The extensions that bring parameters. */
export type ParameterExtension = "SIZE" | "8BITMIME" | "BINARYMIME" | "SMTPUTF8" | "AUTH" | "DSN";
export type Offers = (extension: ParameterExtension) => boolean;

/** `unknown` is for 555, `flawed` for 501; both name the parameter. */
export type ParameterFlaw = { readonly is: "unknown" | "flawed"; readonly parameter: string };

interface Row<T> {
  readonly rfc: string;
  readonly extension: ParameterExtension;
  /** Undefined where the value is not what it may be; a parameter without one has none. */
  read(value: string | undefined, offers: Offers): Partial<T> | undefined;
}

const bodies: Readonly<Record<string, Body>> = { "7BIT": "7BIT", "8BITMIME": "8BITMIME", BINARYMIME: "BINARYMIME" };
/** RFC 3461 §4.4 and §4.2: in characters of xtext. */
const ENVELOPE_ID_LENGTH_MAX = 100;
const ORIGINAL_RECIPIENT_LENGTH_MAX = 500;

const mailRows: Readonly<Record<string, Row<MailParameters>>> = {
  SIZE: {
    rfc: "1870 §3",
    extension: "SIZE",
    read: (value = "") =>
      /^\d{1,20}$/.test(value) ? { size: Math.min(Number(value), Number.MAX_SAFE_INTEGER) } : undefined,
  },
  BODY: {
    rfc: "6152 §2, §3",
    extension: "8BITMIME",
    read(value = "", offers) {
      const body = Object.hasOwn(bodies, value.toUpperCase()) ? bodies[value.toUpperCase()] : undefined;
      return body === undefined || (body === "BINARYMIME" && !offers("BINARYMIME")) ? undefined : { body };
    },
  },
  SMTPUTF8: {
    rfc: "6531 §3.4",
    extension: "SMTPUTF8",
    read: (value) => (value === undefined ? { smtpUtf8: true } : undefined),
  },
  AUTH: { rfc: "4954 §5", extension: "AUTH", read: readAuth },
  RET: {
    rfc: "3461 §4.3",
    extension: "DSN",
    read(value = "") {
      const ret = value.toUpperCase();
      return ret === "FULL" || ret === "HDRS" ? { ret } : undefined;
    },
  },
  ENVID: {
    rfc: "3461 §4.4",
    extension: "DSN",
    read(value = "") {
      const envelopeId = value.length > ENVELOPE_ID_LENGTH_MAX ? undefined : printable(decodeXtext(value));
      return envelopeId === undefined ? undefined : { envelopeId };
    },
  },
};

const recipientRows: Readonly<Record<string, Row<RecipientParameters>>> = {
  NOTIFY: { rfc: "3461 §4.1", extension: "DSN", read: readNotify },
  ORCPT: { rfc: "3461 §4.2", extension: "DSN", read: readOriginalRecipient },
};

export const readMailParameters = (text: string, offers: Offers): Result<MailParameters, ParameterFlaw> =>
  read(text, mailRows, plainMail, offers);

export const readRecipientParameters = (text: string, offers: Offers): Result<RecipientParameters, ParameterFlaw> =>
  read(text, recipientRows, {}, offers);

/** RFC 5321 §4.1.1.11 done. Twice the same parameter is a flaw, as two programs could take two values. */
function read<T>(
  text: string,
  rows: Readonly<Record<string, Row<T>>>,
  start: T,
  offers: Offers,
): Result<T, ParameterFlaw> {
  const seen = new Set<string>();
  let values = start;
  for (const word of text.split(" ").filter((it) => it !== "")) {
    const [, keyword = "", value] = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=([^\x00-\x20=\x7f]+))?$/.exec(word) ?? [];
    const parameter = keyword.toUpperCase();
    if (parameter === "") return bad({ is: "flawed", parameter: (/^[!-<>-~]{1,40}/.exec(word) ?? ["?"])[0] });
    const row = Object.hasOwn(rows, parameter) ? rows[parameter] : undefined;
    if (row === undefined || !offers(row.extension)) return bad({ is: "unknown", parameter });
    const told = seen.has(parameter) ? undefined : row.read(value, offers);
    if (told === undefined) return bad({ is: "flawed", parameter });
    seen.add(parameter);
    values = { ...values, ...told };
  }
  return good(values);
}

function readAuth(value = ""): Partial<MailParameters> | undefined {
  const text = decodeXtext(value);
  if (text === undefined) return undefined;
  if (text === "<>") return { auth: null };
  const mailbox = parseReversePath(text, { ownDomain: "", leniency: { ...lenient, bareAddresses: false } });
  return mailbox.ok && mailbox.value !== null ? { auth: mailbox.value } : undefined;
}

function readNotify(value = ""): Partial<RecipientParameters> | undefined {
  const words = value.toUpperCase().split(",");
  if (words.length === 1 && words[0] === "NEVER") return { notify: [] };
  const known = words.filter((it): it is NotifyOn => it === "SUCCESS" || it === "FAILURE" || it === "DELAY");
  return known.length === words.length && new Set(known).size === known.length ? { notify: known } : undefined;
}

function readOriginalRecipient(value = ""): Partial<RecipientParameters> | undefined {
  const [, type = "", written = ""] = /^([A-Za-z0-9][A-Za-z0-9-]*);(.+)$/s.exec(value) ?? [];
  if (type === "" || value.length > ORIGINAL_RECIPIENT_LENGTH_MAX) return undefined;
  const isUtf8 = type.toLowerCase() === "utf-8";
  const address = printable(isUtf8 ? decodeUtf8Address(written) : decodeXtext(written));
  return address === undefined || address === "" ? undefined : { originalRecipient: { type, address } };
}

/** It goes into notices that people read, where it must not make lines of its own. */
const printable = (text: string | undefined): string | undefined =>
  text === undefined || /[\p{Cc}\p{Zl}\p{Zp}]/u.test(text) ? undefined : text;

/** With a space before each; only what the server offered. */
export function printMailParameters(it: MailParameters, offers: Offers): string {
  const words = [
    ...(it.size !== undefined && offers("SIZE") ? [`SIZE=${it.size}`] : []),
    ...(it.body !== "7BIT" && offers(it.body) ? [`BODY=${it.body}`] : []),
    ...(it.smtpUtf8 && offers("SMTPUTF8") ? ["SMTPUTF8"] : []),
    ...(it.auth !== undefined && offers("AUTH") ? [`AUTH=${it.auth === null ? "<>" : authText(it.auth)}`] : []),
    ...(it.ret !== undefined && offers("DSN") ? [`RET=${it.ret}`] : []),
    ...(it.envelopeId !== undefined && offers("DSN") ? [`ENVID=${encodeXtext(it.envelopeId)}`] : []),
  ];
  return words.map((word) => ` ${word}`).join("");
}

export function printRecipientParameters(it: RecipientParameters, offers: Offers): string {
  if (!offers("DSN")) return "";
  const { notify, originalRecipient: original } = it;
  const isUtf8 = original?.type.toLowerCase() === "utf-8";
  const words = [
    ...(notify !== undefined ? [`NOTIFY=${notify.length === 0 ? "NEVER" : notify.join(",")}`] : []),
    ...(original !== undefined
      ? [`ORCPT=${original.type};${isUtf8 ? encodeUtf8Address(original.address) : encodeXtext(original.address)}`]
      : []),
  ];
  return words.map((word) => ` ${word}`).join("");
}

const authText = (mailbox: Mailbox): string => encodeXtext(printMailbox(mailbox));
