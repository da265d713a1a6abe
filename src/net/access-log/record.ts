// What a service tells of one request, command or message: known slots, which a service fills and the log writes down.
// Data only; a slot that is "" or undefined is written as `-`. Slots of what a client has said hold its bytes, one character
// each, as they came: it is for the log to tell which text they are.
import { type Ends, noEnds } from "./ends.ts";

export interface AccessRecord {
  /** When it was over, by the wall clock: its file and its place in it follow from this. */
  atMs: number;
  /** The site, as its folder of logs is called. */
  siteName: string;
  ends: Ends;
  userName: string;
  /** The verb of the protocol: GET, RETR, MAIL, ARTICLE. */
  method: string;
  /** Bytes. What it was done to: the path without its query, a file, a group or a message id. */
  uriStem: string;
  /** Bytes. What more was said: the query without its "?", or the argument of a command. Never a password. */
  uriQuery: string;
  /** The code that was answered. */
  status: number | undefined;
  subStatus: number | undefined;
  win32Status: number | undefined;
  /** From us to the client, and from the client to us. */
  bytesSent: number | undefined;
  bytesReceived: number | undefined;
  timeTakenMs: number | undefined;
  /** "HTTP/1.1" */
  protocolVersion: string;
  /** Bytes. The host that the client named: Host, HOST or HELO. */
  host: string;
  /** Bytes. */
  userAgent: string;
  /** Bytes. */
  cookie: string;
  /** Bytes. */
  referer: string;
  /** FTP: what binds the lines of one session together. */
  session: string;
  /** FTP: the whole path below the site's root, whatever folder the command was said in. */
  fullPath: string;
  /** More about how it went, in a few words. */
  information: string;
  /** The file on our disk. */
  physicalPath: string;
}

/** All slots, with nothing in them. The same shape for every record keeps the writing of lines quick. */
export const accessRecord = (): AccessRecord => ({
  atMs: 0,
  siteName: "",
  ends: noEnds,
  userName: "",
  method: "",
  uriStem: "",
  uriQuery: "",
  status: undefined,
  subStatus: 0,
  win32Status: 0,
  bytesSent: undefined,
  bytesReceived: undefined,
  timeTakenMs: undefined,
  protocolVersion: "",
  host: "",
  userAgent: "",
  cookie: "",
  referer: "",
  session: "",
  fullPath: "",
  information: "",
  physicalPath: "",
});

/** Lines by now, to be used again by whichever log: records that live for a while are what a garbage collector finds dearest. */
const spare: AccessRecord[] = [];
/** Each may hold on to the whole of what a client sent, until it is emptied; and so few stay in the caches of the processor. */
const SPARE_MAX = 64;

/** An empty one. */
export const takeRecord = (): AccessRecord => spare.pop() ?? accessRecord();

/** Nobody looks at it any more. */
export function giveBack(record: AccessRecord): void {
  if (spare.length < SPARE_MAX) spare.push(emptied(record));
}

/** As a new one; slot by slot, as everything that goes through the names of slots takes ten times as long. */
export function emptied(record: AccessRecord): AccessRecord {
  record.atMs = 0;
  record.siteName = "";
  record.ends = noEnds;
  record.userName = "";
  record.method = "";
  record.uriStem = "";
  record.uriQuery = "";
  record.status = undefined;
  record.subStatus = 0;
  record.win32Status = 0;
  record.bytesSent = undefined;
  record.bytesReceived = undefined;
  record.timeTakenMs = undefined;
  record.protocolVersion = "";
  record.host = "";
  record.userAgent = "";
  record.cookie = "";
  record.referer = "";
  record.session = "";
  record.fullPath = "";
  record.information = "";
  record.physicalPath = "";
  return record;
}
