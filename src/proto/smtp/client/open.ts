// How a client opens a conversation: it hears the greeting, says who it is, goes over to TLS and logs in, as its plan and
// what the server offers will have it. Pure.
import { type Capabilities, noCapabilities, readCapabilities } from "./capabilities.ts";
import { type Credentials, logIn } from "./log-in.ts";
import { ask, endsSession, type Heard, hear, ours, secure, type Talk } from "./talk.ts";

export interface Plan {
  /** Who we say we are: a name that leads back to us, or receivers distrust it. */
  readonly name: string;
  /** HELO at once, for servers that stumble over EHLO. */
  readonly plainHello: boolean;
  /** "begun": the connection is under TLS since its beginning, as on port 465. */
  readonly tls: "never" | "when-offered" | "required" | "begun";
  readonly credentials: Credentials | undefined;
}

/** Whom one speaks with. */
export interface Peer {
  readonly capabilities: Capabilities;
  readonly secure: boolean;
  /** By which mechanism one has logged in. */
  readonly mechanism: string | undefined;
}

export type Stage = "greeting" | "hello" | "secure" | "login";

export type Opened =
  | { readonly is: "open"; readonly peer: Peer }
  /** After a failed handshake the connection is of no use; the words then are ours. */
  | { readonly is: "failed"; readonly stage: Stage; readonly heard: Heard };

export function* open(plan: Plan): Talk<Opened> {
  // RFC 5321 §3.1: 554 instead of a greeting is a server that serves nobody.
  const greeting = yield* hear("greeting");
  if (greeting.reply.code !== 220) return failed("greeting", greeting);
  let hello = yield* sayHello(plan);
  if (hello.is === "failed") return hello;
  let isSecure = plan.tls === "begun";
  if (!isSecure && plan.tls !== "never") {
    const outcome = yield* beginTls(hello.capabilities);
    if (outcome === "secure") {
      isSecure = true;
      // RFC 3207 §4.2: nothing that was offered in clear counts any more.
      hello = yield* sayHello(plan);
      if (hello.is === "failed") return hello;
    } else if (plan.tls === "required" || outcome.lost) return failed("secure", outcome.heard);
  }
  const { capabilities } = hello;
  if (plan.credentials === undefined) return opened({ capabilities, secure: isSecure, mechanism: undefined });
  const login = yield* logIn(plan.credentials, capabilities.mechanisms, isSecure);
  if (login.is === "refused") return failed("login", login.heard);
  return opened({ capabilities, secure: isSecure, mechanism: login.mechanism });
}

const opened = (peer: Peer): Opened => ({ is: "open", peer });
const failed = (stage: Stage, heard: Heard) => ({ is: "failed", stage, heard }) as const;

type Hello = { readonly is: "greeted"; readonly capabilities: Capabilities } | (Opened & { readonly is: "failed" });

/** RFC 5321 §3.2 done: a server that does not know EHLO is greeted with HELO. */
function* sayHello({ name, plainHello }: Plan): Talk<Hello> {
  if (!plainHello) {
    const heard = yield* ask(`EHLO ${name}`, "hello");
    if (heard.reply.code === 250) return { is: "greeted", capabilities: readCapabilities(heard.reply) };
    if (heard.reply.code < 500) return failed("hello", heard);
  }
  const heard = yield* ask(`HELO ${name}`, "hello");
  return heard.reply.code === 250 ? { is: "greeted", capabilities: noCapabilities } : failed("hello", heard);
}

type Tls = "secure" | { readonly heard: Heard; readonly lost: boolean };

/** RFC 3207 §4 done. When the handshake fails, nothing can be said on the connection any more. */
function* beginTls({ words }: Capabilities): Talk<Tls> {
  if (!words.has("STARTTLS")) return { heard: notSecure("The server does not offer STARTTLS"), lost: false };
  const heard = yield* ask("STARTTLS", "secure");
  if (heard.reply.code !== 220) return { heard, lost: endsSession(heard) };
  const trouble = yield* secure();
  return trouble === undefined ? "secure" : { heard: notSecure(trouble), lost: true };
}

const notSecure = (words: string): Heard => ours(454, "4.7.0", words);
