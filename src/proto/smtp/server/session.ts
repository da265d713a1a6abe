// A session of the SMTP server, RFC 5321. No socket, clock or disk in this folder: a line comes in, a step goes out. Whoever
// drives it gives it one line at a time, and the next when the step is done, so that clients may pipeline as they like.
//
//   const answerOf = (step: Step): Answer => {
//     const reply = step.reply === undefined ? "" : printReply(step.reply);
//     if ("secure" in step) return { reply, secure: true };
//     if (!("receive" in step)) return { reply, close: step.close === true };
//     const { reader, receiver } = step.receive;
//     return { reply, receive: { reader, receiver: { ...receiver, end: (it) => whenDone(receiver.end(it), answerOf) } } };
//   };
//
// So a line dialogue answers with `whenDone(session.answer(line), answerOf)`, and ports.secure is true from the handshake on.
import type { Line } from "../../../base/line-reader.ts";
import { bad, good, type Result } from "../../../base/result.ts";
import type { Reply } from "../reply.ts";
import { abandon, afterLogin, commands, outOfOrder } from "./commands.ts";
import type { Ports, Soon } from "./ports.ts";
import { replies } from "./replies.ts";
import type { SiteRules } from "./rules.ts";
import { whenDone } from "./soon.ts";
import type { Open, State, Step, Tally, World } from "./state.ts";

/** RFC 5321 §4.5.3.1.4, RFC 4954 §4: what a client may say in AUTH is the longest of all. */
export const COMMAND_LINE_BYTES_MAX = 12_288;

const start: State = { at: "connected", account: undefined };

export class SmtpSession {
  private readonly rules: SiteRules;
  private readonly ports: Ports;
  private state: State = start;
  private readonly tally: Tally = { errors: 0, messages: 0, bytes: 0 };

  constructor(rules: SiteRules, ports: Ports) {
    this.rules = rules;
    this.ports = ports;
  }

  /** RFC 5321 §4.3.1 done: the server speaks first. */
  get greeting(): Reply {
    return replies.greeting(this.rules.name);
  }

  get at(): State["at"] {
    return this.state.at;
  }

  answer(line: Line): Soon<Step> {
    return whenDone(this.run(line), (step) => this.settle(step));
  }

  /** The connection is gone; what was begun and not queued goes with it. */
  ended(): void {
    abandon(this.state);
    this.state = { at: "closed" };
  }

  private run(line: Line): Soon<Step> {
    const { state, rules, ports, tally } = this;
    if (state.at === "receiving" || state.at === "closed") throw new Error(`a line while ${state.at}`);
    const text = textOf(line, rules.leniency.bareLf);
    if (state.at === "login") {
      const { before, challenge } = state;
      if (!text.ok) return { state: before, reply: text.error };
      return whenDone(challenge.next(text.value), (step) => afterLogin(step, before));
    }
    if (!text.ok) return { state, reply: text.error };
    return this.command(state, text.value, { rules, ports, tally });
  }

  private command(state: Open, text: string, world: World): Soon<Step> {
    const { verb, argument } = split(text);
    const command = Object.hasOwn(commands, verb) ? commands[verb] : undefined;
    if (command === undefined)
      return { state, reply: isWeb(verb) ? replies.browser : replies.unknown, close: isWeb(verb) };
    const read = command.read(argument, this.rules);
    // Where a chunk cannot be measured, what follows cannot be told from commands.
    if (!read.ok) return { state, reply: read.error, close: verb === "BDAT" };
    if (this.rules.tlsRequired && !this.ports.secure && command.inClear !== true)
      return { state, reply: replies.tlsFirst };
    if (!command.in.includes(state.at)) return { state, reply: outOfOrder[state.at] };
    return command.run(state, read.value, world);
  }

  /** Takes the step that was made, and ends the session where it went too far. */
  private settle(step: Step): Step {
    if ("receive" in step) {
      this.state = step.state;
      const { reader, receiver } = step.receive;
      const end: typeof receiver.end = (verdict) => whenDone(receiver.end(verdict), (it) => this.settle(it));
      return { ...step, receive: { reader, receiver: { ...receiver, end } } };
    }
    const { reply } = step;
    if ("queuedBytes" in step) {
      this.tally.messages++;
      this.tally.bytes += step.queuedBytes ?? 0;
    }
    if (reply.code >= 500) this.tally.errors++;
    if ("secure" in step) {
      this.state = step.state;
      return step;
    }
    const tooMany = reply.code >= 500 && this.tally.errors >= this.rules.limits.errorsMax;
    // RFC 5321 §3.8 done: whoever says 421 closes.
    const close = tooMany || step.close === true || reply.code === 421;
    if (close) abandon(step.state);
    this.state = close ? { at: "closed" } : step.state;
    return { ...step, state: this.state, reply: tooMany ? replies.tooManyErrors(this.rules.name) : reply, close };
  }
}

/** RFC 5321 §2.4 done, §4.1.1 done: verbs in any case, and spaces at the end of a line that nobody meant. */
function split(text: string): { readonly verb: string; readonly argument: string } {
  const [, verb = "", argument = ""] = /^([A-Za-z]{1,12})(?:[ \t]+(.*))?$/s.exec(text.replace(/[ \t]+$/, "")) ?? [];
  return { verb: verb.toUpperCase(), argument };
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What a line says, or what is wrong with it. RFC 5321 §2.3.8 partly: a site may forgive commands that LF alone ends. */
function textOf(line: Line, bareLf: boolean): Result<string, Reply> {
  if (line.kind === "overlong") return bad(replies.tooLong);
  if (line.kind !== "line" && !(line.kind === "bare-lf" && bareLf)) return bad(replies.badLine);
  const { text } = line;
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(text)) return bad(replies.badLine);
  if (!/[\x80-\xff]/.test(text)) return good(text);
  try {
    return good(decoder.decode(Buffer.from(text, "latin1")));
  } catch {
    return bad(replies.noText);
  }
}

/** A page in somebody's browser can send forms to any port; what follows this word could be commands. */
const isWeb = (verb: string): boolean => /^(GET|POST|PUT|HEAD|OPTIONS|CONNECT)$/.test(verb);
