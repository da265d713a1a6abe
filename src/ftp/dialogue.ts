// What an FTP site answers until the file engine has landed: it greets, goes over to TLS, finds the site that HOST names,
// and lets people log in. A line comes in, a reply goes out; no socket here.
import type { From, Login, Verdict, Welcome } from "../account/login.ts";
import type { Line } from "../base/line-reader.ts";
import { localTime } from "../base/local-time.ts";
import type { Connection } from "../net/connection.ts";
import type { Answer, Farewells, LineDialogue, LineLimits, Spoken } from "../net/line/line-dialogue.ts";
import { isLineSite } from "../service/line-site.ts";

/** A path may be long; no client needs more. */
const COMMAND_LINE_BYTES_MAX = 8192;

/** What all sessions of a site have in common. */
export interface FtpWords {
  readonly greeting: string;
  readonly limits: LineLimits;
  readonly login: Login;
}

const farewells: Farewells = {
  idle: "421 Nothing was sent for too long\r\n",
  slow: "421 Too little was sent for too long\r\n",
  overtime: "421 The session has lasted too long\r\n",
  endless: "421 Far too much was sent\r\n",
  stopping: "421 The service stops\r\n",
};
export const awayFarewell = "421 The service does not serve now, try again later\r\n";

const say = (reply: string): Spoken => ({ reply: `${reply}\r\n` });
/** RFC 2640 §2: what is not ASCII goes out as UTF-8; a reply has one character per byte. */
const sayText = (reply: string): Spoken => say(Buffer.from(reply).toString("latin1"));

export class FtpDialogue implements LineDialogue {
  readonly lineBytesMax = COMMAND_LINE_BYTES_MAX;
  readonly farewells = farewells;
  readonly greeting: string;
  readonly limits: LineLimits;
  readonly words: FtpWords;
  readonly connection: Connection;
  /** Whom USER named, until PASS. */
  claimed: string | undefined;
  user: Welcome | undefined;

  constructor(words: FtpWords, connection: Connection) {
    this.words = words;
    this.connection = connection;
    this.limits = words.limits;
    this.greeting = sayText(`220 ${words.greeting}; there are no files yet`).reply;
  }

  get from(): From {
    const { peer, secured, trace } = this.connection;
    return { address: peer.address, secure: secured !== undefined, trace };
  }

  answer(line: Line): Answer | Promise<Answer> {
    if (line.kind !== "line") return say("500 Lines are short, end with CRLF and hold no other control bytes");
    const [verb = "", ...more] = line.text.split(" ");
    const name = verb.toUpperCase();
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    return command === undefined ? say("500 Unknown command") : command(this, more.join(" "));
  }

  /** RFC 4217 §10.1 done: whoever was named in clear has to be named again. */
  secured(): void {
    this.claimed = undefined;
    this.user = undefined;
  }

  async pass(password: string): Promise<Answer> {
    const { claimed } = this;
    if (claimed === undefined) return say("503 Send USER first");
    this.claimed = undefined;
    // RFC 2640 §2.1: names and passwords are UTF-8; the line has one character per byte.
    const [account, told] = [claimed, password].map((it) => Buffer.from(it, "latin1").toString("utf8"));
    const claim = { by: "password", account: account ?? "", password: told ?? "" } as const;
    const verdict = await this.words.login.verify(claim, this.from);
    if (verdict.is !== "welcome") return this.refuse(verdict);
    this.user = verdict;
    return sayText(`230 Welcome, ${verdict.account}; this version has no files yet`);
  }

  private refuse(verdict: Exclude<Verdict, Welcome>): Answer {
    switch (verdict.is) {
      case "wrong":
        return say("530 The user name or the password is wrong");
      case "blocked":
        return { reply: `421 Too many failed logins: try again after ${localTime(verdict.untilMs)}\r\n`, close: true };
      case "busy":
        return say("430 Too many log in at this moment, try again later");
      case "not-allowed":
        return say("530 This account may not log in here");
      case "unavailable":
        return say("530 This way to log in is not available here");
      default:
        return verdict satisfies never;
    }
  }
}

type Command = (session: FtpDialogue, words: string) => Answer | Promise<Answer>;

const behindLogin = [
  ...["ACCT", "CWD", "CDUP", "SMNT", "REIN", "PORT", "PASV", "EPRT", "EPSV", "TYPE", "STRU", "MODE", "RETR", "STOR"],
  ...["STOU", "APPE", "ALLO", "REST", "RNFR", "RNTO", "ABOR", "DELE", "RMD", "MKD", "PWD", "LIST", "NLST", "MLSD"],
  ...["MLST", "SIZE", "MDTM", "SITE", "STAT"],
];
const noFiles: Command = ({ user }) =>
  say(user === undefined ? "530 Log in first" : "502 This version has no files yet");

/** RFC 959 §4.1, RFC 2389 §3. */
const commands: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(behindLogin.map((verb) => [verb, noFiles])),
  USER: (session, name) => {
    if (session.user !== undefined) return say("503 You are logged in already");
    // RFC 4217 §11.2 done: who may listen would have the password.
    if (!session.words.login.takesPassword(session.from)) return say("530 Send AUTH TLS first");
    session.claimed = name;
    return say("331 The password, please");
  },
  PASS: (session, password) => session.pass(password),
  // RFC 4217 §4 done.
  AUTH: ({ connection }, mechanism) => {
    if (!/^TLS(-C)?$/i.test(mechanism)) return say("504 Only TLS is known here");
    if (connection.secured !== undefined) return say("503 This connection is under TLS already");
    if (!connection.canSecure) return say("431 There is no certificate to begin TLS with");
    return { reply: "234 Begin TLS now\r\n", secure: true };
  },
  PBSZ: ({ connection }, size) => {
    if (connection.secured === undefined) return say("503 Send AUTH TLS first");
    return size === "0" ? say("200 PBSZ=0") : say("501 TLS has no buffer: PBSZ 0");
  },
  // RFC 4217 §9 partly: there is no data connection yet that could be protected.
  PROT: ({ connection }, level) => {
    if (connection.secured === undefined) return say("503 Send AUTH TLS first");
    if (/^[PC]$/i.test(level)) return say("200 Done");
    return say(/^[SE]$/i.test(level) ? "536 TLS protects all or nothing: P or C" : "504 Only P and C are known here");
  },
  // RFC 2640 §3 done: it is UTF-8 in any case.
  OPTS: (_, words) => (/^UTF8 ON$/i.test(words) ? say("200 Done") : say("501 Only UTF8 ON is known here")),
  // RFC 7151 §3 done: the site is another one from here on.
  HOST: (session, name) => {
    if (session.user !== undefined) return say("503 HOST comes before the login");
    const site = session.connection.moveTo(name.replace(/^\[(.*)\]$/, "$1"));
    if (site === undefined || !isLineSite(site)) return say("504 There is no such host here");
    const become = site.dialogue(session.connection);
    return { reply: become.greeting, become };
  },
  SYST: () => say("215 UNIX Type: L8"),
  FEAT: ({ connection }) => {
    const features = [
      ...(connection.canSecure || connection.secured ? ["AUTH TLS", "PBSZ", "PROT"] : []),
      "HOST",
      "UTF8",
    ];
    return { reply: `211-Features\r\n${features.map((it) => ` ${it}\r\n`).join("")}211 End\r\n` };
  },
  HELP: () => say("214 Known without logging in: AUTH FEAT HELP HOST NOOP OPTS PASS PBSZ PROT QUIT SYST USER"),
  NOOP: () => say("200 Done"),
  QUIT: () => ({ reply: "221 Closing the connection\r\n", close: true }),
};
