// SASL as a service has it: which mechanisms to offer, and a login by one of them, line by line, in the base64 that mail
// and news protocols use. What is said in the words of the protocol is for the service.
//
//   const exchange = new SaslExchange(word, { login, from, nonce, finalData: "as-challenge" });   // AUTH SCRAM-SHA-256
//   let step = await exchange.start(initialResponse);                                            // undefined: none came
//   while (step.is === "challenge") step = await exchange.take(await lineAfter(`334 ${step.text}`));
//
// A nonce is `randomBytes(18).toString("base64")`. What is no challenge is the last word: done, refused, malformed, cancelled, encrypt-first or unknown.
import type { Login, Verdict, Welcome } from "../login.ts";
import { decodeBase64, encodeBase64 } from "./base64.ts";
import type { Mechanism, Move, SaslWorld, Turn } from "./mechanism.ts";
import { login, plain } from "./plain.ts";
import { scramSha256 } from "./scram.ts";
import { oauthBearer, xoauth2 } from "./token.ts";

/** In the order in which they are offered: many clients take the first that they know. */
export const mechanisms: readonly Mechanism[] = [scramSha256, plain, login, oauthBearer, xoauth2];

/** What may be offered on this connection; nothing that tells a password to whoever listens. */
export const offeredMechanisms = (door: Login, from: SaslWorld["from"]): readonly string[] =>
  mechanisms.filter((it) => it.isOffered(door) && (!it.tellsPassword || door.takesPassword(from))).map((it) => it.name);

export type Step =
  /** Base64, maybe empty; the client's next line is to be taken. */
  | { readonly is: "challenge"; readonly text: string }
  /** `text` goes with the success where the protocol has a place for it (RFC 4643 §2.4.1); undefined where nothing does. */
  | { readonly is: "done"; readonly verdict: Welcome; readonly text: string | undefined }
  | { readonly is: "refused"; readonly verdict: Exclude<Verdict, Welcome> }
  | { readonly is: "malformed"; readonly because: string }
  | { readonly is: "cancelled" }
  | { readonly is: "encrypt-first" }
  | { readonly is: "unknown" };

export interface SaslOptions extends SaslWorld {
  /** SMTP has no place beside the success: there, what SCRAM says last is a challenge of its own (RFC 4954 §4). */
  readonly finalData: "as-challenge" | "with-success";
}

/** RFC 4954 §4: a client may be allowed so much in one line of base64. */
export const RESPONSE_LENGTH_MAX = 12_288;

export class SaslExchange {
  private readonly mechanism: Mechanism | undefined;
  private readonly options: SaslOptions;
  /** What the next line is for; undefined when nothing is waited for. */
  private turn: Turn | undefined;

  constructor(word: string, options: SaslOptions) {
    this.mechanism = mechanisms.find((it) => it.name === word.toUpperCase());
    this.options = options;
  }

  /** `initial` is what came with the name of the mechanism; "=" stands for an empty one (RFC 4954 §4). */
  async start(initial: string | undefined): Promise<Step> {
    const { mechanism, options } = this;
    if (mechanism === undefined) return { is: "unknown" };
    if (mechanism.tellsPassword && !options.login.takesPassword(options.from)) return { is: "encrypt-first" };
    this.turn = mechanism.begin(options);
    if (initial === undefined) return { is: "challenge", text: encodeBase64(mechanism.opening) };
    return this.take(initial === "=" ? "" : initial);
  }

  /** One line of the client, without its end. After anything but a challenge there is nothing more to take. */
  async take(line: string): Promise<Step> {
    const { turn } = this;
    if (turn === undefined) return { is: "malformed", because: "Nothing was asked" };
    this.turn = undefined;
    if (line === "*") return { is: "cancelled" };
    const response = line.length > RESPONSE_LENGTH_MAX ? undefined : decodeBase64(line);
    if (response === undefined) return { is: "malformed", because: "The response is no base64, or too long" };
    return this.step(await turn(response));
  }

  private step(move: Move): Step {
    switch (move.is) {
      case "ask":
        this.turn = move.next;
        return { is: "challenge", text: encodeBase64(move.challenge) };
      case "malformed":
        return move;
      case "verdict":
        return this.conclude(move.verdict, move.lastWords);
      default:
        return move satisfies never;
    }
  }

  private conclude(verdict: Verdict, lastWords: string | undefined): Step {
    if (verdict.is !== "welcome") return { is: "refused", verdict };
    if (lastWords === undefined || this.options.finalData === "with-success")
      return { is: "done", verdict, text: lastWords === undefined ? undefined : encodeBase64(lastWords) };
    this.turn = (response) =>
      response.length === 0
        ? { is: "verdict", verdict }
        : { is: "malformed", because: "Nothing but an empty line was waited for" };
    return { is: "challenge", text: encodeBase64(lastWords) };
  }
}
