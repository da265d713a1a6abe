// What an NNTP site answers until the news engine has landed: it greets, says what it can, and refuses the rest as not
// there yet. Pure: a line comes in, a reply goes out.
import type { Line } from "../base/line-reader.ts";
import type { Farewells, Spoken } from "../net/line-dialogue.ts";

/** RFC 3977 §3.1: a command line has at most 512 octets, its ending included. */
export const COMMAND_LINE_BYTES_MAX = 512;

export const greeting = "201 inetsrv NNTP service; no newsgroups are carried yet\r\n";
/** RFC 3977 §3.2.1: 400 before the connection is closed from here. */
export const farewells: Farewells = {
  idle: "400 Nothing was sent for too long\r\n",
  slow: "400 Too little was sent for too long\r\n",
  overtime: "400 The session has lasted too long\r\n",
  endless: "400 Far too much was sent\r\n",
  stopping: "400 The service stops\r\n",
};
export const awayFarewell = "400 The service does not serve now, try again later\r\n";

/** RFC 3977 §3.2.1: 503 is for what a server knows and does not do. */
const notYet: Spoken = { reply: "503 This version carries no newsgroups yet\r\n" };
const groupCommands = ["GROUP", "LISTGROUP", "LAST", "NEXT", "ARTICLE", "HEAD", "BODY", "STAT", "OVER", "HDR", "LIST"];
const otherCommands = ["POST", "IHAVE", "NEWGROUPS", "NEWNEWS", "AUTHINFO", "STARTTLS", "XOVER", "XHDR"];

const commands: Readonly<Record<string, () => Spoken>> = {
  ...Object.fromEntries([...groupCommands, ...otherCommands].map((verb) => [verb, () => notYet])),
  // RFC 3977 §5.2 done, RFC 3977 §5.4 done, RFC 3977 §7.1 done, RFC 3977 §7.2 done.
  CAPABILITIES: () => ({ reply: "101 What is there so far\r\nVERSION 2\r\nIMPLEMENTATION inetsrv\r\n.\r\n" }),
  MODE: () => ({ reply: "502 Reading is not possible yet\r\n", close: true }), // RFC 3977 §5.3 partly: reading is not possible yet
  DATE: () => ({ reply: `111 ${new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14)}\r\n` }),
  HELP: () => ({ reply: "100 What is there so far\r\n  CAPABILITIES\r\n  DATE\r\n  HELP\r\n  QUIT\r\n.\r\n" }),
  QUIT: () => ({ reply: "205 Closing the connection\r\n", close: true }),
};

export function answer(line: Line): Spoken {
  if (line.kind !== "line") return { reply: "501 Lines are short, end with CRLF and hold no other control bytes\r\n" };
  const verb = line.text.trimStart().split(/[ \t]/, 1)[0]?.toUpperCase() ?? "";
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  return command === undefined ? { reply: "500 Unknown command\r\n" } : command();
}
