// A conversation of the SMTP client over one connection: opened once, then any number of messages, then the end. Pure; it
// says what to do next and what every answer means, and whoever drives it does it (see talk.ts).
import { deliver } from "./deliver.ts";
import type { Job, RecipientResult } from "./job.ts";
import { type Opened, open, type Peer, type Plan } from "./open.ts";
import { probe } from "./probe.ts";
import { ask, type Heard, type Talk } from "./talk.ts";

type State =
  | { readonly at: "new" }
  | { readonly at: "open"; readonly peer: Peer; readonly before: "ready" | "unfinished"; readonly messages: number }
  | { readonly at: "over" };

export class SmtpClient {
  private readonly plan: Plan;
  private state: State = { at: "new" };

  constructor(plan: Plan) {
    this.plan = plan;
  }

  /** Another message may be handed over on this connection. */
  get takesMore(): boolean {
    if (this.state.at !== "open") return false;
    const { messagesMax } = this.state.peer.capabilities;
    return messagesMax === null || this.state.messages < messagesMax;
  }

  /** When it fails, only `quit` is left. */
  *open(): Talk<Opened> {
    if (this.state.at !== "new") throw new Error("a conversation that is opened twice");
    this.state = { at: "over" };
    const opened = yield* open(this.plan);
    if (opened.is === "open") this.state = { at: "open", peer: opened.peer, before: "ready", messages: 0 };
    return opened;
  }

  /** A result for each recipient, in their order. Only while it `takesMore`. */
  *deliver(job: Job): Talk<readonly RecipientResult[]> {
    if (this.state.at !== "open") throw new Error(`a message while ${this.state.at}`);
    const { peer, before, messages } = this.state;
    // Whoever gives up in between leaves nothing that could be used again.
    this.state = { at: "over" };
    const { results, after } = yield* deliver(job, peer, before);
    if (after !== "over") this.state = { at: "open", peer, before: after, messages: messages + 1 };
    return results;
  }

  /** Whether it would be taken, as far as can be known without its text. Afterwards only `quit` is left. */
  *probe(job: Job): Talk<Heard> {
    if (this.state.at !== "open") throw new Error(`a question while ${this.state.at}`);
    const { peer } = this.state;
    this.state = { at: "over" };
    return yield* probe(job, peer);
  }

  /** RFC 5321 §4.1.1.10 done: whoever is done says so, and hears the answer. Not after the connection broke. */
  *quit(): Talk<void> {
    this.state = { at: "over" };
    yield* ask("QUIT", "quit");
  }
}
