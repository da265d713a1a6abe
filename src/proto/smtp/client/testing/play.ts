// Plays the conversation of a client against a script of replies, or against our own server. For tests; it writes down what
// was said as a log would have it.
import { DotStuffer } from "../../../../base/dot-stuffer.ts";
import type { Reply } from "../../reply.ts";
import { ReplyReader } from "../../reply-reader.ts";
import type { Talker } from "../../server/testing/fake-world.ts";
import { type Answer, type Ask, fromConnection, fromServer, type Heard, notUnderstood, type Talk } from "../talk.ts";

export interface Played<T> {
  readonly result: T;
  /** What was sent, in pieces as it was sent; `<text>` stands for the text, `<tls>` for the handshake. */
  readonly said: readonly string[];
  /** The same as a log shows it. */
  readonly shown: readonly string[];
}

export interface Script {
  /** As they come; when there are no more, the connection is gone. */
  readonly replies: readonly string[];
  /** Why the handshake fails. */
  readonly tls?: string;
}

export function play<T>(talk: Talk<T>, { replies, tls }: Script): Played<T> {
  const reader = new ReplyReader();
  reader.push(Buffer.from(replies.map((it) => `${it}\r\n`).join("")));
  const said: string[] = [];
  const shown: string[] = [];
  const perform = (ask: Ask): Answer => {
    switch (ask.is) {
      case "say":
        said.push(ask.text.slice(0, -2));
        shown.push(ask.shown);
        return undefined;
      case "hear":
        return heardOf(reader);
      case "secure":
        said.push("<tls>");
        return tls;
      case "text":
        said.push(`<${ask.form}>`);
        return undefined;
      default:
        return ask satisfies never;
    }
  };
  let step = talk.next(undefined);
  while (step.done !== true) step = talk.next(perform(step.value));
  return { result: step.value, said, shown };
}

/** The same with a session of our server on the other side. */
export async function playWith<T>(talk: Talk<T>, server: Talker, text: string): Promise<T> {
  const reader = new ReplyReader();
  const send = async (bytes: string) => reader.push(Buffer.from(await server.send(bytes), "latin1"));
  const perform = async (ask: Ask): Promise<Answer> => {
    if (ask.is === "say") await send(Buffer.from(ask.text).toString("latin1"));
    if (ask.is === "hear") return heardOf(reader);
    if (ask.is === "text") await send(ask.form === "raw" ? text : stuffed(text));
    return undefined;
  };
  let step = talk.next(undefined);
  while (step.done !== true) step = talk.next(await perform(step.value));
  return step.value;
}

export const heard = (code: number, ...lines: readonly string[]): Heard => fromServer({ code, lines } satisfies Reply);

function heardOf(reader: ReplyReader): Heard {
  const reply = reader.next();
  if (reply === undefined) return fromConnection("The connection is gone");
  return "is" in reply ? notUnderstood(reply) : fromServer(reply);
}

function stuffed(text: string): string {
  const stuffer = new DotStuffer();
  return stuffer.stuff(Buffer.from(text, "latin1")).toString("latin1") + stuffer.end();
}
