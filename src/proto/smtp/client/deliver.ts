// How a client hands one message over, RFC 5321 §3.3: the commands in one go where the server allows it, then the text, and
// a result for each recipient, whatever happens in between. Pure.
import { printMailParameters, printRecipientParameters } from "../parameters.ts";
import { printPath } from "../path.ts";
import { outcomeOf } from "../reply.ts";
import { offersOf } from "./capabilities.ts";
import { cannotBeTold, type Fitted, fit, type Job, type RecipientResult } from "./job.ts";
import type { Peer } from "./open.ts";
import { ask, endsSession, type Heard, hear, type Phase, type Talk, tell } from "./talk.ts";

export interface Delivery {
  /** In the order of the recipients of the job. */
  readonly results: readonly RecipientResult[];
  /** What can be done with the connection: "unfinished" needs RSET before another message. */
  readonly after: After;
}
export type After = "ready" | "unfinished" | "over";

/** Commands in one go: what is told of a thousand recipients need not be held at once by either side. */
const GROUP_MAX = 100;

export interface Command {
  readonly line: string;
  readonly phase: Phase;
  /** Which recipient of the job it names. */
  readonly recipient?: number;
}

/** By the place of the recipient in the job. */
type Results = Map<number, RecipientResult>;

/** `before` is how the message before this one left the connection. */
export function* deliver(job: Job, peer: Peer, before: Exclude<After, "over">): Talk<Delivery> {
  const { capabilities } = peer;
  const fitted = fit(job, capabilities);
  if ("from" in fitted) return { results: job.recipients.map(() => failure(fitted)), after: before };
  const results: Results = new Map();
  const named = whoCanBeNamed(fitted, capabilities.recipientsMax, results);
  if (named.length === 0) return { results: complete(job, results, undefined), after: before };

  const pipelining = capabilities.words.has("PIPELINING");
  const commands = [
    ...(before === "unfinished" ? [{ line: "RSET", phase: "reset" } as const] : []),
    ...envelopeCommands(job, fitted, peer, named),
    ...(pipelining && !fitted.chunks ? [{ line: "DATA", phase: "data" } as const] : []),
  ];
  const { accepted, data, trouble } = yield* sendEnvelope(commands, pipelining ? GROUP_MAX : 1, results);
  let last = trouble;
  let after: After = "unfinished";
  if (accepted.length > 0) {
    const { heard, sent } = yield* sendText(job, fitted, data);
    const taken = sent && outcomeOf(heard.reply) === "done";
    const result: RecipientResult = taken
      ? { is: "taken", heard, keepsDsn: capabilities.words.has("DSN") }
      : failure(heard, sent && heard.from === "connection");
    for (const index of accepted) results.set(index, result);
    last = heard;
    if (taken) after = "ready";
  } else if (data?.reply.code === 354 && trouble === undefined) {
    // RFC 2920 §3.1 done: a server that takes a text for nobody gets an empty one.
    last = yield* ask(".", "textEnd");
  }
  // After RSET or MAIL was refused, a server that waits for a text may have recipients for it: they would get an empty message.
  const isStranded = data?.reply.code === 354 && trouble !== undefined;
  if (isStranded || (last !== undefined && endsSession(last))) after = "over";
  return { results: complete(job, results, trouble), after };
}

/** Gives the others their result at once. RFC 9422 §4.2: who is beyond the limit of the server comes with the next message. */
function whoCanBeNamed({ mailboxes }: Fitted, recipientsMax: number | null, results: Results): readonly number[] {
  const named: number[] = [];
  for (const [index, mailbox] of mailboxes.entries()) {
    if (mailbox === undefined) results.set(index, failure(cannotBeTold));
    else if (recipientsMax !== null && named.length >= recipientsMax) results.set(index, { is: "next-time" });
    else named.push(index);
  }
  return named;
}

/** MAIL, and RCPT for each of them. */
export function envelopeCommands(job: Job, fitted: Fitted, peer: Peer, named: readonly number[]): readonly Command[] {
  const offers = offersOf(peer.capabilities);
  const mail = `MAIL FROM:${printPath(fitted.sender)}${printMailParameters(fitted.parameters, offers)}`;
  const recipients = named.map((index): Command => {
    const parameters = printRecipientParameters(job.recipients[index] ?? {}, offers);
    return {
      line: `RCPT TO:${printPath(fitted.mailboxes[index] ?? null)}${parameters}`,
      phase: "recipient",
      recipient: index,
    };
  });
  return [{ line: mail, phase: "mail" }, ...recipients];
}

interface Envelope {
  readonly accepted: readonly number[];
  /** The answer to DATA, where it was sent in the same go. */
  readonly data: Heard | undefined;
  /** Why nobody is accepted, whoever it is: the sender is refused, or the session over. */
  readonly trouble: Heard | undefined;
}

function* sendEnvelope(commands: readonly Command[], pace: number, results: Results): Talk<Envelope> {
  const accepted: number[] = [];
  let data: Heard | undefined;
  let trouble: Heard | undefined;
  for (let from = 0; from < commands.length && trouble === undefined; from += pace) {
    const group = commands.slice(from, from + pace);
    yield* tell(group.map((it) => it.line));
    for (const { phase, recipient } of group) {
      const heard = yield* hear(phase);
      if (endsSession(heard)) return { accepted: [], data: undefined, trouble: heard };
      const isGood = outcomeOf(heard.reply) === "done";
      if (phase === "data") data = heard;
      else if (recipient === undefined) trouble ??= isGood ? undefined : heard;
      else if (trouble === undefined && isGood) accepted.push(recipient);
      else if (trouble === undefined) results.set(recipient, refused(heard, accepted.length > 0));
    }
  }
  return { accepted, data, trouble };
}

interface TextSent {
  readonly heard: Heard;
  /** The whole text has been written, and `heard` answers it. */
  readonly sent: boolean;
}

/** RFC 5321 §4.1.1.4 done, RFC 3030 §2 done: as one chunk, so that there is one answer. */
function* sendText(job: Job, { chunks }: Fitted, pipelined: Heard | undefined): Talk<TextSent> {
  if (chunks) {
    yield* tell([`BDAT ${job.bytes} LAST`]);
    yield { is: "text", form: "raw" };
    return { heard: yield* hear("textEnd"), sent: true };
  }
  const data = pipelined ?? (yield* ask("DATA", "data"));
  if (data.reply.code !== 354) return { heard: data, sent: false };
  yield { is: "text", form: "dotted" };
  return { heard: yield* hear("textEnd"), sent: true };
}

/** RFC 5321 §4.2.1: 5 is for ever, and all else, also what makes no sense here, for now. */
const failure = (heard: Heard, maybeTaken = false): RecipientResult =>
  outcomeOf(heard.reply) === "never" ? { is: "refused", heard } : { is: "deferred", heard, maybeTaken };

/**
 * RFC 5321 §4.5.3.1.10 done: 452, or 552 of old, where the message has recipients enough. Not when it has none, since then
 * the next one would fare no better; nor where the enhanced code speaks of a mailbox that is full.
 */
function refused(heard: Heard, hasOthers: boolean): RecipientResult {
  const { code, enhanced } = heard.reply;
  const tooMany = (code === 452 || code === 552) && (enhanced === undefined || /^[45]\.5\.3$/.test(enhanced));
  return tooMany && hasOthers ? { is: "next-time" } : failure(heard);
}

function complete(job: Job, results: Results, trouble: Heard | undefined): readonly RecipientResult[] {
  return job.recipients.map((_, index) => {
    const result = results.get(index) ?? (trouble === undefined ? undefined : failure(trouble));
    if (result === undefined) throw new Error(`recipient ${index} has no result`);
    return result;
  });
}
