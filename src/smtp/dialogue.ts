// What an SMTP site answers until the mail engine has landed: it greets, knows the commands that move no mail, and
// refuses mail for now, so that senders keep it and try again. Pure: a line comes in, a reply goes out.
import type { Line } from "../base/line-reader.ts";
import type { Farewells, Spoken } from "../net/line-dialogue.ts";

/** RFC 5321 §4.5.3.1.4: a command line has at most 512 octets, its ending included. */
export const COMMAND_LINE_BYTES_MAX = 512;

export const greeting = (name: string): string => `220 ${name} inetsrv SMTP service; mail is not accepted yet\r\n`;
/** RFC 5321 §3.8: 421 before the connection is closed from here. */
export const farewells = (name: string): Farewells => ({
  idle: `421 4.4.2 ${name} nothing was sent for too long\r\n`,
  slow: `421 4.4.2 ${name} too little was sent for too long\r\n`,
  overtime: `421 4.4.2 ${name} the session has lasted too long\r\n`,
  endless: `421 4.3.4 ${name} far too much was sent\r\n`,
  stopping: `421 4.3.2 ${name} the service stops\r\n`,
});
export const awayFarewell = (name: string): string => `421 4.3.2 ${name} does not serve now, try again later\r\n`;

const notYet: Spoken = { reply: "451 4.3.2 This version does not accept mail yet, keep it and try again later\r\n" };

/**
 * Every command of the base protocol has its row. RFC 5321 §4.1.1.1 done, RFC 5321 §4.1.1.5 done, RFC 5321 §4.1.1.8 done,
 * RFC 5321 §4.1.1.9 done, RFC 5321 §4.1.1.10 done; RFC 5321 §4.1.1.2 partly: no mail is accepted yet.
 * RFC 5321 §4.1.1.6 refused: addresses are not told to strangers.
 * RFC 5321 §4.1.1.7 refused: nor are lists.
 */
const commands: Readonly<Record<string, (name: string) => Spoken>> = {
  EHLO: (name) => ({ reply: `250-${name}\r\n250 ENHANCEDSTATUSCODES\r\n` }),
  HELO: (name) => ({ reply: `250 ${name}\r\n` }),
  MAIL: () => notYet,
  RCPT: () => ({ reply: "503 5.5.1 Send MAIL first\r\n" }),
  DATA: () => ({ reply: "503 5.5.1 Send MAIL first\r\n" }),
  RSET: () => ({ reply: "250 2.0.0 Done\r\n" }),
  VRFY: () => ({ reply: "252 2.5.0 Addresses are not told\r\n" }),
  EXPN: () => ({ reply: "502 5.5.1 Lists are not told\r\n" }),
  HELP: () => ({ reply: `214 2.0.0 Known: ${Object.keys(commands).join(" ")}\r\n` }),
  NOOP: () => ({ reply: "250 2.0.0 Done\r\n" }),
  QUIT: (name) => ({ reply: `221 2.0.0 ${name} closes the connection\r\n`, close: true }),
};

export function answer(line: Line, name: string): Spoken {
  if (line.kind === "overlong") return { reply: "500 5.5.6 The line is too long\r\n" };
  if (line.kind !== "line") return { reply: "500 5.5.2 Lines end with CRLF and hold no other control bytes\r\n" };
  const verb = line.text.split(" ", 1)[0]?.toUpperCase() ?? "";
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  return command === undefined ? { reply: "500 5.5.1 Unknown command\r\n" } : command(name);
}
