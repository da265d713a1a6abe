// What an FTP site answers until the file engine has landed: it greets and knows the commands that need no login.
// Pure: a line comes in, a reply goes out.
import type { Line } from "../base/line-reader.ts";
import type { Farewells, Spoken } from "../net/line-dialogue.ts";

/** A path may be long; no client needs more. */
export const COMMAND_LINE_BYTES_MAX = 8192;

/** RFC 2640 §2: what is not ASCII goes out as UTF-8; a reply has one character per byte. */
export const greeting = (words: string): string =>
  `220 ${Buffer.from(words).toString("latin1")}; logging in is not possible yet\r\n`;
export const farewells: Farewells = {
  idle: "421 Nothing was sent for too long\r\n",
  slow: "421 Too little was sent for too long\r\n",
  overtime: "421 The session has lasted too long\r\n",
  endless: "421 Far too much was sent\r\n",
  stopping: "421 The service stops\r\n",
};
export const awayFarewell = "421 The service does not serve now, try again later\r\n";

const loginFirst: Spoken = { reply: "530 Log in first\r\n" };
const behindLogin = [
  ...["ACCT", "CWD", "CDUP", "SMNT", "REIN", "PORT", "PASV", "EPRT", "EPSV", "TYPE", "STRU", "MODE", "RETR", "STOR"],
  ...["STOU", "APPE", "ALLO", "REST", "RNFR", "RNTO", "ABOR", "DELE", "RMD", "MKD", "PWD", "LIST", "NLST", "MLSD"],
  ...["MLST", "SIZE", "MDTM", "SITE", "STAT"],
];

/** RFC 959 §4.1, RFC 2389 §3. */
const commands: Readonly<Record<string, () => Spoken>> = {
  ...Object.fromEntries(behindLogin.map((verb) => [verb, () => loginFirst])),
  USER: () => ({ reply: "530 This version does not let anybody log in yet\r\n" }),
  PASS: () => ({ reply: "503 Send USER first\r\n" }),
  AUTH: () => ({ reply: "502 This version has no TLS yet\r\n" }),
  SYST: () => ({ reply: "215 UNIX Type: L8\r\n" }),
  FEAT: () => ({ reply: "211 No features\r\n" }),
  HELP: () => ({ reply: "214 Known without logging in: FEAT HELP NOOP QUIT SYST\r\n" }),
  NOOP: () => ({ reply: "200 Done\r\n" }),
  QUIT: () => ({ reply: "221 Closing the connection\r\n", close: true }),
};

export function answer(line: Line): Spoken {
  if (line.kind !== "line") return { reply: "500 Lines are short, end with CRLF and hold no other control bytes\r\n" };
  const verb = line.text.split(" ", 1)[0]?.toUpperCase() ?? "";
  const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
  return command === undefined ? { reply: "500 Unknown command\r\n" } : command();
}
