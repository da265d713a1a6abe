// Where a session of the server stands, and the shape of a command row. Types, and the one cast that lets `in` and `read`
// of a row decide the types of its `run`.
import type { BlockReader, BlockVerdict } from "../../../base/block-reader.ts";
import type { Result } from "../../../base/result.ts";
import type { Reply } from "../reply.ts";
import type { TextCheck } from "../text-check.ts";
import type { Content, Envelope, Hello, LoginStep, Ports, Soon } from "./ports.ts";
import type { SiteRules } from "./rules.ts";

/** A field exists only in the states where it means something. */
export type State =
  /** Nothing counts yet: at the beginning, and after STARTTLS. */
  | { readonly at: "connected"; readonly account: undefined }
  | Ready
  | { readonly at: "mail"; readonly account: string | undefined; readonly envelope: Envelope }
  /** BDAT has brought a part of the message. */
  | Chunks
  /** The next line is an answer in the login. */
  | { readonly at: "login"; readonly before: Ready; readonly challenge: Challenge }
  /** A block comes, and no line before its end. */
  | { readonly at: "receiving" }
  | { readonly at: "closed" };

/** Where a command may be given. */
export type Open = Exclude<State, { readonly at: "login" | "receiving" | "closed" }>;

export interface Ready {
  readonly at: "ready";
  readonly account: string | undefined;
  readonly hello: Hello;
}

export interface Chunks {
  readonly at: "chunks";
  readonly account: string | undefined;
  readonly envelope: Envelope;
  readonly content: Content;
  readonly bytes: number;
  readonly check: TextCheck;
}

export type Challenge = Extract<LoginStep, { readonly is: "challenge" }>;

/** What has added up in a session; STARTTLS does not make it less. */
export interface Tally {
  errors: number;
  messages: number;
  bytes: number;
}

export interface World {
  readonly rules: SiteRules;
  readonly ports: Ports;
  readonly tally: Readonly<Tally>;
}

/** What comes of a line: the next state, what is said, and what is to happen next. */
export type Step = Said | Receiving | Securing;

interface Said {
  readonly state: State;
  readonly reply: Reply;
  readonly close?: boolean;
  /** Of a message that was queued, which counts from now on. */
  readonly queuedBytes?: number;
}

/** A block comes next. Where `reply` is undefined nothing is said before it, as with BDAT. */
export interface Receiving {
  readonly state: State;
  readonly reply: Reply | undefined;
  readonly receive: { readonly reader: BlockReader; readonly receiver: Receiver };
}

/** As `BlockReceiver` of the line session, but that it ends with a step. */
export interface Receiver {
  take(piece: Buffer): void | Promise<void>;
  end(verdict: BlockVerdict): Soon<Step>;
  lost(): void;
}

export interface Securing {
  readonly state: State;
  readonly reply: Reply;
  readonly secure: true;
}

type At = Open["at"];

interface Row<In extends At, Argument> {
  readonly rfc: string;
  readonly in: readonly In[];
  /** Also in clear where the site wants TLS, RFC 3207 §4. */
  readonly inClear?: true;
  read(argument: string, rules: SiteRules): Result<Argument, Reply>;
  run(state: Extract<Open, { readonly at: In }>, argument: Argument, world: World): Soon<Step>;
}

export interface Command {
  readonly rfc: string;
  readonly in: readonly At[];
  readonly inClear?: true;
  read(argument: string, rules: SiteRules): Result<unknown, Reply>;
  run(state: Open, argument: unknown, world: World): Soon<Step>;
}

/** `run` is called with a state that is in `in`, and with what `read` gave: the session sees to that. */
export const command = <const In extends At, Argument>(row: Row<In, Argument>): Command => row as unknown as Command;
