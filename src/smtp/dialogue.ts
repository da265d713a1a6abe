// What an SMTP site answers until the mail engine has landed: it greets, goes over to TLS, lets people log in, and
// refuses mail for now, so that senders keep it and try again. A line comes in, a reply goes out; no socket here.
import { randomBytes } from "node:crypto";
import type { From, Login, Verdict, Welcome } from "../account/login.ts";
import { offeredMechanisms, SaslExchange, type Step } from "../account/sasl/exchange.ts";
import type { Line } from "../base/line-reader.ts";
import { localTime } from "../base/local-time.ts";
import type { Connection } from "../net/connection.ts";
import type { Answer, Farewells, LineDialogue, LineLimits, Spoken } from "../net/line/line-dialogue.ts";

/** RFC 4954 §4: what a client may say in AUTH is the longest of all. */
export const COMMAND_LINE_BYTES_MAX = 12_288;

/** What all sessions of a site have in common. */
export interface SmtpWords {
  readonly name: string;
  readonly limits: LineLimits;
  readonly login: Login;
}

/** RFC 5321 §3.8: 421 before the connection is closed from here. */
const farewellsOf = (name: string): Farewells => ({
  idle: `421 4.4.2 ${name} nothing was sent for too long\r\n`,
  slow: `421 4.4.2 ${name} too little was sent for too long\r\n`,
  overtime: `421 4.4.2 ${name} the session has lasted too long\r\n`,
  endless: `421 4.3.4 ${name} far too much was sent\r\n`,
  stopping: `421 4.3.2 ${name} the service stops\r\n`,
});
export const awayFarewell = (name: string): string => `421 4.3.2 ${name} does not serve now, try again later\r\n`;

const say = (reply: string): Spoken => ({ reply: `${reply}\r\n` });

export class SmtpDialogue implements LineDialogue {
  readonly lineBytesMax = COMMAND_LINE_BYTES_MAX;
  readonly greeting: string;
  readonly limits: LineLimits;
  readonly farewells: Farewells;
  readonly words: SmtpWords;
  readonly connection: Connection;
  /** Under way: the next line is an answer in it. */
  exchange: SaslExchange | undefined;
  user: Welcome | undefined;

  constructor(words: SmtpWords, connection: Connection) {
    this.words = words;
    this.connection = connection;
    this.greeting = `220 ${words.name} inetsrv SMTP service; mail is not accepted yet\r\n`;
    this.limits = words.limits;
    this.farewells = farewellsOf(words.name);
  }

  get from(): From {
    const { peer, secured, trace } = this.connection;
    return { address: peer.address, secure: secured !== undefined, trace };
  }

  answer(line: Line): Answer | Promise<Answer> {
    if (line.kind === "overlong") return say("500 5.5.6 The line is too long");
    if (line.kind !== "line") return say("500 5.5.2 Lines end with CRLF and hold no other control bytes");
    if (this.exchange !== undefined) return this.goOn(this.exchange.take(line.text));
    const [verb = "", ...more] = line.text.split(" ");
    const name = verb.toUpperCase();
    const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
    if (command === undefined) return say("500 5.5.1 Unknown command");
    return command(this, more.join(" "));
  }

  /** RFC 3207 §4.2 done: nothing that was said in clear counts any more, nor who said it. */
  secured(): void {
    this.user = undefined;
    this.exchange = undefined;
  }

  /** RFC 4954 §4 done. */
  begin(words: string): Answer | Promise<Answer> {
    const [mechanism = "", initial] = words.split(" ");
    if (this.user !== undefined) return say("503 5.5.1 You are logged in already");
    const nonce = (): string => randomBytes(18).toString("base64");
    const { login } = this.words;
    this.exchange = new SaslExchange(mechanism, { login, from: this.from, nonce, finalData: "as-challenge" });
    return this.goOn(this.exchange.start(initial));
  }

  private async goOn(next: Promise<Step>): Promise<Answer> {
    const step = await next;
    if (step.is === "challenge") return say(`334 ${step.text}`);
    this.exchange = undefined;
    switch (step.is) {
      case "done":
        this.user = step.verdict;
        return say("235 2.7.0 Welcome");
      case "refused":
        return this.refuse(step.verdict);
      case "malformed":
        return say(`501 5.5.2 ${step.because}`);
      case "cancelled":
        return say("501 5.7.0 Given up");
      case "encrypt-first":
        return say("538 5.7.11 Send STARTTLS first");
      case "unknown":
        return say("504 5.5.4 This mechanism is not known here");
      default:
        return step satisfies never;
    }
  }

  private refuse(verdict: Exclude<Verdict, Welcome>): Answer {
    switch (verdict.is) {
      case "wrong":
        return say("535 5.7.8 The user name or the password is wrong");
      case "blocked":
        return {
          reply: `454 4.7.0 Too many failed logins: try again after ${localTime(verdict.untilMs)}\r\n`,
          close: true,
        };
      case "busy":
        return say("454 4.7.0 Too many log in at this moment, try again later");
      case "not-allowed":
        return say("535 5.7.8 This account may not log in here");
      case "unavailable":
        return say("504 5.5.4 This mechanism is not available here");
      default:
        return verdict satisfies never;
    }
  }
}

type Command = (session: SmtpDialogue, words: string) => Answer | Promise<Answer>;

const notYet = say("451 4.3.2 This version does not accept mail yet, keep it and try again later");

/**
 * Every command of the base protocol has its row. RFC 5321 §4.1.1.1 done, RFC 5321 §4.1.1.5 done, RFC 5321 §4.1.1.8 done,
 * RFC 5321 §4.1.1.9 done, RFC 5321 §4.1.1.10 done; RFC 5321 §4.1.1.2 partly: no mail is accepted yet.
 * RFC 5321 §4.1.1.6 refused: addresses are not told to strangers.
 * RFC 5321 §4.1.1.7 refused: nor are lists.
 */
const commands: Readonly<Record<string, Command>> = {
  EHLO: ({ words, connection, user, from }) => {
    const mechanisms = user === undefined ? offeredMechanisms(words.login, from) : [];
    const lines = [
      words.name,
      ...(connection.canSecure ? ["STARTTLS"] : []),
      ...(mechanisms.length > 0 ? [`AUTH ${mechanisms.join(" ")}`] : []),
      "ENHANCEDSTATUSCODES",
    ];
    return { reply: lines.map((it, index) => `250${index + 1 < lines.length ? "-" : " "}${it}\r\n`).join("") };
  },
  HELO: ({ words }) => say(`250 ${words.name}`),
  /** RFC 3207 §4 done. */
  STARTTLS: ({ connection }, words) => {
    if (words !== "") return say("501 5.5.4 STARTTLS stands alone");
    if (connection.secured !== undefined) return say("503 5.5.1 This connection is under TLS already");
    if (!connection.canSecure) return say("454 4.7.0 There is no certificate to begin TLS with");
    return { reply: "220 2.0.0 Begin TLS now\r\n", secure: true };
  },
  AUTH: (session, words) => session.begin(words),
  MAIL: () => notYet,
  RCPT: () => say("503 5.5.1 Send MAIL first"),
  DATA: () => say("503 5.5.1 Send MAIL first"),
  RSET: () => say("250 2.0.0 Done"),
  VRFY: () => say("252 2.5.0 Addresses are not told"),
  EXPN: () => say("502 5.5.1 Lists are not told"),
  HELP: () => say(`214 2.0.0 Known: ${Object.keys(commands).join(" ")}`),
  NOOP: () => say("250 2.0.0 Done"),
  QUIT: ({ words }) => ({ reply: `221 2.0.0 ${words.name} closes the connection\r\n`, close: true }),
};
