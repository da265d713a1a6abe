// The fields of an access log: one row for each, with the name and the bit that IIS had for it. Whoever writes, reads,
// documents or imports a log takes them from here; nothing else about a line is decided.
import type { EndsSlot } from "./ends.ts";
import type { AccessRecord } from "./record.ts";

export type LoggedService = "www" | "ftp" | "smtp" | "nntp";

/** What a field is taken from: a slot of the record, or what is the same for every line of a machine or second. */
export type FieldSource = Exclude<keyof AccessRecord, "atMs" | "ends"> | EndsSlot | "date" | "time" | "computerName";

export interface FieldRow {
  readonly from: FieldSource;
  /** Of LogExtFileFlags (4013), or of the logExtFileFlags of FTP 7; ours have none. */
  readonly bit: number | undefined;
  /** The services that fill it. */
  readonly services: readonly LoggedService[];
  /** Those that write it unless their site says otherwise. */
  readonly usual: readonly LoggedService[];
  readonly doc: string;
}

const all = ["www", "ftp", "smtp", "nntp"] as const;
const field = (
  bit: number | undefined,
  from: FieldSource,
  services: readonly LoggedService[],
  usual: readonly LoggedService[],
  doc: string,
): FieldRow => ({ bit, from, services, usual, doc });

/** In the order in which IIS 7 writes them, so that an analyser that looks for its usual lines finds them. */
const rows = {
  date: field(0x1, "date", all, all, "The day on which it was over, in UTC."),
  time: field(0x2, "time", all, all, "The time at which it was over, in UTC."),
  "s-sitename": field(0x10, "siteName", all, [], "The site, as its folder of logs is called."),
  "s-computername": field(0x20, "computerName", all, [], "The name of this machine."),
  "s-ip": field(0x40, "serverAddress", all, all, "The address of ours that the client chose."),
  "cs-method": field(0x80, "method", all, all, "The verb: GET, RETR, MAIL, ARTICLE."),
  "cs-uri-stem": field(
    0x100,
    "uriStem",
    all,
    ["www", "ftp", "nntp"],
    "What it was done to: path, file, group or message id.",
  ),
  "cs-uri-query": field(0x200, "uriQuery", all, ["www", "smtp", "nntp"], "The query, or the argument of a command."),
  "s-port": field(0x8000, "serverPort", all, all, "The port of ours that the client chose."),
  "cs-username": field(0x8, "userName", all, all, "Who had logged in."),
  "c-ip": field(0x4, "clientAddress", all, all, "The address of the client; behind a trusted proxy, the one it names."),
  "c-port": field(0x2000000, "clientPort", all, [], "The port of the client."),
  "cs-version": field(0x80000, "protocolVersion", ["www"], [], "The version of the protocol."),
  "cs-host": field(0x100000, "host", all, [], "The host that the client named: Host, HOST or HELO."),
  "cs(User-Agent)": field(0x10000, "userAgent", ["www"], ["www"], "The program that the client says it is."),
  "cs(Cookie)": field(0x20000, "cookie", ["www"], [], "The cookies of the request. They can be as good as a password."),
  "cs(Referer)": field(0x40000, "referer", ["www"], ["www"], "The page that led to the request."),
  "sc-status": field(0x400, "status", all, all, "The code of the answer."),
  "sc-substatus": field(0x200000, "subStatus", ["www", "ftp"], ["www", "ftp"], "Which of its reasons the code had."),
  "sc-win32-status": field(0x800, "win32Status", all, ["www", "ftp"], "The error of the system, 0 for none."),
  "sc-bytes": field(0x1000, "bytesSent", all, ["smtp", "nntp"], "Bytes from us to the client."),
  "cs-bytes": field(0x2000, "bytesReceived", all, ["smtp", "nntp"], "Bytes from the client to us."),
  "time-taken": field(0x4000, "timeTakenMs", all, ["www", "smtp", "nntp"], "How long it took, in milliseconds."),
  "x-session": field(0x400000, "session", ["ftp"], ["ftp"], "What the lines of one FTP session have in common."),
  "x-fullpath": field(0x800000, "fullPath", ["ftp"], ["ftp"], "The whole path, whatever the working folder was."),
  "x-debug": field(0x1000000, "information", all, [], "How it went, in a few words."),
  "x-physicalpath": field(0x4000000, "physicalPath", ["www", "ftp"], [], "The file on the disk of the server."),
  "x-trace": field(undefined, "trace", all, all, "The id with which `inetsrv trace` gathers the whole story."),
} satisfies Readonly<Record<string, FieldRow>>;

export type FieldName = keyof typeof rows;

export const accessFields: Readonly<Record<FieldName, FieldRow>> = rows;

export const fieldNames = Object.keys(rows) as readonly FieldName[];

/** What a service writes unless its site says otherwise. */
export const usualFields = (service: LoggedService): readonly FieldName[] =>
  fieldNames.filter((it) => accessFields[it].usual.includes(service));

/** The fields of a LogExtFileFlags, in our order. */
export const fieldsOfBits = (bits: number): readonly FieldName[] =>
  fieldNames.filter((it) => ((accessFields[it].bit ?? 0) & bits) !== 0);
