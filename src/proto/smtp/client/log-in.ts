// How a client logs in: by the best mechanism that both know and that tells no secret to listeners, RFC 4954. Pure; the
// secrets are handed in, and no line that holds one is shown to a log.
import { createHmac } from "node:crypto";
import { clientFinal, clientFirst, provesItself } from "./scram-client.ts";
import { ask, endsSession, type Heard, hear, ours, type Talk, tell } from "./talk.ts";

export interface Credentials {
  readonly account: string;
  /** Undefined where the client certificate of the handshake says it all: EXTERNAL. */
  readonly password: string | undefined;
  /** For SCRAM; text without comma that nobody can foresee. */
  readonly nonce: string;
  /** Passwords may be told in clear: only for a server on this machine, or behind a tunnel. */
  readonly inClear: boolean;
}

export type LoggedIn =
  | { readonly is: "in"; readonly mechanism: string }
  /** `heard` may be words of ours, where nothing that is offered can be used. */
  | { readonly is: "refused"; readonly heard: Heard };

interface Mechanism {
  readonly name: string;
  readonly rfc?: string;
  readonly tellsPassword: boolean;
  readonly needs: "password" | "certificate";
  /** What is sent with AUTH; without it the server speaks first. */
  initial?(credentials: Credentials): string;
  /** From the answer to AUTH to the last reply; without it the first line says it all. */
  goOn?(heard: Heard, credentials: Credentials): Talk<Heard>;
}

/** The best first; CRAM-MD5 last, as servers that offer it often lack what it needs, and say that the password is wrong. */
const mechanisms: readonly Mechanism[] = [
  {
    name: "EXTERNAL",
    rfc: "4422 §A",
    tellsPassword: false,
    needs: "certificate",
    initial: ({ account }) => account,
  },
  {
    name: "SCRAM-SHA-256",
    rfc: "7677 §3",
    tellsPassword: false,
    needs: "password",
    initial: (credentials) => clientFirst(withPassword(credentials)),
    goOn: scram,
  },
  {
    name: "PLAIN",
    rfc: "4616 §2",
    tellsPassword: true,
    needs: "password",
    initial: ({ account, password = "" }) => `\0${account}\0${password}`,
  },
  {
    name: "LOGIN",
    tellsPassword: true,
    needs: "password",
    // What the server asks for is not looked at: the words differ, the order never does.
    *goOn(heard, { account, password = "" }) {
      if (heard.reply.code !== 334) return heard;
      const second = yield* respond(account);
      return second.reply.code === 334 ? yield* respond(password) : second;
    },
  },
  {
    name: "CRAM-MD5",
    rfc: "2195 §2",
    tellsPassword: false,
    needs: "password",
    *goOn(heard, { account, password = "" }) {
      const challenge = challengeOf(heard);
      if (challenge === undefined) return heard;
      return yield* respond(`${account} ${createHmac("md5", password).update(challenge).digest("hex")}`);
    },
  },
];

/** Tries what both know until one is let in, or the server says that it is the password that is wrong. */
export function* logIn(credentials: Credentials, offered: readonly string[], secure: boolean): Talk<LoggedIn> {
  const needs = credentials.password === undefined ? "certificate" : "password";
  const both = mechanisms.filter((it) => it.needs === needs && offered.includes(it.name));
  const usable = both.filter((it) => !it.tellsPassword || secure || credentials.inClear);
  if (!secure) usable.sort((one, other) => Number(one.tellsPassword) - Number(other.tellsPassword));
  let refusal = both.length > 0 ? wouldTellPassword : nothingInCommon(offered);
  for (const mechanism of usable) {
    const heard = yield* attempt(mechanism, credentials);
    if (heard.reply.code === 235) return { is: "in", mechanism: mechanism.name };
    refusal = heard;
    // RFC 4954 §6: 535 is about the password, and 4 about the moment; all else may be about the mechanism.
    if (endsSession(heard) || heard.reply.code === 535 || heard.reply.code < 500) break;
  }
  return { is: "refused", heard: refusal };
}

const wouldTellPassword = ours(454, "4.7.11", "The server takes a password, but the connection is in clear");
const nothingInCommon = (offered: readonly string[]): Heard =>
  ours(454, "4.7.4", `The server offers no login that can be used here, but ${offered.join(" ") || "none at all"}`);

function* attempt({ name, initial, goOn }: Mechanism, credentials: Credentials): Talk<Heard> {
  const line = `AUTH ${name}`;
  const first = initial?.(credentials);
  const heard =
    first === undefined
      ? yield* ask(line, "login")
      : yield* ask(`${line} ${encoded(first)}`, "login", `${line} ${HIDDEN}`);
  if (goOn !== undefined) return yield* goOn(heard, credentials);
  // Some servers do not take what comes with AUTH, and ask for it with an empty challenge (RFC 4954 §4).
  return heard.reply.code === 334 ? yield* respond(first ?? "") : heard;
}

const HIDDEN = "***";

/** RFC 4954 §4: an empty response that goes with AUTH is a "=". */
const encoded = (text: string): string => (text === "" ? "=" : Buffer.from(text).toString("base64"));

function* respond(text: string): Talk<Heard> {
  return yield* ask(Buffer.from(text).toString("base64"), "login", HIDDEN);
}

const challengeOf = ({ reply: { code, lines } }: Heard): string | undefined =>
  code === 334 ? Buffer.from(lines[0] ?? "", "base64").toString("utf8") : undefined;

const withPassword = ({ account, password = "", nonce }: Credentials) => ({ account, password, nonce });

function* scram(heard: Heard, credentials: Credentials): Talk<Heard> {
  const challenge = challengeOf(heard);
  if (challenge === undefined) return heard;
  const final = clientFinal(withPassword(credentials), challenge);
  if (!final.ok) return yield* giveUp(`SCRAM with this server cannot go on: ${final.error}`);
  const proof = yield* respond(final.value.message);
  const said = challengeOf(proof);
  // RFC 5802 §5: who lets anybody in has not shown that it knows the password, and may be somebody else.
  if (said === undefined) return proof.reply.code === 235 ? impostor : proof;
  return provesItself(said, final.value) ? yield* respond("") : yield* giveUp(impostor.reply.lines.join(" "));
}

const impostor = ours(454, "4.7.0", "The server did not prove that it knows the password itself");

function* giveUp(because: string): Talk<Heard> {
  yield* tell(["*"]);
  const heard = yield* hear("login");
  return endsSession(heard) ? heard : ours(454, "4.7.0", because);
}
