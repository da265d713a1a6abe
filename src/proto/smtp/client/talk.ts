// A conversation as a client leads it: it asks the driver to say, to hear, to begin TLS or to send the text, and goes on
// with what came of it. Pure: who drives it owns the socket, the clock and the log.
//
//   const talk = client.open();
//   let step = talk.next(undefined);
//   while (!step.done) step = talk.next(await perform(step.value));   // one `case` for each kind of `Ask`
//
// The driver reads replies all the time while it writes, as RFC 2920 §3.1 asks, or both sides could wait for each other. At
// "secure" it throws away what came in clear and was not heard yet: whoever sits in between could have put it there.
import { type Reply, replyText, say } from "../reply.ts";
import type { NoReply } from "../reply-reader.ts";

export type Ask =
  /** Whole lines with their ends, to be written as UTF-8. `shown` is for logs: the same without secrets, and without the last end. */
  | { readonly is: "say"; readonly text: string; readonly shown: string }
  /** Answered with `Heard`: the next reply, or why none will come. */
  | { readonly is: "hear"; readonly phase: Phase }
  /** Answered with undefined when TLS has begun as the plan wants it, else with a sentence that says why not. */
  | { readonly is: "secure" }
  /** Answered with undefined when all is written. Dotted: stuffed, with the final dot. Raw: as it is. */
  | { readonly is: "text"; readonly form: "dotted" | "raw" };

export type Answer = Heard | string | undefined;
export type Talk<T> = Generator<Ask, T, Answer>;

/** What was heard: from the server, or of the connection, when it broke or the server was not understood. */
export interface Heard {
  readonly from: "server" | "connection";
  readonly reply: Reply;
}

export type Phase = keyof typeof phaseMs;

/** RFC 5321 §4.5.3.2 done: how long a server may take at least, for each thing that it is asked. */
export const phaseMs = {
  greeting: 300_000,
  hello: 300_000,
  /** Not in the RFC: whoever wants TLS answers at once. */
  secure: 120_000,
  login: 120_000,
  mail: 300_000,
  recipient: 300_000,
  data: 120_000,
  /** For each piece that the server is to read. */
  text: 180_000,
  /** Until the message is safe; short of that, it would be sent twice (RFC 1047 §2). */
  textEnd: 600_000,
  reset: 300_000,
  /** Nobody waits long for the last word. */
  quit: 10_000,
} as const;

export const fromServer = (reply: Reply): Heard => ({ from: "server", reply });

/** Without an answer the same is so as after 421: the connection is over, and the mail waits (RFC 5321 §3.8). */
export const fromConnection = (because: string): Heard => ours(421, "4.4.2", because);

/** No server has said it; it is so all the same, and means what a reply with that code would. */
export const ours = (code: number, enhanced: string, words: string): Heard => ({
  from: "connection",
  reply: say(code, enhanced, words),
});

export const notUnderstood = ({ because, said }: NoReply): Heard =>
  fromConnection(`The server sent what is no reply: ${because}${said === "" ? "" : `: ${said}`}`);

/** For logs and notices. What the connection says is no word of the server's, and has no code. */
export const heardText = ({ from, reply }: Heard): string =>
  from === "server" ? replyText(reply) : reply.lines.join(" ");

/** The connection can be used no more. RFC 5321 §3.8: 421 may answer anything. */
export const endsSession = ({ reply }: Heard): boolean => reply.code === 421;

/** Commands in one go. No line of them may hold another: that would be a bug of whoever made it, and never be sent. */
export function* tell(lines: readonly string[], shown = lines): Talk<void> {
  for (const line of lines) if (/[\r\n\0]/.test(line)) throw new Error("a command that holds a line end");
  yield { is: "say", text: `${lines.join("\r\n")}\r\n`, shown: shown.join("\r\n") };
}

export function* hear(phase: Phase): Talk<Heard> {
  const answer = yield { is: "hear", phase };
  if (typeof answer !== "object") throw new Error(`nothing was heard but ${answer}`);
  return answer;
}

export function* ask(text: string, phase: Phase, shown = text): Talk<Heard> {
  yield* tell([text], [shown]);
  return yield* hear(phase);
}

export function* secure(): Talk<string | undefined> {
  const answer = yield { is: "secure" };
  if (typeof answer === "object") throw new Error("a reply to a handshake");
  return answer;
}
