// What an NNTP site answers until the news engine has landed: it greets, goes over to TLS, lets people log in, says what
// it can, and refuses the rest as not there yet. A line comes in, a reply goes out; no socket here.
import { randomBytes } from "node:crypto";
import type { From, Login, Verdict, Welcome } from "../account/login.ts";
import { offeredMechanisms, SaslExchange, type Step } from "../account/sasl/exchange.ts";
import type { Line } from "../base/line-reader.ts";
import { localTime } from "../base/local-time.ts";
import type { Connection } from "../net/connection.ts";
import type { Answer, Farewells, LineDialogue, LineLimits, Spoken } from "../net/line/line-dialogue.ts";

/** RFC 4643 §2.4.2: what a client may say in AUTHINFO SASL is longer than any command of RFC 3977 §3.1. */
const COMMAND_LINE_BYTES_MAX = 12_288;

/** What all sessions of a site have in common. */
export interface NntpWords {
  readonly limits: LineLimits;
  readonly login: Login;
}

/** RFC 3977 §3.2.1: 400 before the connection is closed from here. */
const farewells: Farewells = {
  idle: "400 Nothing was sent for too long\r\n",
  slow: "400 Too little was sent for too long\r\n",
  overtime: "400 The session has lasted too long\r\n",
  endless: "400 Far too much was sent\r\n",
  stopping: "400 The service stops\r\n",
};
export const awayFarewell = "400 The service does not serve now, try again later\r\n";

const say = (reply: string): Spoken => ({ reply: `${reply}\r\n` });

export class NntpDialogue implements LineDialogue {
  readonly greeting = "201 inetsrv NNTP service; no newsgroups are carried yet\r\n";
  readonly lineBytesMax = COMMAND_LINE_BYTES_MAX;
  readonly farewells = farewells;
  readonly limits: LineLimits;
  readonly words: NntpWords;
  readonly connection: Connection;
  /** Whom AUTHINFO USER named, until AUTHINFO PASS. */
  claimed: string | undefined;
  /** Under way: the next line is an answer in it. */
  exchange: SaslExchange | undefined;
  user: Welcome | undefined;

  constructor(words: NntpWords, connection: Connection) {
    this.words = words;
    this.connection = connection;
    this.limits = words.limits;
  }

  get from(): From {
    const { peer, secured, trace } = this.connection;
    return { address: peer.address, secure: secured !== undefined, trace };
  }

  answer(line: Line): Answer | Promise<Answer> {
    if (line.kind !== "line") return say("501 Lines are short, end with CRLF and hold no other control bytes");
    if (this.exchange !== undefined) return this.goOn(this.exchange.take(line.text));
    const [verb = "", ...more] = line.text.trim().split(/[ \t]+/);
    const name = verb.toUpperCase();
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    return command === undefined ? say("500 Unknown command") : command(this, more, line.text);
  }

  /** RFC 4642 §2.2.2 done: nothing that was said in clear counts any more, nor who said it. */
  secured(): void {
    this.claimed = undefined;
    this.exchange = undefined;
    this.user = undefined;
  }

  /** RFC 4643 §2.3 done, RFC 4643 §2.4 done. */
  authenticate([way = "", word, more]: readonly string[], line: string): Answer | Promise<Answer> {
    if (this.user !== undefined) return say("502 You are logged in already");
    if (word === undefined) return say("501 AUTHINFO USER name, AUTHINFO PASS password or AUTHINFO SASL mechanism");
    switch (way.toUpperCase()) {
      case "USER":
        if (!this.words.login.takesPassword(this.from)) return say("483 Send STARTTLS first");
        this.claimed = behindTwoWords(line);
        return say("381 The password, please");
      case "PASS":
        return this.pass(behindTwoWords(line));
      case "SASL":
        return this.begin(word, more);
      default:
        return say("501 AUTHINFO takes USER, PASS or SASL");
    }
  }

  private async pass(password: string): Promise<Answer> {
    const { claimed } = this;
    if (claimed === undefined) return say("482 Send AUTHINFO USER first");
    this.claimed = undefined;
    // RFC 4643 §2.3.2: both are UTF-8; the line has one character per byte.
    const [account, told] = [claimed, password].map((it) => Buffer.from(it, "latin1").toString("utf8"));
    const claim = { by: "password", account: account ?? "", password: told ?? "" } as const;
    const verdict = await this.words.login.verify(claim, this.from);
    return verdict.is === "welcome" ? this.welcome(verdict, undefined) : this.refuse(verdict);
  }

  private begin(mechanism: string, initial: string | undefined): Promise<Answer> {
    const nonce = (): string => randomBytes(18).toString("base64");
    const { login } = this.words;
    this.exchange = new SaslExchange(mechanism, { login, from: this.from, nonce, finalData: "with-success" });
    return this.goOn(this.exchange.start(initial));
  }

  private async goOn(next: Promise<Step>): Promise<Answer> {
    const step = await next;
    // RFC 4643 §2.4.2: an empty challenge is shown as "=".
    if (step.is === "challenge") return say(`383 ${step.text === "" ? "=" : step.text}`);
    this.exchange = undefined;
    switch (step.is) {
      case "done":
        return this.welcome(step.verdict, step.text);
      case "refused":
        return this.refuse(step.verdict);
      case "malformed":
        return say(`482 ${step.because}`);
      case "cancelled":
        return say("481 Given up");
      case "encrypt-first":
        return say("483 Send STARTTLS first");
      case "unknown":
        return say("503 This mechanism is not known here");
      default:
        return step satisfies never;
    }
  }

  private welcome(verdict: Welcome, lastWords: string | undefined): Answer {
    this.user = verdict;
    return say(lastWords === undefined ? "281 Welcome" : `283 ${lastWords}`);
  }

  private refuse(verdict: Exclude<Verdict, Welcome>): Answer {
    switch (verdict.is) {
      case "wrong":
        return say("481 The user name or the password is wrong");
      case "blocked":
        return { reply: `400 Too many failed logins: try again after ${localTime(verdict.untilMs)}\r\n`, close: true };
      case "busy":
        return say("403 Too many log in at this moment, try again later");
      case "not-allowed":
        return say("481 This account may not log in here");
      case "unavailable":
        return say("503 This way to log in is not available here");
      default:
        return verdict satisfies never;
    }
  }
}

/** RFC 4643 §3.1: all behind the first white space, as a password may hold some, and may end with it. */
const behindTwoWords = (line: string): string => /^\s*\S+[ \t]+\S+[ \t](.*)$/.exec(line)?.[1] ?? "";

type Command = (session: NntpDialogue, words: readonly string[], line: string) => Answer | Promise<Answer>;

/** RFC 3977 §3.2.1: 503 is for what a server knows and does not do. */
const notYet: Command = () => say("503 This version carries no newsgroups yet");
const unserved = [
  ...["GROUP", "LISTGROUP", "LAST", "NEXT", "ARTICLE", "HEAD", "BODY", "STAT", "OVER", "HDR", "LIST", "POST", "IHAVE"],
  ...["NEWGROUPS", "NEWNEWS", "XOVER", "XHDR"],
];

const commands: Readonly<Record<string, Command>> = {
  ...Object.fromEntries(unserved.map((verb) => [verb, notYet])),
  // RFC 3977 §5.2 done, RFC 3977 §5.4 done, RFC 3977 §7.1 done, RFC 3977 §7.2 done.
  CAPABILITIES: ({ words, connection, user, from }) => {
    const mechanisms = user === undefined ? offeredMechanisms(words.login, from) : [];
    const plain = user === undefined && words.login.takesPassword(from) ? ["USER"] : [];
    const lines = [
      "VERSION 2",
      "IMPLEMENTATION inetsrv",
      ...(connection.canSecure ? ["STARTTLS"] : []),
      ...(plain.length + mechanisms.length > 0
        ? [["AUTHINFO", ...plain, ...(mechanisms.length > 0 ? ["SASL"] : [])].join(" ")]
        : []),
      ...(mechanisms.length > 0 ? [`SASL ${mechanisms.join(" ")}`] : []),
    ];
    return say(["101 What is there so far", ...lines, "."].join("\r\n"));
  },
  // RFC 4642 §2.2 done.
  STARTTLS: ({ connection, user }) => {
    if (connection.secured !== undefined || user !== undefined) return say("502 Not now");
    if (!connection.canSecure) return say("580 There is no certificate to begin TLS with");
    return { reply: "382 Begin TLS now\r\n", secure: true };
  },
  AUTHINFO: (session, words, line) => session.authenticate(words, line),
  MODE: () => ({ reply: "502 Reading is not possible yet\r\n", close: true }), // RFC 3977 §5.3 partly: reading is not possible yet
  DATE: () => say(`111 ${new Date().toISOString().replaceAll(/\D/g, "").slice(0, 14)}`),
  HELP: () => say(["100 What is there so far", ...Object.keys(commands).map((it) => `  ${it}`), "."].join("\r\n")),
  QUIT: () => ({ reply: "205 Closing the connection\r\n", close: true }),
};
